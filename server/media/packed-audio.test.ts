import { describe, expect, it } from 'vitest';
import { isPackedAudio, PackedAudio } from './packed-audio.ts';
import type { AudioUnit } from './ts/streams.ts';
import { demux, makeClip } from './ts/test-clips.ts';

const { audio } = demux(makeClip({ seconds: 1, video: null }));
const frames = Buffer.concat(audio.map((unit) => unit.data));

function read(parts: Buffer[], chunkBytes = 1000) {
  const units: AudioUnit[] = [];
  let programs = 0;
  const reader = new PackedAudio({ onProgram: () => programs++, onUnit: (unit) => units.push(unit) });
  const whole = parts.map((part) => {
    for (let at = 0; at < part.length; at += chunkBytes) reader.push(part.subarray(at, at + chunkBytes));
    return reader.endSegment();
  });
  return { units, programs, whole };
}

/** An ID3 tag with the time of the first frame (RFC 8216 §3.4). */
function tag(ticks: number): Buffer {
  const owner = Buffer.from('com.apple.streaming.transportStreamTimestamp\0', 'latin1');
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(ticks));
  const head = Buffer.from('ID3\x04\0\0\0\0\0\x3fPRIV\0\0\0\x35\0\0', 'latin1');
  return Buffer.concat([head, owner, time]);
}

describe('packed AAC', () => {
  it.each([1, 13, 100_000])('is read in pieces of %i bytes, with the times of its tags', (chunkBytes) => {
    const late = 2 ** 33 - 1920;
    const found = read(
      [Buffer.concat([tag(900_000), frames]), Buffer.concat([tag(late), frames])],
      chunkBytes,
    );
    expect(found).toMatchObject({ programs: 1, whole: [true, true] });
    expect(found.units.map((unit) => unit.data)).toEqual([...audio, ...audio].map((unit) => unit.data));
    const times = found.units.map((unit) => unit.pts);
    expect(times.slice(0, 2)).toEqual([900_000, 901_920]);
    expect(times.slice(audio.length, audio.length + 3)).toEqual([late, 0, 1920]);
  });

  it('without a tag goes on where it ended', () => {
    const { units } = read([frames, frames]);
    expect(units[audio.length]!.pts - units[audio.length - 1]!.pts).toBe(1920);
  });

  it('tells a half frame at the end, and refuses what is no AAC', () => {
    expect(read([frames.subarray(0, -5)]).whole).toEqual([false]);
    expect(() => read([Buffer.concat([tag(0), Buffer.alloc(100, 3)])])).toThrow(/not AAC/);
    expect(() => read([Buffer.concat([frames, Buffer.alloc(100, 3)])])).toThrow(/damaged/);
    expect([isPackedAudio(tag(0)), isPackedAudio(frames), isPackedAudio(Buffer.alloc(99))]).toEqual([
      true,
      true,
      false,
    ]);
  });
});
