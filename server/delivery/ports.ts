import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LiveFacts } from './live-info.ts';

/** What a media address leads to. */
export type MediaResource = { kind: 'channel' | 'video'; id: string };

/** A file that may be sent: strong ETag with its quotes, a type of ours. */
export type MediaFile = {
  path: string;
  sizeBytes: number;
  contentType: string;
  etag: string;
  /** Says that it is being read, until the answer is called: nobody removes it meanwhile. */
  reading?(): () => void;
};

/** `gen` of a video's playlist is a part of its ETag. */
export type Playlist = { text: string; gen: number };

/** One segment of a video; see server/vod/watching. */
export type Segment = {
  contentType: string;
  made: boolean;
  make(signal: AbortSignal): Promise<void>;
  bytes(): Promise<Buffer>;
};

/** A file that is put together while it is sent; both ends of a part are included. */
export type VirtualFile = {
  sizeBytes: number;
  contentType: string;
  etag: string;
  read(start: number, end: number): AsyncIterable<Buffer>;
};

/** Who may have it: how the right was proved decides what is written into playlists. */
export type Grant = {
  via: 'signature' | 'line' | 'token' | 'cookie' | 'public';
  /** Appended to every address in a playlist; empty when access is public. */
  query: string;
  /** Whose right it is: a person, a link, or an address where access is public. */
  viewer: string;
};

/** What delivery needs of video on demand. */
export type VodPort = AroundPort & {
  find(
    idOrNum: string,
  ): Promise<{ id: string; num: number; visibility: string; ownerId: string | null } | null>;
  original(id: string): Promise<MediaFile | null>;
  mp4(id: string, quality: string): Promise<MediaFile | null>;
  thumbnail(id: string): Promise<MediaFile | null>;
  master(id: string): Promise<Playlist | null>;
  media(id: string, quality: string): Promise<Playlist | null>;
  segment(id: string, row: string, gen: number, k: number): Promise<Segment | null>;
  wholeFile(id: string, quality: string): Promise<VirtualFile | null>;
};

/** What delivery needs of what stands around a video; null for what there is not (server/vod/around.ts). */
type AroundPort = {
  storyboard(id: string): Promise<string | null>;
  sheet(id: string, version: number, n: number): Promise<MediaFile | null>;
  subtitles(id: string, track: number): Promise<string | null>;
  subtitleList(id: string, track: number): Promise<string | null>;
  subtitleSegment(id: string, track: number): Promise<string | null>;
  chapters(id: string): Promise<string | null>;
};

/** What delivery needs of live; `C` is the channel as the live engine knows it. */
export type LivePort<C = unknown> = {
  serveTs(channel: C, req: IncomingMessage, res: ServerResponse): Promise<void>;
  master(channel: C, options: { viewerId: string; only: string | null }): Promise<string>;
  media(channel: C, rung: string, options: { viewerId: string | null }): Promise<string>;
  segment(channelId: string, name: string): Promise<Buffer | null>;
  /** A player says that it is gone, so that nobody has to wait for it. */
  leave(channelId: string, viewerId: string): void;
  /** The running stream; null when the channel is idle. Starts nothing. */
  statusOf(channelId: string): LiveFacts | null;
};

export type CatalogPort<C = unknown> = {
  /** By uuid, number, output path or a path it had before. */
  resolve(key: string): Promise<string | null>;
  findForLive(id: string): Promise<C | null>;
};

export type AccessPort = {
  /** Proves the right to a resource or throws; `null` only tells whether the caller may see anything at all. */
  grant(
    req: IncomingMessage,
    search: URLSearchParams,
    resource: MediaResource | null,
    rules?: { visibility: string; ownerId: string | null },
  ): Promise<Grant>;
};

export type ExportsPort = {
  /** The M3U list of the line whose token stands in the query. */
  servePlaylist(req: IncomingMessage, res: ServerResponse, search: URLSearchParams): Promise<void>;
  /** A list with one channel, whose address carries `query`. */
  serveChannel(req: IncomingMessage, res: ServerResponse, channelId: string, query: string): Promise<void>;
};
