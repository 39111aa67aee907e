import { createHash } from 'node:crypto';
import type { rendition } from '../../drizzle/schema/vod.ts';
import { targetDurationOf, writeMasterPlaylist, writeVodPlaylist } from '../media/hls/playlists.ts';

export type RenditionRow = typeof rendition.$inferSelect;
export type PlaylistText = { text: string; etag: string };

/** The master playlist of finished renditions, lowest first, every number measured (contracts.md §8). */
export function masterOf(rows: readonly RenditionRow[]): PlaylistText {
  const text = writeMasterPlaylist(
    rows.map((row) => ({
      uri: `${row.rung}/playlist.m3u8`,
      bandwidth: row.peakBitsPerSecond,
      averageBandwidth: row.averageBitsPerSecond,
      codecs: row.codec,
      resolution: row.width && row.height ? { width: row.width, height: row.height } : null,
      frameRate: row.fps,
    })),
  );
  return tagged(text, rows[0]?.gen ?? 0);
}

/** The media playlist of one rendition. */
export function mediaOf(row: RenditionRow): PlaylistText {
  const { durationsSeconds } = row.segments;
  const text = writeVodPlaylist({
    targetDurationS: targetDurationOf(durationsSeconds),
    type: 'VOD',
    ended: true,
    independent: true,
    segments: durationsSeconds.map((durationS, k) => ({ uri: `${row.gen}-${k}.ts`, durationS })),
  });
  return tagged(text, row.gen);
}

/** ETag of gen and bytes, never of a time (contracts.md §1). */
function tagged(text: string, gen: number): PlaylistText {
  const hash = createHash('sha256').update(text).digest('base64url').slice(0, 22);
  return { text, etag: `"${gen}-${hash}"` };
}
