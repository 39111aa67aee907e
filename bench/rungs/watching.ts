import { setTimeout as delay } from 'node:timers/promises';
import type { types } from 'hls-parser';
import { fetched, parseStrictly } from '../../tests/support/hls-follower.ts';

/** The lists of a channel's qualities, by name. */
export async function qualitiesOf(master: string): Promise<Map<string, string>> {
  const list = parseStrictly((await fetched(master)).toString()) as types.MasterPlaylist;
  return new Map(
    list.variants.map(({ uri }) => {
      const address = new URL(uri, master);
      return [address.pathname.replace(/^.*\/hls\/|\.m3u8$/g, ''), address.href];
    }),
  );
}

const linesOf = async (address: string): Promise<types.MediaPlaylist> =>
  parseStrictly((await fetched(address)).toString()) as types.MediaPlaylist;

export const leave = async (address: string): Promise<void> =>
  void (await fetch(address, { method: 'DELETE' }));

export type StartUp = { listMs: number; segments: number; firstSegmentMs: number };

/** A viewer asks for a quality that nobody watches: how long until its list is there, and its first segment. */
export async function startUp(address: string): Promise<StartUp> {
  const begun = performance.now();
  const list = await linesOf(address);
  const listMs = performance.now() - begun;
  await fetched(new URL(list.segments[0]!.uri, address).href);
  return { listMs, segments: list.segments.length, firstSegmentMs: performance.now() - begun };
}

/** Keeps a list asked for, as a player does. */
export function keepAsking(address: string): { stop(): Promise<void> } {
  const over = new AbortController();
  const asking = (async () => {
    while (!over.signal.aborted) {
      await fetched(address).catch(() => undefined);
      await delay(1000, undefined, { signal: over.signal }).catch(() => undefined);
    }
  })();
  return {
    async stop() {
      over.abort();
      await asking;
      await leave(address);
    },
  };
}

const POLL_MS = 25;

/** How much later than in the source's list each new segment stands in another one, in ms. */
export async function lagsBehind(source: string, other: string, forMs: number): Promise<number[]> {
  const seen: Map<number, number>[] = [new Map(), new Map()];
  const until = performance.now() + forMs;
  const before = new Set((await linesOf(source)).segments.map((line) => line.mediaSequenceNumber));
  while (performance.now() < until) {
    // One that is refused for a while has nothing new.
    const lists = await Promise.all([source, other].map((list) => linesOf(list).catch(() => null)));
    for (const [at, list] of lists.entries())
      for (const { mediaSequenceNumber: number } of list?.segments ?? [])
        if (!seen[at]!.has(number)) seen[at]!.set(number, performance.now());
    await delay(POLL_MS);
  }
  return [...seen[0]!].flatMap(([number, atMs]) => {
    const laterMs = seen[1]!.get(number);
    return laterMs === undefined || before.has(number) ? [] : [laterMs - atMs];
  });
}
