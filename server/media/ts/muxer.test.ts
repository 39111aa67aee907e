import { describe, expect, it } from 'vitest';
import type { Layout } from './identity.ts';
import { groupAudio } from './identity.ts';
import { muxSegment } from './muxer.ts';
import { diff33, readPid, readTimestamp, WRAP_TICKS, writeTimestamp } from './packet.ts';
import { BufferSink } from './packet-sink.ts';
import { PacketWriter } from './packet-writer.ts';
import { type Demuxed, demux, ffmpegWarnings, makeClip, probePackets } from './test-clips.ts';

const clip = makeClip({ seconds: 4, gop: 25, bframes: 2 });

const layoutOf = ({ program }: Demuxed): Layout => ({ video: program.video, audio: program.audio });

/** Cuts a clip at its keyframes, sound by PTS, and muxes each part. */
function segmentsOf(source: Demuxed): Buffer[] {
  const cuts = source.video.filter((unit) => unit.key).map((unit) => unit.pts);
  return cuts.map((from, index) => {
    const to = cuts[index + 1] ?? Number.POSITIVE_INFINITY;
    const start = source.video.findIndex((unit) => unit.key && unit.pts === from);
    const end = source.video.findIndex((unit) => unit.key && unit.pts === to);
    const video = source.video.slice(start, end < 0 ? undefined : end);
    const audio = source.audio.filter((unit) => (index === 0 || unit.pts >= from) && unit.pts < to);
    return muxSegment({ layout: layoutOf(source), video, audio });
  });
}

function counterBreaks(bytes: Buffer): number {
  const counters = new Map<number, number>();
  let breaks = 0;
  for (let at = 0; at < bytes.length; at += 188) {
    const pid = readPid(bytes, at);
    const counter = bytes[at + 3]! & 0x0f;
    const last = counters.get(pid);
    if (last !== undefined && ((last + 1) & 0x0f) !== counter) breaks++;
    counters.set(pid, counter);
  }
  return breaks;
}

describe('muxer', () => {
  it('writes what it read: ffprobe sees the same times, and ffmpeg has nothing to warn of', () => {
    const source = demux(clip);
    const bytes = muxSegment({ layout: layoutOf(source), video: source.video, audio: source.audio });
    expect(probePackets(bytes)).toEqual(probePackets(clip));
    expect(ffmpegWarnings(bytes)).toBe('');
    expect(demux(bytes).units.length).toBe(source.units.length);
    expect(demux(bytes).video).toEqual(source.video);
    expect(demux(bytes).audio).toEqual(source.audio);
  });

  it('makes segments that form one stream without a break in any order of joining', () => {
    const segments = segmentsOf(demux(clip));
    expect(segments.length).toBe(4);
    const joined = Buffer.concat(segments);
    expect(counterBreaks(joined)).toBe(0);
    expect(counterBreaks(Buffer.concat([segments[2]!, segments[0]!, segments[3]!]))).toBe(0);
    expect(ffmpegWarnings(joined)).toBe('');
    expect(probePackets(joined)).toEqual(probePackets(clip));
  });

  it('begins each segment with PAT, PMT and a marked keyframe', () => {
    for (const segment of segmentsOf(demux(clip))) {
      expect([readPid(segment, 0), readPid(segment, 188)]).toEqual([0, 0x1000]);
      const video = Array.from({ length: segment.length / 188 }, (_, index) => index * 188).find(
        (at) => readPid(segment, at) === 0x100,
      );
      expect(segment[video! + 5]! & 0x50).toBe(0x50);
    }
  });

  it.each(['mp2', 'ac3', 'eac3'] as const)('carries %s with the descriptors a player needs', (audio) => {
    const bytes = makeClip({
      seconds: 2,
      audio,
      extra: audio === 'mp2' ? [] : ['-mpegts_flags', 'system_b'],
    });
    const source = demux(bytes);
    const written = muxSegment({ layout: layoutOf(source), video: source.video, audio: source.audio });
    expect(ffmpegWarnings(written)).toBe('');
    expect(probePackets(written).video).toEqual(probePackets(bytes).video);
    expect(probePackets(written).audio.length).toBe(probePackets(bytes).audio.length);
  });

  it('carries sound alone with a clock of its own', () => {
    const source = demux(makeClip({ seconds: 2, video: null }));
    const written = muxSegment({ layout: layoutOf(source), video: [], audio: source.audio });
    expect(ffmpegWarnings(written)).toBe('');
    expect(counterBreaks(Buffer.concat([written, written]))).toBe(0);
  });

  it('writes an endless stream with running counters and a new map version when codecs change', () => {
    const source = demux(clip);
    const writer = new PacketWriter(layoutOf(source));
    const sink = new BufferSink(5000);
    writer.psi(sink);
    for (const unit of source.video) writer.video(unit, sink);
    for (const group of groupAudio(source.audio)) writer.audio(group, sink);
    expect(counterBreaks(sink.bytes.subarray(0, sink.next()))).toBe(0);
    const mapVersion = () => {
      const psi = new BufferSink(2);
      writer.psi(psi);
      return psi.bytes[188 + 10]!;
    };
    const before = mapVersion();
    writer.changeLayout({ video: { streamType: 0x24, descriptors: Buffer.alloc(0) }, audio: null });
    const after = mapVersion();
    expect((after >> 1) & 0x1f).toBe(((before >> 1) & 0x1f) + 1);
  });
});

describe('timestamps', () => {
  it('survive writing and reading, also at the wrap', () => {
    const bytes = Buffer.alloc(5);
    for (const ticks of [0, 1, 12_345_678, 2 ** 30, 2 ** 32 + 77, WRAP_TICKS - 1]) {
      writeTimestamp(bytes, 0, 2, ticks);
      expect(readTimestamp(bytes, 0)).toBe(ticks);
    }
    expect(diff33(5, WRAP_TICKS - 5)).toBe(10);
    expect(diff33(WRAP_TICKS - 5, 5)).toBe(-10);
  });
});
