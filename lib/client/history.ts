import type { StreamsStatus } from '../contract/streams.ts';
import type { Overview } from '../contract/system.ts';

/** How many values a curve keeps; with one every two seconds these are three minutes. */
export const HISTORY_LENGTH = 90;

type StreamHistory = { atMs: number[]; clients: number[]; inBits: number[] };

const traffic = { atMs: [] as number[], outBits: [] as number[], inBits: [] as number[] };
const streams = new Map<string, StreamHistory>();

const push = (list: number[], value: number): void => {
  list.push(value);
  if (list.length > HISTORY_LENGTH) list.shift();
};

/** Remembers the values that a small curve shows; they start when the page was opened. */
export const recordOverview = (overview: Overview, nowMs: number): void => {
  push(traffic.atMs, nowMs);
  push(traffic.outBits, overview.outBitsPerSecond);
  push(traffic.inBits, overview.inBitsPerSecond);
};

export const recordStreams = (status: StreamsStatus, nowMs: number): void => {
  const seen = new Set<string>();
  for (const stream of status.streams) {
    seen.add(stream.channel_id);
    const history = streams.get(stream.channel_id) ?? { atMs: [], clients: [], inBits: [] };
    push(history.atMs, nowMs);
    push(history.clients, stream.clients);
    push(history.inBits, stream.in_bits_per_second);
    streams.set(stream.channel_id, history);
  }
  for (const id of streams.keys()) if (!seen.has(id)) streams.delete(id);
};

export const trafficHistory = (): Readonly<typeof traffic> => traffic;
export const streamHistory = (channelId: string): Readonly<StreamHistory> =>
  streams.get(channelId) ?? { atMs: [], clients: [], inBits: [] };
