import { readFile } from 'node:fs/promises';
import type { Storyboard, SubtitleTrack } from '../../drizzle/schema/vod.ts';
import type { StreamConfig } from '../../lib/contract/videos.ts';
import { START_SECONDS } from '../media/args.ts';
import { type SubtitleLine, writeVodPlaylist } from '../media/hls/playlists.ts';
import { languageTag, trackName } from '../media/languages.ts';
import { asHlsSegment, type Cue, cueText, readCues, writeWebVtt } from '../media/webvtt.ts';
import { isMissing } from '../store/index.ts';
import type { MediaFile } from './files.ts';
import type { VodPorts } from './ports.ts';
import { findVideo, type VideoRow } from './queries.ts';
import { subtitlesKey } from './stage-subtitles.ts';
import { sheetCount, sheetKey } from './storyboard-sheets.ts';

/** What stands around a video: pictures for the seek bar, subtitles, chapters. Null for what there is not. */
export type Around = {
  /** WebVTT whose cues are parts of sheets, by their bare names. */
  storyboard(id: string): Promise<string | null>;
  sheet(id: string, version: number, n: number): Promise<MediaFile | null>;
  subtitles(id: string, track: number): Promise<string | null>;
  /** The same subtitles as an HLS list of one segment, `0.vtt`, and that segment. */
  subtitleList(id: string, track: number): Promise<string | null>;
  subtitleSegment(id: string, track: number): Promise<string | null>;
  chapters(id: string): Promise<string | null>;
};

export function createAround(ports: Pick<VodPorts, 'db' | 'store'>): Around {
  const { db, store } = ports;
  const subtitles = async (id: string, track: number): Promise<string | null> => {
    const row = await findVideo(db, id);
    if (!row?.subtitles?.some((one) => one.track === track)) return null;
    return await textOf(store.path(subtitlesKey(row.id, track)));
  };
  return {
    async storyboard(id) {
      const row = await findVideo(db, id);
      return row?.storyboard ? storyboardVtt(row.storyboard, row.durationSeconds) : null;
    },
    async sheet(id, version, n) {
      const row = await findVideo(db, id);
      const board = row?.storyboard;
      if (!row || !board || board.version !== version || n >= sheetCount(board)) return null;
      const key = sheetKey(row.id, version, n);
      const sizeBytes = await store.size(key);
      const etag = `"storyboard-${version}-${n}-${sizeBytes}"`;
      return sizeBytes === null
        ? null
        : { path: store.path(key), sizeBytes, contentType: 'image/jpeg', etag };
    },
    subtitles,
    async subtitleList(id, track) {
      const text = await subtitles(id, track);
      const row = text === null ? null : await findVideo(db, id);
      if (text === null || row === null) return null;
      const durationS = row.durationSeconds ?? readCues(text).at(-1)?.endSeconds ?? 1;
      return writeVodPlaylist({
        ...{ targetDurationS: Math.max(1, Math.ceil(durationS)), type: 'VOD', ended: true },
        ...{ independent: false, segments: [{ uri: '0.vtt', durationS }] },
      });
    },
    async subtitleSegment(id, track) {
      const text = await subtitles(id, track);
      return text === null ? null : asHlsSegment(text, START_SECONDS);
    },
    async chapters(id) {
      const { chapters } = (await findVideo(db, id)) ?? {};
      if (!chapters?.length) return null;
      return writeWebVtt(chapters.map(({ title, ...times }) => ({ ...times, text: cueText(title) })));
    },
  };
}

async function textOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** A cue for each small picture: its sheet and its place there (Media Fragments URI 1.0 §4.2.2). */
export function storyboardVtt(board: Storyboard, lengthSeconds: number | null): string {
  const { version, tileWidth, tileHeight, columns, rows, everySeconds, count } = board;
  const cues = Array.from({ length: count }, (_, i): Cue => {
    const place = i % (columns * rows);
    const x = (place % columns) * tileWidth;
    const y = Math.floor(place / columns) * tileHeight;
    const sheet = Math.floor(i / (columns * rows));
    return {
      startSeconds: i * everySeconds,
      // The last one stands to the end, whatever was rounded.
      endSeconds:
        i === count - 1 ? Math.max(lengthSeconds ?? 0, count * everySeconds) : (i + 1) * everySeconds,
      text: `storyboard-${version}-${sheet}.jpg#xywh=${x},${y},${tileWidth},${tileHeight}`,
    };
  });
  return writeWebVtt(cues);
}

/** Subtitles and storyboard of a video as its stream-config names them. */
export const aroundOf = (row: VideoRow): Pick<StreamConfig, 'subtitles' | 'storyboard'> => ({
  subtitles: named(row.subtitles).map(({ name, track, language }) => ({
    ...{ track, language: languageTag(language), name },
    url: `/hls/${row.id}/subtitles-${track}.vtt`,
  })),
  storyboard: row.storyboard ? `/thumb/${row.id}/storyboard.vtt?v=${row.storyboard.version}` : null,
});

/** The subtitles of a video as they stand in its master list. */
export const subtitleLines = (row: VideoRow): SubtitleLine[] => {
  const first = row.subtitles?.find((one) => one.isDefault)?.track;
  return named(row.subtitles).map(({ name, track, language, forced }) => ({
    ...{ groupId: 'subtitles', name, language: languageTag(language), forced },
    uri: `subtitles-${track}/playlist.m3u8`,
    // At most one of a group (RFC 8216 §4.3.4.1.1).
    isDefault: track === first,
  }));
};

/** Each track with a name that no other one has, so that people and players can tell them apart (RFC 8216 §4.3.4.1.1). */
function named(tracks: readonly SubtitleTrack[] | null): (SubtitleTrack & { name: string })[] {
  const names = new Set<string>();
  return (tracks ?? []).map((one) => {
    const plain = trackName('Subtitles', one, one.track + 1);
    let name = plain;
    for (let n = 2; names.has(name); n++) name = `${plain} ${n}`;
    names.add(name);
    return { ...one, name };
  });
}
