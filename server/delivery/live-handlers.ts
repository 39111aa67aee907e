import { randomBytes } from 'node:crypto';
import { QualityChoice } from '../../lib/contract/live-info.ts';
import { AppError } from '../core/errors.ts';
import { sendJson } from '../http/respond.ts';
import type { DeliveryPorts, MediaHandler, MediaRequest } from './context.ts';
import { liveInfo } from './live-info.ts';
import type { Grant } from './ports.ts';
import { sendBytes, sendPlaylist } from './send-bytes.ts';
import { signPlaylist } from './sign-playlist.ts';
import { videoHlsRedirect, videoOriginal } from './vod-handlers.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

async function openChannel(
  { req, search, params }: MediaRequest,
  ports: DeliveryPorts,
): Promise<{ id: string; channel: unknown; grant: Grant }> {
  const id = await ports.catalog.resolve(params.id ?? '');
  if (id === null) {
    await ports.access.grant(req, search, null);
    throw new AppError('CHANNEL_NOT_FOUND');
  }
  const grant = await ports.access.grant(req, search, { kind: 'channel', id });
  const channel = await ports.catalog.findForLive(id);
  if (channel === null) throw new AppError('CHANNEL_NOT_FOUND');
  return { id, channel, grant };
}

/** A number may belong to a video or to a channel; a uuid in this place is a video, or a channel by its id. */
async function isVideo(key: string, ports: DeliveryPorts): Promise<boolean> {
  if (!UUID.test(key) && !/^\d+$/.test(key)) return false;
  return (await ports.vod.find(key)) !== null;
}

/** `/stream/{first}`: a video by uuid or number, else a channel as continuous MPEG-TS. */
export const stream: MediaHandler = async (request, ports) => {
  if (await isVideo(request.params.id ?? '', ports)) return videoOriginal(request, ports);
  const { channel } = await openChannel(request, ports);
  await ports.live.serveTs(channel, request.req, request.res);
};

/** `/stream/{path}.m3u`: a list with this channel alone; it starts nothing. */
export const streamList: MediaHandler = async (request, ports) => {
  const { id, grant } = await openChannel(request, ports);
  await ports.exports.serveChannel(request.req, request.res, id, grant.query);
};

/** `/stream/{first}/hls`: the master of a channel; of a video the way to its own. */
export const streamHls: MediaHandler = async (request, ports) => {
  if (await isVideo(request.params.id ?? '', ports)) return videoHlsRedirect(request, ports);
  const { channel, grant } = await openChannel(request, ports);
  if (request.req.method === 'HEAD')
    return void request.res
      .writeHead(200, { 'Content-Type': 'application/vnd.apple.mpegurl', 'Cache-Control': 'no-store' })
      .end();
  const text = await ports.live.master(channel, {
    viewerId: randomBytes(9).toString('base64url'),
    only: onlyQuality(request),
  });
  sendPlaylist(request.req, request.res, signPlaylist(text, grant.query), { live: true });
};

/**
 * Players built on FFmpeg open every variant of a master before they play one, and VLC begins with the lowest and halts
 * while it goes up: encoders for nothing.
 */
const TAKES_ONE = /^(?:Lavf|libmpv|mpv|FFmpeg|Kodi|VLC|LibVLC)\b/i;
const QUALITY = /^(?:source|\d{3,4}p)$/;

/** The one quality that an address asks for (`?quality=`), or that such a player gets; null for all. */
function onlyQuality({ req, search }: MediaRequest): string | null {
  const asked = search.get('quality') ?? '';
  if (QUALITY.test(asked)) return asked;
  return TAKES_ONE.test(req.headers['user-agent'] ?? '') ? 'best' : null;
}

const VIEWER = /^[A-Za-z0-9_-]{6,40}$/;

/** `/stream/{path}/hls/{rung}.m3u8` */
export const streamMedia: MediaHandler = async (request, ports) => {
  const { channel, grant } = await openChannel(request, ports);
  if (request.req.method === 'HEAD')
    return void request.res
      .writeHead(200, { 'Content-Type': 'application/vnd.apple.mpegurl', 'Cache-Control': 'no-store' })
      .end();
  const viewer = request.search.get('v') ?? '';
  const text = await ports.live.media(channel, request.params.rung ?? '', {
    viewerId: VIEWER.test(viewer) ? viewer : null,
  });
  sendPlaylist(request.req, request.res, signPlaylist(text, grant.query), { live: true });
};

/** `DELETE /stream/{path}/hls/{rung}.m3u8?v=`: the player is gone, so its connection may be used for something else. */
export const leaveStream: MediaHandler = async (request, ports) => {
  const { id } = await openChannel(request, ports);
  const viewer = request.search.get('v') ?? '';
  if (VIEWER.test(viewer)) ports.live.leave(id, viewer);
  request.res.writeHead(204).end();
};

/** `/stream/{path}/hls/{name}.ts`: a finished live segment. */
export const streamSegment: MediaHandler = async (request, ports) => {
  const { id } = await openChannel(request, ports);
  const name = request.params.name ?? '';
  const body = await ports.live.segment(id, name);
  if (!body) throw new AppError('NOT_FOUND');
  sendBytes(request.req, request.res, {
    body,
    contentType: 'video/mp2t',
    etag: `"${name}-${body.length}"`,
    cacheControl: 'private, max-age=300',
  });
};

/** `/api/proxy/channel/{id}` and `/hls` lead to the stream by number (contracts.md §1). */
const proxy =
  (tail: string): MediaHandler =>
  async (request, ports) => {
    const { channel, grant } = await openChannel(request, ports);
    const { num } = channel as { num: number };
    request.res
      .writeHead(302, {
        Location: `/stream/${num}${tail}${grant.query ? `?${grant.query}` : ''}`,
        'Content-Length': 0,
        'Cache-Control': 'no-store',
      })
      .end();
  };
export const proxyTs = proxy('');
export const proxyHls = proxy('/hls');

/** `/api/live/{id}`: what a player needs to know of a channel; it starts nothing. */
export const liveFacts: MediaHandler = async (request, ports) => {
  const { id, channel, grant } = await openChannel(request, ports);
  const asked = request.search.get('quality');
  const quality = QualityChoice.safeParse(asked ?? ports.defaultQuality());
  if (!quality.success) throw new AppError('RENDITION_UNKNOWN');
  const { name, num, outputPath } = channel as { name: string; num: number; outputPath: string | null };
  const facts = ports.live.statusOf(id);
  request.res.setHeader('Cache-Control', 'no-store');
  sendJson(
    request.res,
    200,
    liveInfo({ id, name, key: outputPath ?? num, wanted: quality.data, query: grant.query, facts }),
  );
};
