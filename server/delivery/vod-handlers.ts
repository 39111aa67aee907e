import { AppError } from '../core/errors.ts';
import type { DeliveryPorts, MediaHandler, MediaRequest } from './context.ts';
import type { Grant, MediaFile, Playlist } from './ports.ts';
import { sendBytes, sendPlaylist } from './send-bytes.ts';
import { sendFile } from './send-file.ts';
import { signPlaylist } from './sign-playlist.ts';

const IMMUTABLE = 'private, max-age=31536000, immutable';
const REVALIDATE = 'private, no-cache';

/** Finds the video and proves the right to it; one that does not exist looks the same to a stranger as one that does. */
export async function openVideo(
  { req, search, params }: MediaRequest,
  ports: DeliveryPorts,
): Promise<{ id: string; grant: Grant }> {
  const video = await ports.vod.find(params.id ?? '');
  if (!video) {
    await ports.access.grant(req, search, null);
    throw new AppError('NOT_FOUND');
  }
  const grant = await ports.access.grant(req, search, { kind: 'video', id: video.id }, video);
  return { id: video.id, grant };
}

const found = <T>(thing: T | null): T => {
  if (thing === null) throw new AppError('NOT_READY', { retryAfterSeconds: 3 });
  return thing;
};

const file =
  (
    pick: (ports: DeliveryPorts, id: string, params: Record<string, string>) => Promise<MediaFile | null>,
  ): MediaHandler =>
  async (request, ports) => {
    const { id } = await openVideo(request, ports);
    await sendFile(request.req, request.res, found(await pick(ports, id, request.params)), {
      cacheControl: REVALIDATE,
    });
  };

/** `/stream/{uuid}`: the original if browsers play it, else the best finished MP4. */
export const videoOriginal = file((ports, id) => ports.vod.original(id));
/** `/stream/{uuid}/{quality}`: a fast-start MP4 of one quality. */
export const videoMp4 = file((ports, id, params) => ports.vod.mp4(id, params.quality ?? ''));
/** `/thumb/{uuid}` */
export const videoThumbnail = file((ports, id) => ports.vod.thumbnail(id));

const playlist =
  (
    pick: (ports: DeliveryPorts, id: string, params: Record<string, string>) => Promise<Playlist | null>,
  ): MediaHandler =>
  async (request, ports) => {
    const { id, grant } = await openVideo(request, ports);
    const { text } = found(await pick(ports, id, request.params));
    sendPlaylist(request.req, request.res, signPlaylist(text, grant.query), { live: false });
  };

/** `/hls/{uuid}/master.m3u8` */
export const videoMaster = playlist((ports, id) => ports.vod.master(id));
/** `/hls/{uuid}/{quality}/playlist.m3u8` */
export const videoMedia = playlist((ports, id, params) => ports.vod.media(id, params.quality ?? ''));

/** `/hls/{uuid}/{quality}/{gen}-{k}.ts`: immutable, from memory when it was asked for before. */
export const videoSegment: MediaHandler = async (request, ports) => {
  const { id } = await openVideo(request, ports);
  const { quality = '', gen, k } = request.params;
  const segment = await ports.vod.segment(id, quality, Number(gen), Number(k));
  if (!segment) throw new AppError('NOT_FOUND');
  const body = await ports.cache.get(segment);
  sendBytes(request.req, request.res, {
    body,
    contentType: segment.contentType,
    etag: segment.etag,
    cacheControl: IMMUTABLE,
  });
};

/** `/stream/{uuid}/hls` leads to the master playlist. */
export const videoHlsRedirect: MediaHandler = async (request, ports) => {
  const { id, grant } = await openVideo(request, ports);
  request.res
    .writeHead(302, {
      Location: `/hls/${id}/master.m3u8${grant.query ? `?${grant.query}` : ''}`,
      'Content-Length': 0,
      'Cache-Control': 'no-store',
    })
    .end();
};
