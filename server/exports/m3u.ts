import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { LIVE_RUNGS, SOURCE_RUNG } from '../../lib/contract/live-rungs.ts';
import { m3uEntry, m3uHeader } from '../../lib/formats/m3u.ts';
import { AppError } from '../core/errors.ts';
import { checkPreconditions } from '../http/conditional.ts';
import { type Output, playableAddress, type VideoFile } from './addresses.ts';

/** Who reads the list, proved by its line (or another way in): addresses are signed for it. */
export type ListReader = {
  /** Stands for the reader in the ETag: the id of the line. */
  readonly key: string;
  /** Scheme, host and port that the reader reaches us under. */
  readonly origin: string;
  readonly userId: string | null;
  /** `expires=…&sig=…`, or nothing for what everybody may watch when access is public. */
  sign(resource: { kind: 'channel' | 'video'; id: string; isPrivate: boolean }): string;
};

export type ExportedChannel = {
  id: string;
  num: number;
  outputPath: string | null;
  name: string;
  group: string;
  chno: string | null;
  tvgId: string | null;
  tvgName: string | null;
  logo: string | null;
};

export type ExportedVideo = {
  id: string;
  title: string;
  durationSeconds: number | null;
  mp4Quality: string | null;
  /** Only its owner and admins may watch it. */
  isPrivate: boolean;
};

export type ExportPorts = {
  /** Proves who asks, or throws. */
  reader(req: IncomingMessage): Promise<ListReader>;
  channels(filter: { group?: string | undefined }): AsyncIterable<readonly ExportedChannel[]>;
  /** Videos that are ready and that this reader may watch. */
  videos(reader: ListReader): AsyncIterable<readonly ExportedVideo[]>;
  /** One channel; null when there is none. */
  channel(id: string): Promise<ExportedChannel | null>;
  /** Scheme, host and port that this request reached us under. */
  origin(req: IncomingMessage): string;
  /** A text that changes whenever a list may have changed. */
  revision(): Promise<string>;
};

type Wanted = {
  output: Output;
  /** What videos are where the output is no HLS. */
  file: VideoFile;
  /** The only quality of live channels that a player shall see; null for all. */
  quality: string | null;
  group: string | undefined;
  live: boolean;
  vod: boolean;
};

const QUALITIES = [SOURCE_RUNG, ...LIVE_RUNGS.map(({ id }) => id)] as const;

const TYPE = 'audio/x-mpegurl; charset=utf-8';
const VIDEO_GROUP = 'Videos';

/** `/playlist.m3u`: the channels and videos as an M3U list whose addresses work in any player (contracts.md §1). */
export function createM3uExport(ports: ExportPorts) {
  return {
    async servePlaylist(req: IncomingMessage, res: ServerResponse, search: URLSearchParams): Promise<void> {
      const reader = await ports.reader(req);
      const wanted = parseWanted(search);
      const gzip = acceptsGzip(req);
      const etag = etagOf([
        await ports.revision(),
        reader.key,
        reader.origin,
        JSON.stringify(wanted),
        String(gzip),
      ]);
      res.setHeader('ETag', etag);
      res.setHeader('Vary', 'Accept-Encoding');
      res.setHeader('Cache-Control', 'private, no-cache');
      const condition = checkPreconditions(req.headers, { etag });
      if (condition !== 'proceed') {
        res.writeHead(condition === 'not-modified' ? 304 : 412).end();
        return;
      }
      res.writeHead(200, {
        'Content-Type': TYPE,
        'Content-Disposition': 'inline; filename="siaran.m3u"',
        ...(gzip && { 'Content-Encoding': 'gzip' }),
      });
      if (req.method === 'HEAD') {
        res.end();
        return;
      }
      const text = Readable.from(listText(ports, reader, wanted), { objectMode: false });
      await pipeline([text, ...(gzip ? [createGzip()] : []), res]);
    },

    /** `/stream/{path}.m3u`: a list with one channel, its address signed with `query`. */
    async serveChannel(
      req: IncomingMessage,
      res: ServerResponse,
      channelId: string,
      query: string,
    ): Promise<void> {
      const channel = await ports.channel(channelId);
      if (!channel) throw new AppError('CHANNEL_NOT_FOUND');
      const url = playableAddress(ports.origin(req), { kind: 'channel', ...channel }, 'ts', query);
      const text = Buffer.from(m3uHeader() + channelEntry(channel, url));
      res.writeHead(200, {
        'Content-Type': TYPE,
        'Content-Disposition': `attachment; filename="${channel.outputPath ?? channel.num}.m3u"`,
        'Content-Length': text.length,
        'Cache-Control': 'private, no-cache',
      });
      res.end(req.method === 'HEAD' ? undefined : text);
    },
  };
}

/** The list as text, a batch at a time. */
async function* listText(ports: ExportPorts, reader: ListReader, wanted: Wanted): AsyncGenerator<string> {
  yield m3uHeader();
  if (wanted.live) {
    for await (const batch of ports.channels({ group: wanted.group })) {
      yield batch.map((channel) => listedEntry(channel, reader, wanted)).join('');
    }
  }
  if (!wanted.vod || (wanted.group !== undefined && wanted.group !== VIDEO_GROUP)) return;
  for await (const batch of ports.videos(reader)) {
    yield batch.map((video) => videoEntry(video, reader, wanted)).join('');
  }
}

function listedEntry(channel: ExportedChannel, reader: ListReader, { output, quality }: Wanted): string {
  const query = reader.sign({ kind: 'channel', id: channel.id, isPrivate: false });
  const url = playableAddress(reader.origin, { kind: 'channel', ...channel }, output, query);
  if (quality === null) return channelEntry(channel, url);
  return channelEntry(channel, `${url}${url.includes('?') ? '&' : '?'}quality=${quality}`);
}

function channelEntry(channel: ExportedChannel, url: string): string {
  return m3uEntry({
    name: channel.name,
    url,
    attributes: {
      'tvg-id': channel.tvgId,
      'tvg-name': channel.tvgName,
      'tvg-logo': channel.logo !== null && /^https?:\/\//i.test(channel.logo) ? channel.logo : null,
      'tvg-chno': channel.chno,
      'group-title': channel.group,
    },
  });
}

function videoEntry(video: ExportedVideo, reader: ListReader, { output, file }: Wanted): string {
  const query = reader.sign({ kind: 'video', id: video.id, isPrivate: video.isPrivate });
  return m3uEntry({
    name: video.title,
    url: playableAddress(reader.origin, { kind: 'video', ...video, file }, output, query),
    durationS: video.durationSeconds ?? -1,
    attributes: { 'tvg-type': 'movies', 'group-title': VIDEO_GROUP },
  });
}

function parseWanted(search: URLSearchParams): Wanted {
  const output = search.get('output') ?? 'ts';
  // Players ask for m3u8 when they mean HLS.
  const isHls = output === 'hls' || output === 'm3u8';
  if (!isHls && output !== 'ts' && output !== 'mpegts') throw wrong('output', 'Use ts or hls.');
  const types = (search.get('type') ?? 'live,vod').split(',');
  // `m3u` and `m3u_plus` are what Xtream players send as the type of list.
  const plain = types.every((type) => type === 'm3u' || type === 'm3u_plus');
  if (!plain && !types.every((type) => type === 'live' || type === 'vod'))
    throw wrong('type', 'Use live, vod or both.');
  return {
    output: isHls ? 'hls' : 'ts',
    file: wantedFile(search.get('format')),
    quality: wantedQuality(search.get('quality'), isHls),
    group: search.get('group') ?? undefined,
    live: plain || types.includes('live'),
    vod: plain || types.includes('vod'),
  };
}

function wantedFile(format: string | null): VideoFile {
  if (format !== null && format !== 'mp4' && format !== 'ts') throw wrong('format', 'Use mp4 or ts.');
  return format ?? 'mp4';
}

function wantedQuality(asked: string | null, isHls: boolean): string | null {
  if (asked === null || asked === 'auto') return null;
  if (!isHls) throw wrong('quality', 'Channels have qualities over HLS only: add output=hls.');
  const quality = QUALITIES.find((name) => name === asked);
  if (!quality) throw wrong('quality', `Use auto, ${QUALITIES.join(', ')}.`);
  return quality;
}

const wrong = (field: string, message: string) =>
  new AppError('VALIDATION', { details: [{ field, message }] });

const etagOf = (parts: readonly string[]): string =>
  `"${createHash('sha256').update(parts.join('\n')).digest('base64url').slice(0, 27)}"`;

/** Accept-Encoding with gzip and not `gzip;q=0` (RFC 9110 §12.5.3). */
function acceptsGzip(req: IncomingMessage): boolean {
  const codings = String(req.headers['accept-encoding'] ?? '')
    .toLowerCase()
    .split(',');
  return codings.some(
    (coding) => /^\s*(?:x-)?gzip\s*(?:;|$)/.test(coding) && !/;\s*q=0(?:\.0*)?\s*$/.test(coding),
  );
}
