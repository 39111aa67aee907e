import type { StreamConfig, Video } from '../../lib/contract/videos.ts';
import type { Caller } from './frame.ts';

/** Makes the query that opens a resource for a caller; empty where access is public. */
export type LinkFor = (resource: { kind: 'video'; id: string }, caller: Caller) => string;

const withQuery = (address: string | null, query: string): string | null =>
  address === null || query === '' ? address : `${address}${address.includes('?') ? '&' : '?'}${query}`;

/** A video with the address of its poster signed for whoever looks. */
export const signPoster = (video: Video, link: LinkFor, caller: Caller): Video =>
  video.thumbnail === null
    ? video
    : { ...video, thumbnail: withQuery(video.thumbnail, link({ kind: 'video', id: video.id }, caller)) };

/** All addresses of a video with the same query, and when it ends. */
export function signConfig(config: StreamConfig, query: string): StreamConfig {
  const expires = Number(new URLSearchParams(query).get('expires') ?? 0);
  return {
    ...config,
    hls: withQuery(config.hls, query),
    mp4: withQuery(config.mp4, query),
    thumbnail: withQuery(config.thumbnail, query),
    qualities: config.qualities.map((quality) => ({ ...quality, mp4: withQuery(quality.mp4, query) })),
    expiresAt: expires > 0 ? new Date(expires * 1000).toISOString() : null,
  };
}
