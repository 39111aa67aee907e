import { beforeEach, describe, expect, it } from 'vitest';
import { loadPart, partsState, type Surroundings } from './parts.ts';

const missing = (): Error =>
  Object.assign(new Error('Failed to load chunk /_next/static/chunks/a-1.js from module 7'), {
    name: 'ChunkLoadError',
  });

/** A server whose answers about the part are given one by one; the last one stays. */
const surroundings = (...answers: Awaited<ReturnType<Surroundings['ask']>>[]) => {
  const asked: string[] = [];
  const waits: number[] = [];
  const around: Surroundings = {
    ask: async (address) => {
      asked.push(address);
      return (answers.length > 1 ? answers.shift() : answers[0]) ?? 'away';
    },
    wait: async (ms) => {
      waits.push(ms);
    },
  };
  return { around, asked, waits };
};

/** A part that arrives at the n-th try. */
const arrivesAt = (n: number) => {
  let tries = 0;
  return async (): Promise<string> => {
    tries += 1;
    if (tries < n) throw missing();
    return `try ${tries}`;
  };
};

beforeEach(() => partsState.set({ waiting: 0, gone: false }));

describe('a part of the page', () => {
  it('that arrives is not asked about', async () => {
    const { around, asked } = surroundings('away');
    expect(await loadPart(arrivesAt(1), around)).toBe('try 1');
    expect(asked).toEqual([]);
  });

  it('is loaded again when the server is back, after pauses that grow to 8 s', async () => {
    const away = Array.from({ length: 7 }, () => 'away' as const);
    const { around, asked, waits } = surroundings(...away, 'there');
    expect(await loadPart(arrivesAt(2), around)).toBe('try 2');
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 8000, 8000]);
    expect(new Set(asked)).toEqual(new Set(['/_next/static/chunks/a-1.js']));
  });

  it('counts as waiting as long as it is asked for again', async () => {
    const seen: number[] = [];
    const end = partsState.subscribe(() => seen.push(partsState.get().waiting));
    await loadPart(arrivesAt(2), surroundings('there').around);
    end();
    expect(seen).toEqual([1, 0]);
    expect(partsState.get().gone).toBe(false);
  });

  it('that the server has no more ends in its error, and the page says so', async () => {
    const { around, waits } = surroundings('away', 'gone');
    await expect(loadPart(arrivesAt(9), around)).rejects.toThrow('Failed to load chunk');
    expect(waits).toEqual([500]);
    expect(partsState.get()).toEqual({ waiting: 0, gone: true });
  });

  it('that does not arrive although the server has it is given up after six tries', async () => {
    const { around, waits } = surroundings('there');
    await expect(loadPart(arrivesAt(99), around)).rejects.toThrow('Failed to load chunk');
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000]);
    expect(partsState.get().gone).toBe(true);
  });

  it('that arrived and is wrong throws its own error at once', async () => {
    const { around, asked } = surroundings('there');
    const broken = async (): Promise<never> => {
      throw new TypeError('x is not a function');
    };
    await expect(loadPart(broken, around)).rejects.toThrow('x is not a function');
    expect(asked).toEqual([]);
  });
});
