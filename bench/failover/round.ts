import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '../../tests/support/client.ts';
import { HlsViewer } from '../../tests/support/provider/hls-viewer.ts';
import { MarkedViewer } from '../../tests/support/provider/marks.ts';
import type { Provider } from '../../tests/support/provider/provider.ts';
import { makeChannel } from '../support/channels.ts';
import type { Kind } from './kinds.ts';

/** What one round showed. */
export type Outcome = {
  /** From the fault to the next source's first bytes at the viewer of the transport stream, and of HLS. */
  tsMs: number | null;
  hlsMs: number | null;
  /** How long a player with three segments would have stood still. */
  stalledS: number | null;
  ts: Buffer;
  hls: Buffer;
  /** Most connections to the provider at once, over both sources of the channel. */
  peak: number;
  error: string | null;
};

/** One lane plays one round after the other; its second provider is the one that goes away. */
export type Lane = { client: Client; provider: Provider; dying: Provider };

/** The server's own default. */
export const SEGMENT_S = 4;
const SPREAD_MS = SEGMENT_S * 1000;
const POLL_MS = 200;
const LONGEST_WAIT_MS = 20_000;
const AFTER_BYTES = 150_000;
let names = 0;

/** A channel of its own, its viewers, the fault, and the time until the other source's picture is there. */
export async function playRound(kind: Kind, lane: Lane): Promise<Outcome> {
  const id = ++names;
  const name = `small.${id}`;
  const gone = kind.fault === 'gone';
  const first = gone ? lane.dying : lane.provider;
  if (gone && kind.when === 'start') await first.refuse();
  const account = `round-${id}`;
  const sources = [
    kind.source === 'hls' ? first.hls(name, account) : first.ts(name, account),
    lane.provider.ts(`b.${id}`, account),
  ];
  const urls = await makeChannel(lane.client, account, sources);
  if (kind.when === 'start' && kind.fault !== 'gone') first.set(name, kind.fault);
  const viewer = new MarkedViewer(urls.ts);
  const hls = kind.when === 'playing' ? new HlsViewer(urls.hls, SEGMENT_S) : null;
  try {
    return await measured(kind, { viewer, hls, name, account, first, provider: lane.provider });
  } finally {
    viewer.leave();
    await hls?.leave();
    await first.accept();
  }
}

async function waitFor(condition: () => boolean): Promise<void> {
  const until = performance.now() + LONGEST_WAIT_MS;
  while (!condition() && performance.now() < until) await delay(POLL_MS);
}

type Parts = {
  viewer: MarkedViewer;
  hls: HlsViewer | null;
  name: string;
  account: string;
  first: Provider;
  provider: Provider;
};

async function measured(
  kind: Kind,
  { viewer, hls, name, account, first, provider }: Parts,
): Promise<Outcome> {
  let error: string | null = null;
  let faultAtMs = viewer.startedAtMs;
  let seenAtMs: number | null = null;
  try {
    if (kind.when === 'playing') {
      await viewer.sees('small', LONGEST_WAIT_MS);
      await waitFor(() => hls?.plays === true || hls?.error != null);
      // At any moment of a segment, not always the same one.
      await delay(Math.random() * SPREAD_MS);
      faultAtMs = kind.fault === 'gone' ? await first.refuse() : first.set(name, kind.fault);
    }
    seenAtMs = await viewer.sees('b', LONGEST_WAIT_MS);
    await viewer.receives(AFTER_BYTES, LONGEST_WAIT_MS);
    await waitFor(() => !hls || hls.error !== null || hls.seen.at(-1)?.clip === 'b');
  } catch (thrown) {
    error = (thrown as Error).message;
  }
  const hlsAtMs = hls?.seen.find((seen) => seen.clip === 'b')?.atMs ?? null;
  return {
    tsMs: seenAtMs === null ? null : seenAtMs - faultAtMs,
    hlsMs: hlsAtMs === null ? null : hlsAtMs - faultAtMs,
    stalledS: hls?.stalledS() ?? null,
    ts: viewer.bytes(),
    hls: hls?.bytes() ?? Buffer.alloc(0),
    peak: provider.counts.of(`account ${account}`).peak,
    error: error ?? hls?.error?.message ?? null,
  };
}
