import { createHash } from 'node:crypto';
import { diff33, TICKS_PER_SECOND, wrap33 } from '../../server/media/ts/packet.ts';
import { demux } from '../../server/media/ts/test-clips.ts';
import type { Copy } from './hls-follower.ts';

/** What is in a segment; times in ticks of 90 kHz that count on from one segment to the next. */
export type Content = {
  copy: Copy;
  /** Times of the pictures as they are shown. */
  pictures: number[];
  /** Of one picture. */
  frameTicks: number;
  /** Time and end of each frame of sound. */
  sound: { from: number; to: number; hash: string }[];
  faults: string[];
};

const PACKET_BYTES = 188;
const PMT_PID = 0x1000;

const pidAt = (bytes: Buffer, packet: number): number =>
  bytes.readUInt16BE(packet * PACKET_BYTES + 1) & 0x1fff;

/** Half the pictures lie closer to the next one, half farther. */
export function medianStep(times: readonly number[]): number {
  const steps = times.slice(1).map((time, at) => time - times[at]!);
  return steps.sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
}

/** Takes a segment apart. `nearTicks` is a time shortly before it, to count on over the wrap of 33 bits. */
export function contentOf(copy: Copy, nearTicks: number | null): Content {
  const { bytes } = copy;
  const faults: string[] = [];
  if (bytes.length % PACKET_BYTES !== 0) faults.push('does not consist of whole packets');
  if (pidAt(bytes, 0) !== 0 || pidAt(bytes, 1) !== PMT_PID) faults.push('does not begin with PAT and PMT');
  const { video, audio } = demux(bytes);
  const near = nearTicks ?? video[0]?.pts ?? audio[0]?.pts ?? 0;
  const on = (ticks: number): number => near + diff33(ticks, wrap33(near));
  if (video.length > 0 && !video[0]!.key) faults.push('does not begin with a keyframe');
  const pictures = video.map(({ pts }) => on(pts)).sort((a, b) => a - b);
  if (video.length > 0 && on(video[0]!.pts) !== pictures[0])
    faults.push('shows a picture before its keyframe');
  if (new Set(pictures).size < pictures.length) faults.push('has two pictures at one time');
  const sound = audio.map(({ pts, durationTicks, data }) => ({
    from: on(pts),
    to: on(pts) + (durationTicks ?? 0),
    hash: createHash('sha1').update(data).digest('base64'),
  }));
  return { copy, pictures, frameTicks: medianStep(pictures), sound, faults };
}

export type Grain = {
  /** A segment's pictures may begin this much after its time: one picture where cuts lie on a grid, else nothing. */
  cutTicks: number;
  /** Sound that is missing at a splice. */
  soundGapTicks: number;
  /** Pictures that are missing where a source changes, or that last longer than the others of their segment. */
  lengthTicks?: number;
};

const EXTINF_S = 0.05;
/** Less than a hole that a decoder notices: times of sound are rounded. */
const SOUND_ROUNDING_TICKS = 450;

/** Faults of one list: lengths true to the pictures, sound exactly in its segment, without holes or overlaps. */
export function faultsOfRow(row: readonly Content[], grain: Grain): string[] {
  return row.flatMap((content, at) => {
    const next = row[at + 1];
    const follows = next?.copy.number === content.copy.number + 1 ? next : null;
    const faults = [
      ...content.faults,
      ...lengthFaults(content, follows, grain),
      ...soundFaults(content, follows, grain),
    ];
    return faults.map((fault) => `segment ${content.copy.number} ${fault}`);
  });
}

function lengthFaults(content: Content, next: Content | null, grain: Grain): string[] {
  const { copy, pictures, frameTicks } = content;
  const slackS = Math.max(EXTINF_S, (grain.lengthTicks ?? 0) / TICKS_PER_SECOND);
  if (pictures.length === 0) return [];
  const ownS = (pictures.at(-1)! + frameTicks - pictures[0]!) / TICKS_PER_SECOND;
  const lengths = [ownS];
  if (next?.pictures.length) lengths.push((next.pictures[0]! - pictures[0]!) / TICKS_PER_SECOND);
  return lengths
    .filter((lengthS) => Math.abs(lengthS - copy.durationS) > slackS)
    .map((lengthS) => `says it lasts ${copy.durationS.toFixed(3)} s, its pictures ${lengthS.toFixed(3)} s`);
}

function soundFaults(content: Content, next: Content | null, grain: Grain): string[] {
  const { pictures, sound } = content;
  const faults: string[] = [];
  if (sound.length === 0) return next?.sound.length ? ['has no sound'] : [];
  const from = pictures[0] ?? sound[0]!.from;
  const to = next?.pictures[0] ?? Number.POSITIVE_INFINITY;
  const early = sound.filter((frame) => frame.from < from - grain.cutTicks).length;
  const late = sound.filter((frame) => frame.from >= to).length;
  if (early > 0) faults.push(`has ${early} frames of sound from before its first picture`);
  if (late > 0) faults.push(`has ${late} frames of sound that belong to the next one`);
  const all = next?.sound[0] ? [...sound, next.sound[0]] : sound;
  for (const [at, frame] of all.entries()) {
    const before = all[at - 1];
    if (!before) continue;
    const gap = frame.from - before.to;
    if (gap < -SOUND_ROUNDING_TICKS || gap > SOUND_ROUNDING_TICKS + grain.soundGapTicks)
      faults.push(`has a step of ${Math.round(gap / 90)} ms in its sound`);
  }
  return faults;
}
