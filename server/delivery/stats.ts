import type { SegmentCacheStats } from './segment-cache.ts';

const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`;

type Numbers = { rssBytes: number; cache: SegmentCacheStats; connections: number; uptimeSeconds: number };

/** The answer of `/stats` (S2.5): the words of seed 002 for people, and the same as numbers for machines. */
export function statsOf({ rssBytes, cache, connections, uptimeSeconds }: Numbers): object {
  const asked = cache.hits + cache.misses;
  const rate = asked === 0 ? 0 : cache.hits / asked;
  return {
    memory_alloc: megabytes(rssBytes),
    memory_alloc_bytes: rssBytes,
    connections,
    uptime_seconds: Math.round(uptimeSeconds),
    cache: {
      enabled: cache.enabled,
      items: cache.items,
      size: megabytes(cache.sizeBytes),
      size_bytes: cache.sizeBytes,
      hit_rate: `${(rate * 100).toFixed(1)}%`,
      hit_ratio: Number(rate.toFixed(4)),
    },
  };
}
