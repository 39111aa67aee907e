import { describe, expect, it } from 'vitest';
import { WRAP_TICKS } from '../../media/ts/packet.ts';
import type { AudioUnit, Program, VideoUnit } from '../../media/ts/streams.ts';
import { Normaliser, type Splice } from './normaliser.ts';
import { Ring } from './ring.ts';

const stream = (kind: 'video' | 'audio', codec: string) =>
  ({ pid: kind === 'video' ? 256 : 257, streamType: 0, kind, codec, descriptors: Buffer.alloc(0) }) as never;
const both: Program = {
  number: 1,
  pcrPid: 256,
  video: stream('video', 'h264'),
  audio: stream('audio', 'aac'),
  streams: [],
};

const picture = (pts: number, key = false, dts = pts): VideoUnit => ({
  kind: 'video',
  pts,
  dts,
  key,
  data: Buffer.from('v'),
});
const sound = (pts: number): AudioUnit => ({
  kind: 'audio',
  pts,
  durationTicks: 1920,
  data: Buffer.from('a'),
});

function record() {
  const video: VideoUnit[] = [];
  const audio: AudioUnit[] = [];
  const splices: Splice[] = [];
  const normaliser = new Normaliser({
    onSplice: (splice) => splices.push(splice),
    onVideo: (unit) => video.push(unit),
    onAudio: (unit) => audio.push(unit),
  });
  return { normaliser, video, audio, splices };
}

/** One second of pictures and sound from a keyframe on. */
function second(normaliser: Normaliser, from: number): void {
  for (let index = 0; index < 25; index++) {
    normaliser.unit(picture(from + index * 3600, index === 0));
    for (let k = 0; k < 2; k++) normaliser.unit(sound(from + (index * 2 + k) * 1800));
  }
}

describe('normaliser', () => {
  it('begins with a keyframe and the sound from there on', () => {
    const { normaliser, video, audio, splices } = record();
    normaliser.use();
    normaliser.program(both);
    normaliser.unit(sound(90_000));
    normaliser.unit(picture(93_600));
    normaliser.unit(sound(97_000));
    normaliser.unit(picture(97_200, true));
    normaliser.unit(sound(99_000));
    expect(video.map((unit) => unit.pts)).toEqual([97_200]);
    expect(audio.map((unit) => unit.pts)).toEqual([97_000, 99_000]);
    expect(splices.map((splice) => splice.first)).toEqual([true]);
  });

  it('drops the leading pictures of an open GOP', () => {
    const { normaliser, video } = record();
    normaliser.use();
    normaliser.program(both);
    normaliser.unit(picture(10_800, true, 0));
    normaliser.unit(picture(3600, false, 3600));
    normaliser.unit(picture(7200, false, 7200));
    normaliser.unit(picture(21_600, false, 10_800));
    normaliser.unit(picture(14_400, false, 14_400));
    expect(video.map((unit) => unit.pts)).toEqual([10_800, 21_600, 14_400]);
  });

  it('B3: puts another source right behind the old one, whatever its clock says', () => {
    const { normaliser, video, audio, splices } = record();
    normaliser.use();
    normaliser.program(both);
    second(normaliser, 500_000);
    const end = video.at(-1)!.pts;
    normaliser.use();
    normaliser.program(both);
    second(normaliser, 7_000_000_000);
    const after = video.filter((unit) => unit.pts > end);
    expect(after[0]?.pts).toBe(end + 3600);
    expect(video.length).toBe(50);
    const steps = audio.slice(1).map((unit, index) => unit.pts - audio[index]!.pts);
    expect(Math.min(...steps)).toBeGreaterThan(1400);
    expect(Math.max(...steps)).toBeLessThan(1920 + 9000);
    expect(splices.length).toBe(2);
  });

  it('SRC-09: goes on without a break over the wrap of 33 bits, a loop, and a jump', () => {
    const { normaliser, video } = record();
    normaliser.use();
    normaliser.program(both);
    second(normaliser, WRAP_TICKS - 45_000);
    second(normaliser, 45_000);
    second(normaliser, 45_000);
    second(normaliser, 5_000_000);
    const steps = video.slice(1).map((unit, index) => unit.dts - video[index]!.dts);
    expect(video.length).toBe(100);
    expect(new Set(steps)).toEqual(new Set([3600]));
  });

  it('keeps sound that jumps before its picture until the picture follows', () => {
    const { normaliser, audio, video } = record();
    normaliser.use();
    normaliser.program(both);
    second(normaliser, 90_000);
    const before = audio.length;
    for (let index = 0; index < 5; index++) normaliser.unit(sound(9_000_000 + index * 1920));
    expect(audio.length).toBe(before);
    second(normaliser, 9_000_000);
    expect(audio.length).toBeGreaterThan(before + 40);
    expect(Math.abs(audio.at(-1)!.pts - video.at(-1)!.pts)).toBeLessThan(9000);
  });

  it('a channel of sound alone goes on over another source', () => {
    const { normaliser, audio } = record();
    const alone: Program = { ...both, video: null };
    normaliser.use();
    normaliser.program(alone);
    for (let index = 0; index < 10; index++) normaliser.unit(sound(1000 + index * 1920));
    normaliser.use();
    normaliser.program(alone);
    for (let index = 0; index < 10; index++) normaliser.unit(sound(800_000 + index * 1920));
    const steps = audio.slice(1).map((unit, index) => unit.pts - audio[index]!.pts);
    expect(new Set(steps)).toEqual(new Set([1920]));
  });
});

describe('ring', () => {
  const block = (sizeBytes: number, key = false, atMs = 0) => ({
    bytes: Buffer.alloc(sizeBytes, key ? 1 : 0),
    key,
    atMs,
    slab: null,
  });

  it('keeps within its bytes and knows its keyframes', () => {
    const ring = new Ring(1000);
    for (let index = 0; index < 40; index++) ring.push(block(100, index % 4 === 0));
    expect(ring.sizeBytes).toBeLessThanOrEqual(1000);
    expect([ring.head, ring.newestKey]).toEqual([40, 36]);
    expect(ring.oldestKey).toBeGreaterThanOrEqual(ring.base);
    expect(ring.at(36)?.key).toBe(true);
    expect(ring.at(ring.base - 1)).toBeNull();
    expect(ring.at(40)).toBeNull();
  });

  it('grows to hold the newest keyframe, but never past 8 MB', () => {
    const ring = new Ring(1000);
    ring.push(block(500, true));
    for (let index = 0; index < 100; index++) ring.push(block(50_000));
    expect(ring.newestKey).toBe(0);
    expect(ring.sizeBytes).toBe(5_000_500);
    for (let index = 0; index < 100; index++) ring.push(block(50_000));
    expect(ring.newestKey).toBeNull();
    expect(ring.sizeBytes).toBeLessThanOrEqual(8 * 1024 * 1024);
  });

  it('names blocks right after thousands have gone', () => {
    const ring = new Ring(2000);
    for (let index = 0; index < 5000; index++)
      ring.push({
        bytes: Buffer.from(String(index).padEnd(100)),
        key: index % 10 === 0,
        atMs: index,
        slab: null,
      });
    expect(ring.at(4995)?.bytes.toString().trim()).toBe('4995');
    expect(ring.newestKey).toBe(4990);
  });
});
