import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { muxSegment } from '../ts/muxer.ts';
import type { Program, Unit } from '../ts/streams.ts';
import { clipFile, demux, ffmpegWarnings, makeClip } from '../ts/test-clips.ts';
import { Fmp4Demuxer } from './demuxer.ts';

let clip: Buffer;
let file: string;

beforeAll(() => {
  clip = makeClip({ seconds: 4, gop: 25, bframes: 2 });
  file = clipFile(Buffer.alloc(0), 'mp4');
  const run = ['-nostdin', '-v', 'error', '-y', '-i', clipFile(clip), '-c', 'copy', file];
  execFileSync('ffmpeg', run, { stdio: 'pipe' });
});

/** The clip as fragments, with its edit lists. */
function remux(args: string[]): Buffer {
  const to = clipFile(Buffer.alloc(0), 'mp4');
  const flags = 'frag_keyframe+delay_moov+default_base_moof';
  const run = ['-nostdin', '-v', 'error', '-y', '-i', file, ...args, '-movflags', flags, to];
  execFileSync('ffmpeg', run, { stdio: 'pipe' });
  return readFileSync(to);
}

function read(bytes: Buffer, chunkBytes = bytes.length) {
  const units: Unit[] = [];
  const programs: Program[] = [];
  const demuxer = new Fmp4Demuxer({
    onProgram: (program) => programs.push(program),
    onUnit: (unit) => units.push(unit),
  });
  for (let at = 0; at < bytes.length; at += chunkBytes) demuxer.push(bytes.subarray(at, at + chunkBytes));
  const video = units.filter((unit) => unit.kind === 'video');
  const audio = units.filter((unit) => unit.kind === 'audio');
  return { units, video, audio, program: programs.at(-1)!, demuxer };
}

function muxed({ video, audio, program }: ReturnType<typeof read>): Buffer {
  return muxSegment({ layout: { video: program.video, audio: program.audio }, video, audio });
}

describe('fragmented MP4', () => {
  it('gives the same pictures, sound and distances as the transport stream it was made of', () => {
    const before = demux(clip);
    const after = read(remux(['-c', 'copy']));
    expect(after.program).toMatchObject({ video: { codec: 'h264' }, audio: { codec: 'aac' } });
    expect([after.video.length, after.audio.length]).toEqual([before.video.length, before.audio.length]);
    const steps = (units: readonly { pts: number }[]) => units.map((unit) => unit.pts - units[0]!.pts);
    expect(steps(after.video)).toEqual(steps(before.video));
    steps(before.audio).forEach((step, index) => {
      expect(Math.abs(step - steps(after.audio)[index]!)).toBeLessThanOrEqual(2);
    });
    expect(after.video.map((unit) => unit.key)).toEqual(before.video.map((unit) => unit.key));
    expect(after.audio.map((unit) => unit.data)).toEqual(before.audio.map((unit) => unit.data));
    const lead = (found: { video: { pts: number }[]; audio: { pts: number }[] }) =>
      found.video[0]!.pts - found.audio[0]!.pts;
    expect(Math.abs(lead(before) - lead(after))).toBeLessThanOrEqual(90);
    expect(ffmpegWarnings(muxed(after))).toBe('');
  });

  it.each([1, 7, 1000])('reads the same in pieces of %i bytes', (chunkBytes) => {
    const bytes = remux(['-c', 'copy', '-t', '1']);
    expect(read(bytes, chunkBytes).units).toEqual(read(bytes).units);
  });

  it.each([
    ['HEVC', ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=error'], 'hevc', 'aac'],
    ['AC-3', ['-c:v', 'copy', '-c:a', 'ac3'], 'h264', 'ac3'],
    ['E-AC-3', ['-c:v', 'copy', '-c:a', 'eac3'], 'h264', 'eac3'],
    ['MP3', ['-c:v', 'copy', '-c:a', 'libmp3lame'], 'h264', 'mp2'],
    ['parameter sets in the pictures', ['-c', 'copy', '-tag:v', 'avc3'], 'h264', 'aac'],
  ])('carries %s', (_name, args, video, audio) => {
    const found = read(remux(['-t', '1', ...args]));
    expect(found.program).toMatchObject({ video: { codec: video }, audio: { codec: audio } });
    expect(ffmpegWarnings(muxed(found))).toBe('');
  });

  it('carries sound or pictures alone', () => {
    expect(read(remux(['-c', 'copy', '-vn'])).program).toMatchObject({ video: null, audio: {} });
    expect(read(remux(['-c', 'copy', '-an'])).program).toMatchObject({ video: {}, audio: null });
  });

  it('names what it cannot carry', () => {
    const vp9 = () => read(remux(['-t', '0.2', '-c:v', 'libvpx-vp9', '-cpu-used', '8']));
    expect(vp9).toThrow('fragmented MP4 with vp09');
    const opus = read(remux(['-t', '0.2', '-c:v', 'copy', '-c:a', 'libopus']));
    expect(opus.program).toMatchObject({ video: { codec: 'h264' }, audio: null });
  });

  it('survives damage anywhere: every flipped or missing part is an error or lost units, never a hang', () => {
    const bytes = remux(['-c', 'copy', '-t', '0.4']);
    const whole = read(bytes).units.length;
    for (let at = 0; at < bytes.length; at += 97) {
      const broken = Buffer.from(bytes);
      broken.fill(0xff, at, at + 3);
      try {
        expect(read(broken).units.length).toBeLessThanOrEqual(whole + 1);
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
    }
    const half = read(bytes.subarray(0, bytes.length * 0.7));
    expect(half.demuxer.endSegment()).toBe(false);
  });
});
