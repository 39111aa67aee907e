import { expectedCodecs } from '../media/avc-level.ts';
import { type SubtitleLine, type VariantLine, writeMasterPlaylist } from '../media/hls/playlists.ts';
import { type Generation, knownCount } from './generation.ts';
import { segmentSeconds } from './grid/join.ts';
import { audioGroup, audioLines, mediaList } from './grid/lists.ts';
import type { GridPlan } from './grid/plan.ts';
import { isSoundRow, type Row } from './grid/store.ts';
import type { RenditionRow } from './queries.ts';

/** A playlist; `gen` is a part of its ETag (contracts.md §1). */
export type PlaylistText = { text: string; gen: number };

/** A promised end may be so much too late: a last segment that is shorter may not exist. */
const DOUBTFUL_SECONDS = 0.25;
/** What a quality may need beyond what was measured or planned so far. */
export const RESERVE = 1.1;
/** A quiet beginning says little of the rest: a quality is taken to need at least this part of its budget. */
const LEAST_SHARE = 0.25;

/**
 * The playlist of a quality or of a sound track. Where the length is known it is whole from the first moment, and what is
 * not made is made when it is asked for; else it names what is there (`madeCount`) and grows.
 */
export function mediaOf(generation: Generation, row: Row, madeCount: number): PlaylistText {
  const { plan, gen, frames, promisedFrames } = generation;
  const known = listedCount(generation);
  const text = mediaList(plan, {
    count: known ?? madeCount,
    frames: frames ?? promisedFrames,
    ended: known !== null,
    uriOf: (k) => `${gen}-${k}.${isSoundRow(row) ? 'aac' : 'ts'}`,
  });
  return { text, gen };
}

function listedCount(generation: Generation): number | null {
  const { plan, frames, promisedFrames } = generation;
  const count = knownCount(generation);
  if (count === null || frames !== null || count < 2) return count;
  return segmentSeconds(plan, count - 1, promisedFrames!) < DOUBTFUL_SECONDS ? count - 1 : count;
}

/** Rates of the sound track that needs most, in bits a second; the average is null until it is known. */
export type SoundRates = { peak: number; average: number | null };

type Around = {
  /** Bits a second that the qualities need at most; those measured so far. */
  peaks: ReadonlyMap<Row, number>;
  /** What players take beside a quality where there are several sound tracks; null where there are not. */
  sound: SoundRates | null;
  /** The file as it was uploaded, where it stands beside the others. */
  original: readonly VariantLine[];
  subtitles: readonly SubtitleLine[];
};

/**
 * The master playlist, lowest quality first (contracts.md §8). Of a finished video every number is measured; before, it
 * is what was measured so far (`peaks`, in bits a second) or what is planned, with some reserve.
 */
export function masterOf(generation: Generation, around: Around): PlaylistText {
  const { peaks, sound, original, subtitles } = around;
  const { plan, gen, complete, renditions } = generation;
  const lineOf = (row: RenditionRow): VariantLine => ({
    uri: `${row.rung}/playlist.m3u8`,
    ...withSound(complete ? measured(row) : expected(plan, row, peaks.get(row.rung)), sound),
    resolution: row.width && row.height ? { width: row.width, height: row.height } : null,
    frameRate: row.fps,
    ...audioGroup(plan),
  });
  const text = writeMasterPlaylist([...renditions.map(lineOf), ...original], audioLines(plan), subtitles);
  return { text, gen };
}

type Rate = Pick<VariantLine, 'bandwidth' | 'averageBandwidth' | 'codecs'>;

const measured = (row: RenditionRow): Rate => ({
  bandwidth: row.peakBitsPerSecond,
  averageBandwidth: row.averageBitsPerSecond,
  codecs: row.codec,
});

/** A player takes a quality and one of the sound tracks beside it, and needs both rates (RFC 8216 §4.3.4.2). */
function withSound(rate: Rate, sound: SoundRates | null): Rate {
  if (sound === null) return rate;
  const { bandwidth, averageBandwidth } = rate;
  const isKnown = averageBandwidth !== null && sound.average !== null;
  return {
    ...rate,
    bandwidth: bandwidth + sound.peak,
    averageBandwidth: isKnown ? averageBandwidth + sound.average! : null,
  };
}

function expected(plan: GridPlan, row: RenditionRow, peak: number | undefined): Rate {
  const rung = plan.rungs.find(({ id }) => id === row.rung)!;
  const hasSound = plan.tracks.length > 0;
  const budget = rung.videoBitsPerSecond + (hasSound ? plan.audioBitsPerSecond : 0);
  return {
    bandwidth: RESERVE * (peak === undefined ? budget : Math.max(peak, LEAST_SHARE * budget)),
    averageBandwidth: null,
    codecs: expectedCodecs(rung, plan.rate, hasSound),
  };
}
