import {
  chapters,
  storyboard,
  storyboardSheet,
  subtitleList,
  subtitleSegment,
  subtitles,
} from './around-handlers.ts';
import type { MediaHandler } from './context.ts';
import { embedScript } from './embed-script.ts';
import { aliasMaster, aliasMedia, videoMaster, videoMedia, videoSegment } from './hls-handlers.ts';
import {
  leaveStream,
  liveFacts,
  proxyHls,
  proxyTs,
  stream,
  streamHls,
  streamList,
  streamMedia,
  streamSegment,
} from './live-handlers.ts';
import { videoMp4, videoThumbnail, videoWhole } from './vod-handlers.ts';

export type MediaRoute = {
  /** The address as the documentation writes it. */
  readonly path: string;
  readonly pattern: RegExp;
  readonly handler: MediaHandler;
  /** Answers DELETE: whoever watched says that it is gone. */
  readonly leave?: MediaHandler;
};

const ID = '(?<id>[0-9A-Za-z][0-9A-Za-z-]{0,63})';
const UUID = '(?<id>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})';
const QUALITY = '(?<quality>\\d{2,4}p|original)';
/** A quality or a sound track. */
const ROW = '(?<row>\\d{2,4}p|original|audio-\\d{1,2})';
const SEGMENT = '(?<gen>\\d{1,9})-(?<k>\\d{1,9})\\.(?<ending>ts|aac)';
const SUBTITLES = 'subtitles-(?<track>\\d{1,2})';

const route = (path: string, pattern: string, handler: MediaHandler, leave?: MediaHandler): MediaRoute => ({
  path,
  pattern: new RegExp(`^${pattern}$`),
  handler,
  ...(leave && { leave }),
});

const playlistM3u: MediaHandler = ({ req, res, search }, ports) =>
  ports.exports.servePlaylist(req, res, search);

/** Every media address there is, dispatched before the API; only what matches a pattern reaches a handler (CLI-07). */
export const MEDIA_ROUTES: readonly MediaRoute[] = [
  route('/stream/{id}', `/stream/${ID}`, stream),
  route('/stream/{id}.m3u', `/stream/${ID}\\.m3u`, streamList),
  route('/stream/{id}/hls', `/stream/${ID}/hls`, streamHls),
  route(
    '/stream/{id}/hls/{rung}.m3u8',
    `/stream/${ID}/hls/(?<rung>source|\\d{3,4}p)\\.m3u8`,
    streamMedia,
    leaveStream,
  ),
  route(
    '/stream/{id}/hls/{segment}.ts',
    `/stream/${ID}/hls/(?<name>(?:segment|\\d{3,4}p)_\\d{1,12}\\.ts)`,
    streamSegment,
  ),
  route('/stream/{id}/{quality}', `/stream/${UUID}/${QUALITY}`, videoMp4),
  route('/stream/{id}/{quality}.ts', `/stream/${UUID}/(?<quality>\\d{2,4}p)\\.ts`, videoWhole),
  route('/hls/{id}/master.m3u8', `/hls/${UUID}/master\\.m3u8`, videoMaster),
  route('/hls/{id}/{quality}/playlist.m3u8', `/hls/${UUID}/${ROW}/playlist\\.m3u8`, videoMedia),
  route('/hls/{id}/{quality}/{segment}.ts', `/hls/${UUID}/${ROW}/${SEGMENT}`, videoSegment),
  route('/api/hls/{id}/master.m3u8', `/api/hls/${ID}/master\\.m3u8`, aliasMaster),
  route('/api/hls/{id}/{variant}.m3u8', `/api/hls/${ID}/${ROW}\\.m3u8`, aliasMedia),
  route(
    '/api/hls/{id}/{variant}_{gen}_{k}.ts',
    `/api/hls/${ID}/${ROW}_(?<gen>\\d{1,9})_(?<k>\\d{1,9})\\.(?<ending>ts|aac)`,
    videoSegment,
  ),
  route('/hls/{id}/chapters.vtt', `/hls/${UUID}/chapters\\.vtt`, chapters),
  route('/hls/{id}/subtitles-{track}.vtt', `/hls/${UUID}/${SUBTITLES}\\.vtt`, subtitles),
  route(
    '/hls/{id}/subtitles-{track}/playlist.m3u8',
    `/hls/${UUID}/${SUBTITLES}/playlist\\.m3u8`,
    subtitleList,
  ),
  route('/hls/{id}/subtitles-{track}/0.vtt', `/hls/${UUID}/${SUBTITLES}/0\\.vtt`, subtitleSegment),
  route('/thumb/{id}', `/thumb/${UUID}`, videoThumbnail),
  route('/thumb/{id}/storyboard.vtt', `/thumb/${UUID}/storyboard\\.vtt`, storyboard),
  route(
    '/thumb/{id}/storyboard-{version}-{n}.jpg',
    `/thumb/${UUID}/storyboard-(?<version>\\d{1,6})-(?<n>\\d{1,3})\\.jpg`,
    storyboardSheet,
  ),
  route('/api/live/{id}', `/api/live/${ID}`, liveFacts),
  route('/api/proxy/channel/{id}', `/api/proxy/channel/${ID}`, proxyTs),
  route('/api/proxy/channel/{id}/hls', `/api/proxy/channel/${ID}/hls`, proxyHls),
  route('/embed/hls.min.js', '/embed/hls\\.min\\.js', embedScript),
  route('/playlist.m3u', '/playlist\\.m3u8?', playlistM3u),
];
