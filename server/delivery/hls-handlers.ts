import type { ServerResponse } from 'node:http';
import { AppError } from '../core/errors.ts';
import { aliasLists } from './alias-lists.ts';
import type { DeliveryPorts, MediaHandler, MediaRequest } from './context.ts';
import type { Playlist } from './ports.ts';
import { sendBytes, sendPlaylist } from './send-bytes.ts';
import { signPlaylist } from './sign-playlist.ts';
import { found, openVideo } from './vod-handlers.ts';

const IMMUTABLE = 'private, max-age=31536000, immutable';

type Video = { id: string; row: string };
type Pick = (vod: DeliveryPorts['vod'], video: Video) => Promise<Playlist | null>;

const playlist =
  (pick: Pick, rename: (text: string, video: Video) => string = (text) => text): MediaHandler =>
  async (request, ports) => {
    const { id, grant } = await openVideo(request, ports);
    const video = { id, row: request.params.row ?? '' };
    const { text, gen } = found(await pick(ports.vod, video));
    const signed = signPlaylist(rename(text, video), grant.query);
    sendPlaylist(request.req, request.res, signed, { live: false, gen });
  };

const master: Pick = (vod, { id }) => vod.master(id);
const media: Pick = (vod, { id, row }) => vod.media(id, row);

/** `/hls/{uuid}/master.m3u8` */
export const videoMaster = playlist(master);
/** `/hls/{uuid}/{quality}/playlist.m3u8`, and the same of a sound track (`audio-1`). */
export const videoMedia = playlist(media);
/** `/api/hls/{id}/master.m3u8` and `/api/hls/{id}/{variant}.m3u8`: the same lists with names of their own. */
export const aliasMaster = playlist(master, aliasLists.master);
export const aliasMedia = playlist(media, aliasLists.media);

/**
 * `/hls/{uuid}/{quality}/{gen}-{k}.ts` and `…/audio-{track}/{gen}-{k}.aac`: immutable, from memory when it was asked for
 * before, and made now when it is not there yet (contracts.md §8).
 */
export const videoSegment: MediaHandler = async (request, ports) => {
  const { id, grant } = await openVideo(request, ports);
  const { row = '', gen = '', k = '', ending } = request.params;
  if ((ending === 'aac') !== isSound(row)) throw new AppError('NOT_FOUND');
  const name = `${id}/${row}/${Number(gen)}-${Number(k)}`;
  const body =
    ports.cache.find(name) ?? (await load(request, ports, { id, row, name, viewer: grant.viewer }));
  if (body === null) return;
  sendBytes(request.req, request.res, {
    body,
    contentType: ending === 'aac' ? 'audio/aac' : 'video/mp2t',
    etag: `"${Number(gen)}-${Number(k)}-${body.length}"`,
    cacheControl: IMMUTABLE,
  });
};

const isSound = (row: string): boolean => row.startsWith('audio-');

type Wanted = Video & { name: string; viewer: string };

/** Null when the viewer left meanwhile. */
async function load(request: MediaRequest, ports: DeliveryPorts, wanted: Wanted): Promise<Buffer | null> {
  const { gen, k } = request.params;
  const segment = await ports.vod.segment(wanted.id, wanted.row, Number(gen), Number(k));
  if (!segment) throw new AppError('NOT_FOUND');
  if (!segment.made) {
    if (request.req.method === 'HEAD') throw new AppError('SEGMENT_NOT_READY', { retryAfterSeconds: 1 });
    // Sound comes along with a place, and costs little.
    if (!isSound(wanted.row)) ports.unmade.take(wanted.viewer, wanted.name);
    const left = leaving(request.res);
    try {
      await segment.make(left);
    } catch (error) {
      if (left.aborted) return null;
      throw error;
    }
  }
  return await ports.cache.load(wanted.name, segment.bytes);
}

/** Aborts when the client is gone before it has its answer. */
function leaving(res: ServerResponse): AbortSignal {
  const gone = new AbortController();
  res.once('close', () => gone.abort());
  if (res.destroyed) gone.abort();
  return gone.signal;
}
