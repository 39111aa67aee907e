import { AppError } from '../core/errors.ts';
import type { DeliveryPorts, MediaHandler } from './context.ts';
import { sendPlaylist, sendText } from './send-bytes.ts';
import { sendFile } from './send-file.ts';
import { signPlaylist } from './sign-playlist.ts';
import { openVideo } from './vod-handlers.ts';

const IMMUTABLE = 'private, max-age=31536000, immutable';
const VTT = { contentType: 'text/vtt; charset=utf-8', cacheControl: 'private, no-cache' };

const found = <T>(thing: T | null): T => {
  if (thing === null) throw new AppError('NOT_FOUND');
  return thing;
};

type Pick = (vod: DeliveryPorts['vod'], id: string, params: Record<string, string>) => Promise<string | null>;

const vtt =
  (pick: Pick, sign: (text: string, query: string) => string = (text) => text): MediaHandler =>
  async (request, ports) => {
    const { id, grant } = await openVideo(request, ports);
    const text = found(await pick(ports.vod, id, request.params));
    sendText(request.req, request.res, { ...VTT, text: sign(text, grant.query) });
  };

/** The sheets that a storyboard names open with what has opened it. */
const signSheets = (text: string, query: string): string =>
  query === '' ? text : text.replace(/^(storyboard-\d+-\d+\.jpg)#/gm, (_all, name) => `${name}?${query}#`);

/** `/thumb/{uuid}/storyboard.vtt` */
export const storyboard = vtt((vod, id) => vod.storyboard(id), signSheets);
/** `/hls/{uuid}/subtitles-{track}.vtt` */
export const subtitles = vtt((vod, id, { track }) => vod.subtitles(id, Number(track)));
/** `/hls/{uuid}/subtitles-{track}/0.vtt` */
export const subtitleSegment = vtt((vod, id, { track }) => vod.subtitleSegment(id, Number(track)));
/** `/hls/{uuid}/chapters.vtt` */
export const chapters = vtt((vod, id) => vod.chapters(id));

/** `/hls/{uuid}/subtitles-{track}/playlist.m3u8` */
export const subtitleList: MediaHandler = async (request, ports) => {
  const { id, grant } = await openVideo(request, ports);
  const text = found(await ports.vod.subtitleList(id, Number(request.params.track)));
  sendPlaylist(request.req, request.res, signPlaylist(text, grant.query), { live: false });
};

/** `/thumb/{uuid}/storyboard-{version}-{n}.jpg`: immutable, another version has another name. */
export const storyboardSheet: MediaHandler = async (request, ports) => {
  const { id } = await openVideo(request, ports);
  const { version, n } = request.params;
  const sheet = found(await ports.vod.sheet(id, Number(version), Number(n)));
  await sendFile(request.req, request.res, sheet, { cacheControl: IMMUTABLE });
};
