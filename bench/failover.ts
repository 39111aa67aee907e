import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from '../tests/support/client.ts';
import { Provider } from '../tests/support/provider/provider.ts';
import { removeDataDir, startServer } from '../tests/support/server.ts';
import { faultsOf } from './failover/check.ts';
import { KINDS, type Kind } from './failover/kinds.ts';
import { type Lane, type Outcome, playRound, SEGMENT_S } from './failover/round.ts';
import type { Bench, BenchOptions, Row } from './support/bench.ts';

const LANES = 5;

const seconds = (ms: number): string => (Number.isNaN(ms) ? 'never' : `${(ms / 1000).toFixed(2)} s`);

/** The value below which so many of a hundred lie. */
function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? Number.NaN;
}

async function playKind(kind: Kind, lanes: readonly Lane[], quick: boolean): Promise<Outcome[]> {
  let left = quick ? kind.rounds.quick : kind.rounds.full;
  const outcomes: Outcome[] = [];
  await Promise.all(
    lanes.map(async (lane) => {
      while (left-- > 0) outcomes.push(await playRound(kind, lane));
    }),
  );
  return outcomes;
}

function timesRow(kind: Kind, outcomes: readonly Outcome[]): Row {
  const times = outcomes.map((outcome) => outcome.tsMs).filter((ms) => ms !== null);
  const lost = outcomes.length - times.length;
  const p95 = percentile(times, 95);
  return {
    what: `${kind.name} (${outcomes.length} rounds)`,
    value: `p50 ${seconds(percentile(times, 50))}, p95 ${seconds(p95)}${lost ? `, ${lost} never` : ''}`,
    reach: `p95 ≤ ${seconds(kind.limitMs)}`,
    reached: lost === 0 && p95 <= kind.limitMs,
  };
}

function otherRows(kind: Kind, outcomes: readonly Outcome[], say: (line: string) => void): Row[] {
  const rows: Row[] = [];
  const hls = outcomes.map((outcome) => outcome.hlsMs).filter((ms) => ms !== null);
  if (kind.when === 'playing') {
    const stalled = outcomes.filter((outcome) => (outcome.stalledS ?? 1) > 0).length;
    rows.push({
      what: '  in the HLS list; players with 3 segments that stood still',
      value: `p50 ${seconds(percentile(hls, 50))}, p95 ${seconds(percentile(hls, 95))}; ${stalled}`,
      reach: '0',
      reached: stalled === 0 && hls.length === outcomes.length,
    });
  }
  const dump = outcomes.find((outcome) => outcome.tsMs !== null);
  const faults = dump ? faultsOf(dump.ts) : ['no round went well'];
  if (dump && kind.when === 'playing') faults.push(...faultsOf(dump.hls).map((fault) => `HLS: ${fault}`));
  for (const fault of faults) say(`${kind.name}: ${fault}`);
  if (dump && faults.length > 0) say(`kept as ${keep(kind, dump)}`);
  for (const { error } of outcomes) if (error) say(`${kind.name}: ${error}`);
  const peak = Math.max(...outcomes.map((outcome) => outcome.peak));
  rows.push({
    what: '  upstream connections at once; faults in what a viewer got',
    value: `${peak}; ${faults.length}`,
    reach: '1; 0',
    reached: peak <= 1 && faults.length === 0,
  });
  return rows;
}

/** Keeps what a viewer got, to be looked at. */
function keep(kind: Kind, dump: Outcome): string {
  const file = path.join(tmpdir(), `siaran-failover-${kind.name.replaceAll(' ', '-')}`);
  writeFileSync(`${file}.ts`, dump.ts);
  writeFileSync(`${file}-hls.ts`, dump.hls);
  return `${file}.ts`;
}

async function run({ quick, option, say }: BenchOptions): Promise<Row[]> {
  const provider = await Provider.start();
  const dying = await Promise.all(Array.from({ length: LANES }, () => Provider.start()));
  const ports = [provider, ...dying].map(({ port }) => `127.0.0.1/32:${port}`);
  const env = {
    ALLOW_SOURCES: ports.join(','),
    STREAM_IDLE_TIMEOUT: '1',
    LIVE_SEGMENT_DURATION: String(SEGMENT_S),
  };
  const server = await startServer({ pages: false, env });
  try {
    const client = await new Client(server.base).signIn();
    const lanes = dying.map((own) => ({ client, provider, dying: own }));
    const wanted = KINDS.filter(({ name }) => name.includes(option('kind') ?? ''));
    const rows: Row[] = [];
    for (const kind of wanted) {
      const outcomes = await playKind(kind, lanes, quick);
      const fresh = [timesRow(kind, outcomes), ...otherRows(kind, outcomes, say)];
      say(`${fresh[0]!.what}: ${fresh[0]!.value}`);
      rows.push(...fresh);
    }
    return rows;
  } finally {
    await server.stop();
    await Promise.all([provider, ...dying].map((each) => each.close()));
    removeDataDir(server.dataDir);
  }
}

export const bench: Bench = {
  about: 'time from a source’s failure to the next one’s first bytes at the viewers',
  run,
};
