import { describe, expect, it } from 'vitest';
import { BufferSink } from '../../media/ts/packet-sink.ts';
import { demux, ffmpegWarnings, makeClip } from '../../media/ts/test-clips.ts';
import { shouldCut, targetDurationS, targetOf } from './cut-rule.ts';
import { type Segment, Segmenter } from './segmenter.ts';

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

/** A segment in memory. */
class MemorySink extends BufferSink {
  constructor() {
    super(4000);
  }

  written(): Buffer {
    return this.bytes.subarray(0, this.next());
  }
}

function run(options: { soundUntil?: number; limitS?: number | null; nowMs?: () => number } = {}) {
  const segments: Segment<MemorySink>[] = [];
  const segmenter = new Segmenter(
    { video: clip.program.video, audio: clip.program.audio },
    {
      open: () => new MemorySink(),
      targetS: 4,
      nowMs: options.nowMs ?? (() => 0),
      limitS: () => options.limitS ?? null,
      onSegment: (segment) => segments.push(segment),
    },
  );
  return { segments, segmenter };
}

describe('segmenter', () => {
  it('cuts pictures at keyframes and sound by PTS, each frame in exactly one segment', () => {
    const { segments, segmenter } = run();
    for (const unit of clip.units) unit.kind === 'video' ? segmenter.video(unit) : segmenter.audio(unit);
    expect(segments.map((segment) => segment.durationS)).toEqual([2, 2, 4]);
    const sound = segments.flatMap((segment) => demux(segment.sink.written()).audio.map((unit) => unit.pts));
    expect(sound).toEqual([...new Set(sound)].sort((a, b) => a - b));
    for (const { sink, startTicks, durationS, independent } of segments) {
      const cut = demux(sink.written());
      expect(independent && cut.video[0]?.key).toBe(true);
      for (const unit of cut.audio) {
        expect(unit.pts).toBeGreaterThanOrEqual(startTicks);
        expect(unit.pts).toBeLessThan(startTicks + durationS * 90_000);
      }
    }
  });

  it('waits for the sound, but not for ever', () => {
    let now = 0;
    const { segments, segmenter } = run({ nowMs: () => now });
    for (const unit of clip.video) segmenter.video(unit);
    expect(segments.length).toBe(0);
    now = 1499;
    segmenter.tick();
    expect(segments.length).toBe(0);
    now = 1500;
    segmenter.tick();
    expect(segments.length).toBe(3);
  });

  it('fills the place of sound that is missing with silence, and goes on with the sound that returns (SRC-17)', () => {
    let now = 0;
    const { segments, segmenter } = run({ nowMs: () => now });
    const startTicks = clip.video[0]!.pts;
    for (const unit of clip.units) {
      now = (unit.pts - startTicks) / 90;
      const isLost = unit.kind === 'audio' && now > 3000 && now < 9500;
      if (unit.kind === 'video') segmenter.video(unit);
      else if (!isLost) segmenter.audio(unit);
      segmenter.tick();
    }
    now += 5000;
    segmenter.tick();
    const bytes = Buffer.concat(segments.map(({ sink }) => sink.written()));
    const sound = demux(bytes).audio.map((unit) => unit.pts);
    const steps = sound.slice(1).map((pts, i) => pts - sound[i]!);
    expect(Math.min(...steps)).toBeGreaterThanOrEqual(1920 - 450);
    expect(Math.max(...steps)).toBeLessThanOrEqual(1920 + 450);
    expect(ffmpegWarnings(bytes)).toBe('');
  });

  it('cuts without a keyframe when none comes before the published target, and counts it', () => {
    const { segments, segmenter } = run({ limitS: 3 });
    const [first, ...rest] = clip.video;
    segmenter.video(first!);
    for (const unit of rest) segmenter.video({ ...unit, key: false });
    for (const unit of clip.audio) segmenter.audio(unit);
    expect(segmenter.cutsWithoutKeyframe).toBeGreaterThan(1);
    expect(segments.map((segment) => Math.round(segment.durationS)).every((length) => length <= 3)).toBe(
      true,
    );
    expect(segments[1]?.independent).toBe(false);
  });

  it('marks a segment whose picture has another size, and cuts there at once', () => {
    const { segments, segmenter } = run();
    const end = clip.video.at(-1)!.pts + 3600;
    const shift = end - larger.video[0]!.pts;
    for (const unit of clip.units) unit.kind === 'video' ? segmenter.video(unit) : segmenter.audio(unit);
    for (const unit of larger.units) {
      const moved = { ...unit, pts: unit.pts + shift };
      if (moved.kind === 'video') segmenter.video({ ...moved, dts: moved.dts + shift });
      else segmenter.audio(moved);
    }
    const marked = segments.findIndex((segment) => segment.discontinuity);
    expect(segments[marked]?.startTicks).toBe(end);
    expect(segments.filter((segment) => segment.discontinuity).length).toBe(1);
  });
});
