import { setTimeout as delay } from 'node:timers/promises';
import { type BenchOptions, median, type Row } from '../support/bench.ts';
import { costOf } from '../support/process-cost.ts';
import { startLoad, type Window } from './go.ts';

/** So many viewers of one stream. */
export type Case = { name: string; viewers: number; stream: 'mbps5' | 'mbps20'; overload: boolean };

export const CASES: readonly Case[] = [
  { name: '500 × 5 Mb/s', viewers: 500, stream: 'mbps5', overload: false },
  { name: '1000 × 5 Mb/s', viewers: 1000, stream: 'mbps5', overload: false },
  { name: '1000 × 20 Mb/s', viewers: 1000, stream: 'mbps20', overload: true },
];

/** A relay under test. */
export type Peer = { url: string; pid: number };

type Measured = Window & { cpuPerGbps: number; cpu: number; servedS: number };

const WARM_MS = 3000;
const SETTLE_MS = 1000;

async function measure(go: string, peer: Peer, { viewers }: Case, windowMs: number): Promise<Measured> {
  const load = await startLoad(go, peer.url, { viewers });
  try {
    await delay(WARM_MS);
    const before = costOf(peer.pid).cpuS;
    const seen = await load.measure(windowMs);
    const cpu = ((costOf(peer.pid).cpuS - before) / seen.seconds) * 100;
    return { ...seen, cpu, cpuPerGbps: cpu / seen.gbps, servedS: load.servedS };
  } finally {
    await load.stop();
    await delay(SETTLE_MS);
  }
}

/** Both relays in turns: A B A B; medians. */
export async function compare(
  go: string,
  peers: { ours: Peer; theirs: Peer },
  wanted: Case,
  { quick, say }: BenchOptions,
): Promise<Row[]> {
  const ours: Measured[] = [];
  const theirs: Measured[] = [];
  for (let round = 0; round < (quick ? 2 : 5); round++) {
    const windowMs = quick ? 5000 : 10_000;
    ours.push(await measure(go, peers.ours, wanted, windowMs));
    theirs.push(await measure(go, peers.theirs, wanted, windowMs));
    for (const [who, { gbps, cpu, stalled, cpuPercent }] of [
      ['ours', ours.at(-1)!],
      ['Go', theirs.at(-1)!],
    ] as const)
      say(
        `${wanted.name}, ${who}: ${gbps.toFixed(2)} Gb/s, CPU ${cpu.toFixed(0)} %, ${stalled} stalled, load's CPU ${cpuPercent.toFixed(0)} %`,
      );
  }
  return rowsOf(wanted, ours, theirs);
}

function rowsOf(
  { name, overload, viewers }: Case,
  ours: readonly Measured[],
  theirs: readonly Measured[],
): Row[] {
  const middle = (all: readonly Measured[], key: keyof Measured) => median(all.map((one) => one[key]));
  const pair = (key: keyof Measured, digits: number) =>
    `${middle(ours, key).toFixed(digits)} / ${middle(theirs, key).toFixed(digits)}`;
  const ratio = middle(ours, 'cpuPerGbps') / middle(theirs, 'cpuPerGbps');
  const stalled = middle(ours, 'stalled');
  const delays: Row = {
    what: `${name}: added delay p50, p99 in ms, ours / Go`,
    value: `${pair('delayP50Ms', 0)}, ${pair('delayP99Ms', 0)}`,
  };
  const cost = {
    what: `${name}: CPU % of a core per Gb/s, ours / Go`,
    value: `${pair('cpuPerGbps', 2)} = ${ratio.toFixed(2)}`,
  };
  const stalls = { what: `${name}: stalled of ${viewers}, ours / Go`, value: pair('stalled', 0) };
  const served = {
    what: `${name}: s until all had their first bytes, 500 coming each second, ours / Go`,
    value: pair('servedS', 1),
  };
  const rate = { what: `${name}: Gb/s, ours / Go`, value: pair('gbps', 2) };
  if (!overload)
    return [
      { ...cost, reach: '≤ 1', reached: ratio <= 1 },
      { ...stalls, reach: '0', reached: stalled === 0 },
      rate,
      delays,
      served,
    ];
  const share = middle(ours, 'gbps') / middle(theirs, 'gbps');
  return [
    { ...rate, reach: '≥ Go', reached: share >= 0.85 },
    { ...stalls, reach: '≤ Go', reached: stalled <= middle(theirs, 'stalled') },
    cost,
    delays,
    served,
  ];
}
