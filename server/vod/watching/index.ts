import type { StreamConfig } from '../../../lib/contract/videos.ts';
import { AppError } from '../../core/errors.ts';
import { subtitleLines } from '../around.ts';
import type { Generation } from '../generation.ts';
import { isSoundRow, type Row, soundRow } from '../grid/store.ts';
import type { OpenGrids } from '../open-grids.ts';
import { masterOf, mediaOf, type PlaylistText } from '../playlists.ts';
import type { VodPorts } from '../ports.ts';
import { findVideo, type VideoRow } from '../queries.ts';
import { createGenerations } from './generations.ts';
import { createOriginalRow, ORIGINAL } from './original.ts';
import { peaksSoFar, soundBeside } from './peaks.ts';
import { createSegments, type Segments } from './segments.ts';
import { toStreamConfig } from './stream-config.ts';
import { createWholeFiles, type VirtualFile } from './whole-file.ts';

/** What viewers get of a video on the grid, from the moment when its first segment can be made. */
export type Watching = {
  /** Null while there is nothing to play. */
  master(id: string): Promise<PlaylistText | null>;
  /** The list of a quality, of a sound track (`audio-1`) or of the file as it was uploaded (`original`). */
  media(id: string, row: Row): Promise<PlaylistText | null>;
  segment: Segments['segment'];
  /** A whole quality as one seekable transport stream; null while segments are missing. */
  wholeFile(id: string, quality: string): Promise<VirtualFile | null>;
  streamConfig(id: string): Promise<StreamConfig>;
};

export function createWatching(ports: VodPorts, grids: OpenGrids, signal: AbortSignal): Watching {
  const generations = createGenerations(ports, signal);
  const segments = createSegments({ ports, grids, generations });
  const original = createOriginalRow(ports, generations, signal);
  const whole = createWholeFiles({ ports, grids, generations, signal });
  const hlsEnabled = () => ports.settings.get('hlsEnabled');
  /** The end of a video may be known before its last segments are. */
  const withEnd = async (generation: Generation): Promise<Generation> =>
    generation.frames === null
      ? { ...generation, frames: (await grids.open(generation)).store.frames }
      : generation;
  const listed = async (row: VideoRow): Promise<Generation | null> => {
    const generation = hlsEnabled() && row.playable ? await generations.current(row.id) : null;
    return generation && (await withEnd(generation));
  };
  return {
    segment: (videoId, row, gen, k) =>
      row === ORIGINAL ? original.segment(videoId, gen, k) : segments.segment(videoId, row, gen, k),
    async master(id) {
      const row = await needVideo(ports, id);
      const generation = await listed(row);
      if (generation === null) return null;
      const { complete, plan } = generation;
      const isMeasured = complete && plan.tracks.length < 2;
      const grid = isMeasured ? null : await grids.open(generation);
      return masterOf(generation, {
        peaks: grid && !complete ? await peaksSoFar(grid) : new Map(),
        sound: grid && (await soundBeside(grid, complete)),
        original: await original.lines(generation),
        subtitles: subtitleLines(row),
      });
    },
    async media(id, row) {
      const generation = await listed(await needVideo(ports, id));
      if (generation === null) return null;
      const list = row === ORIGINAL ? await original.list(generation) : null;
      if (list !== null) return list;
      if (!hasRow(generation, row)) throw new AppError('RENDITION_UNKNOWN');
      return mediaOf(generation, row, await segments.madeCount(generation, row));
    },
    async wholeFile(id, quality) {
      return await whole((await needVideo(ports, id)).id, quality);
    },
    async streamConfig(id) {
      const row = await needVideo(ports, id);
      const generation = await generations.current(row.id);
      return toStreamConfig(row, { generation, hlsEnabled: hlsEnabled() });
    },
  };
}

async function needVideo({ db }: VodPorts, id: string): Promise<VideoRow> {
  const row = await findVideo(db, id);
  if (!row) throw new AppError('NOT_FOUND');
  return row;
}

const hasRow = ({ plan }: Generation, row: Row): boolean =>
  isSoundRow(row)
    ? plan.tracks.some((_, track) => soundRow(track) === row)
    : plan.rungs.some(({ id }) => id === row);
