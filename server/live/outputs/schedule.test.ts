import { describe, expect, it } from 'vitest';
import { BufferSink } from '../../media/ts/packet-sink.ts';
import type { Unit } from '../../media/ts/streams.ts';
import { demux, ffmpegWarnings, makeClip } from '../../media/ts/test-clips.ts';
import { gridCutTicks, shouldCut, targetDurationS, targetOf } from './cut-rule.ts';
import { Schedule } from './schedule.ts';
import { slotSeconds } from './slot.ts';
import { type Segment, Track } from './track.ts';

const clip = demux(makeClip({ seconds: 12, gop: 50, bframes: 2, size: '160x90' }));
const larger = demux(makeClip({ seconds: 6, gop: 50, size: '320x180' }));

describe('cut rule', () => {
  it.each([
    [2, 2, 4, false],
    [4, 2, 4, true],
    [2.92, 2.92, 4, true],
    [5.84, 2.92, 4, true],
    [0.48, 0.48, 4, false],
    [3.84, 0.48, 4, true],
    [3.36, 0.48, 4, false],
    [10, 10, 4, true],
  ])('at %f s with keyframes every %f s and a target of %f s: %s', (elapsedS, gopS, targetS, cut) => {
    expect(shouldCut({ elapsedS, gopS, targetS })).toBe(cut);
  });

  it('the target duration covers the longest distance of keyframes, and the first segments are short', () => {
    expect([targetDurationS(4, 2), targetDurationS(4, 5.84), targetDurationS(6, 1)]).toEqual([5, 7, 7]);
    expect([targetOf(0, 4), targetOf(2, 4), targetOf(4, 4), targetOf(2, 1)]).toEqual([1, 1, 4, 1]);
  });
});

describe('grid', () => {
  it.each([
    // A second at least, then the multiple of two seconds that is nearest to the target.
    [73.98, 1, 76],
    [73.5, 1, 76],
    [73, 1, 74],
    [76, 1, 78],
    [76, 4, 80],
    [76, 5, 80],
    [76, 6, 82],
    [80, 2, 82],
  ])('a segment from %f s with a target of %f s ends at %f s', (startS, targetS, endS) => {
    expect(gridCutTicks(startS * 90_000, targetS, 180_000) / 90_000).toBe(endS);
  });
});

/** A segment in memory. */
class MemorySink extends BufferSink {
  constructor() {
    super(4000);
  }

  written(): Buffer {
    return this.bytes.subarray(0, this.next());
  }
}

type Options = { limitS?: number | null; nowMs?: () => number };

/** A schedule and the source's own track on it. */
function run(options: Options = {}) {
  const segments: Segment<MemorySink>[] = [];
  const track = new Track<MemorySink>({
    open: () => new MemorySink(),
    onSegment: (segment) => segments.push(segment),
  });
  const layout = { video: clip.program.video, audio: clip.program.audio };
  const schedule = new Schedule(
    { layout, codec: 'h264', gridTicks: null },
    {
      targetS: 4,
      firstNumber: 1,
      nowMs: options.nowMs ?? (() => 0),
      limitS: () => options.limitS ?? null,
    },
  );
  const push = (unit: Unit): void => {
    if (unit.kind === 'audio') schedule.audio(unit);
    else {
      const slot = schedule.video(unit);
      if (slot) track.enter(slot);
      track.video(unit);
      schedule.reach(unit.dts);
    }
    track.pump();
  };
  const tick = (): void => {
    schedule.tick();
    track.pump();
  };
  return { segments, schedule, push, tick };
}

describe('schedule and track', () => {
  it('cuts pictures at keyframes and sound by PTS, each frame in exactly one segment', () => {
    const { segments, push } = run();
    for (const unit of clip.units) push(unit);
    expect(segments.map(({ slot }) => slotSeconds(slot))).toEqual([2, 2, 4]);
    const sound = segments.flatMap((segment) => demux(segment.sink.written()).audio.map((unit) => unit.pts));
    expect(sound).toEqual([...new Set(sound)].sort((a, b) => a - b));
    for (const { sink, slot, independent } of segments) {
      const cut = demux(sink.written());
      expect(independent && cut.video[0]?.key).toBe(true);
      for (const unit of cut.audio) {
        expect(unit.pts).toBeGreaterThanOrEqual(slot.startTicks);
        expect(unit.pts).toBeLessThan(slot.endTicks!);
      }
    }
  });

  it('waits for the sound, but not for ever', () => {
    let now = 0;
    const { segments, push, tick } = run({ nowMs: () => now });
    for (const unit of clip.video) push(unit);
    expect(segments.length).toBe(0);
    now = 1499;
    tick();
    expect(segments.length).toBe(0);
    now = 1500;
    tick();
    expect(segments.length).toBe(3);
  });

  it('fills the place of sound that is missing with silence, and goes on with the sound that returns (SRC-17)', () => {
    let now = 0;
    const { segments, push, tick } = run({ nowMs: () => now });
    const startTicks = clip.video[0]!.pts;
    for (const unit of clip.units) {
      now = (unit.pts - startTicks) / 90;
      const isLost = unit.kind === 'audio' && now > 3000 && now < 9500;
      if (!isLost) push(unit);
      tick();
    }
    now += 5000;
    tick();
    const bytes = Buffer.concat(segments.map(({ sink }) => sink.written()));
    const sound = demux(bytes).audio.map((unit) => unit.pts);
    const steps = sound.slice(1).map((pts, i) => pts - sound[i]!);
    expect(Math.min(...steps)).toBeGreaterThanOrEqual(1920 - 450);
    expect(Math.max(...steps)).toBeLessThanOrEqual(1920 + 450);
    expect(ffmpegWarnings(bytes)).toBe('');
  });

  it('cuts without a keyframe when none comes before the published target, and counts it', () => {
    const { segments, schedule, push } = run({ limitS: 3 });
    const [first, ...rest] = clip.video;
    push(first!);
    for (const unit of rest) push({ ...unit, key: false });
    for (const unit of clip.audio) push(unit);
    expect(schedule.cutsWithoutKeyframe).toBeGreaterThan(1);
    expect(segments.map(({ slot }) => Math.round(slotSeconds(slot))).every((length) => length <= 3)).toBe(
      true,
    );
    expect(segments[1]?.independent).toBe(false);
  });

  it('marks a segment whose picture has another size, and cuts there at once', () => {
    const { segments, push } = run();
    const end = clip.video.at(-1)!.pts + 3600;
    const shift = end - larger.video[0]!.pts;
    for (const unit of clip.units) push(unit);
    for (const unit of larger.units) {
      const moved = { ...unit, pts: unit.pts + shift };
      if (moved.kind === 'video') push({ ...moved, dts: moved.dts + shift });
      else push(moved);
    }
    const marked = segments.findIndex(({ slot }) => slot.discontinuity);
    expect(segments[marked]?.slot.startTicks).toBe(end);
    expect(segments.filter(({ slot }) => slot.discontinuity).length).toBe(1);
  });
});
