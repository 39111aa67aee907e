import { beforeEach, describe, expect, it } from 'vitest';
import { ChunkPolicy, FIRST_CHUNK_BYTES, MIN_CHUNK_BYTES, USUAL_CHUNK_BYTES } from './chunk-policy.ts';

const map = new Map<string, string>();
const memory = {
  getItem: (key: string) => map.get(key) ?? null,
  setItem: (key: string, value: string) => void map.set(key, value),
};
beforeEach(() => map.clear());

const policy = (host = 'a', wanted = () => USUAL_CHUNK_BYTES) => new ChunkPolicy(memory, host, wanted);

describe('the size of a piece', () => {
  it('is small for the first one and large after it', () => {
    expect(policy().next(0)).toBe(FIRST_CHUNK_BYTES);
    expect(policy().next(FIRST_CHUNK_BYTES)).toBe(USUAL_CHUNK_BYTES);
  });

  it('is what the station is set to, also for the first piece, and follows a change at once', () => {
    let wanted = 1024 * 1024;
    const line = policy('a', () => wanted);
    expect(line.next(0)).toBe(wanted);
    expect(line.next(1)).toBe(wanted);
    wanted = 200 * 1024 * 1024;
    expect(line.next(0)).toBe(FIRST_CHUNK_BYTES);
    expect(line.next(1)).toBe(wanted);
  });

  it('never grows past what the station wants, and what the line bears is learnt below it', () => {
    const wanted = 8 * 1024 * 1024;
    const line = policy('a', () => wanted);
    line.refused('cut', wanted);
    expect(line.next(1)).toBe(wanted / 2);
    for (let i = 0; i < 12; i += 1) line.accepted();
    expect(line.next(1)).toBe(wanted);
  });

  it('is halved after a refusal for size, for good, and remembered for this host alone', () => {
    const first = policy();
    expect(first.refused('too-large', USUAL_CHUNK_BYTES)).toBe(true);
    for (let i = 0; i < 20; i += 1) first.accepted();
    expect(first.next(1)).toBe(USUAL_CHUNK_BYTES / 2);
    expect(policy().next(1)).toBe(USUAL_CHUNK_BYTES / 2);
    expect(policy('b').next(1)).toBe(USUAL_CHUNK_BYTES);
  });

  it('is halved after a cut line and grows again when pieces go through', () => {
    const line = policy();
    line.refused('cut', USUAL_CHUNK_BYTES);
    line.refused('cut', USUAL_CHUNK_BYTES);
    expect(line.next(1)).toBe(USUAL_CHUNK_BYTES / 4);
    for (let i = 0; i < 6; i += 1) line.accepted();
    expect(line.next(1)).toBe(USUAL_CHUNK_BYTES);
  });

  it('counts from what was really sent, so a small last piece that was refused is not doubled', () => {
    const line = policy();
    line.refused('too-large', 8 * 1024 * 1024);
    expect(line.next(1)).toBe(4 * 1024 * 1024);
  });

  it('says when it cannot become smaller', () => {
    const line = policy();
    expect(line.refused('too-large', MIN_CHUNK_BYTES)).toBe(false);
    expect(line.next(0)).toBe(MIN_CHUNK_BYTES);
  });

  it.each(['nonsense', '{}', '{"limit":"x","ceiling":1}', '{"limit":-5,"ceiling":99999999999}'])(
    'ignores a spoiled memory: %s',
    (stored) => {
      map.set('siaran.chunk.a', stored);
      const size = policy().next(1);
      expect(size).toBeGreaterThanOrEqual(MIN_CHUNK_BYTES);
      expect(size).toBeLessThanOrEqual(USUAL_CHUNK_BYTES);
    },
  );
});
