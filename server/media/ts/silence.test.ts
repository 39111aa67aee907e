import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { readAdts } from './adts.ts';
import { silentFrameLike } from './silence.ts';

const tone = (channels: number): Buffer =>
  execFileSync('ffmpeg', [
    ...['-v', 'error', '-f', 'lavfi', '-i', 'sine=f=440:r=44100:d=0.2', '-c:a', 'aac'],
    ...['-ac', String(channels), '-f', 'adts', '-'],
  ]);

describe('a frame of silence', () => {
  it.each([1, 2, 6])('with %i channels is decoded to nothing but zeros', (channels) => {
    const frame = tone(channels);
    const silent = silentFrameLike(frame)!;
    expect(readAdts(silent)).toEqual({ ...readAdts(frame), sizeBytes: silent.length });
    const input = Buffer.concat(Array<Buffer>(20).fill(silent));
    const args = ['-v', 'error', '-xerror', '-f', 'aac', '-i', '-', '-f', 's16le', '-'];
    const samples = execFileSync('ffmpeg', args, { input });
    expect(samples.length).toBeGreaterThan(18 * 1024 * 2 * channels);
    expect(samples.every((byte) => byte === 0)).toBe(true);
  });

  it('there is none for what is no AAC-LC', () => {
    expect(silentFrameLike(Buffer.alloc(50))).toBeNull();
  });
});
