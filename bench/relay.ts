import { Client } from '../tests/support/client.ts';
import { Provider } from '../tests/support/provider/provider.ts';
import { type RunningServer, removeDataDir, startServer } from '../tests/support/server.ts';
import type { ProviderAnswer, ProviderInput } from './children/provider.ts';
import { buildGo, pin, startGoRelay, startLoad } from './relay/go.ts';
import { coldZaps, secondViewers } from './relay/join.ts';
import { CASES, compare } from './relay/load.ts';
import { type Bench, type BenchOptions, median, type Row } from './support/bench.ts';
import { makeChannel } from './support/channels.ts';
import { startChild } from './support/children.ts';
import { tunedEnv } from './support/tuned.ts';

const STREAMS = ['mbps5', 'mbps20'] as const;

/** The largest gap of 100 viewers without and with a hundred that never read. */
async function stuckViewers(go: string, url: string, rounds: number): Promise<Row> {
  const gaps = { without: [] as number[], with: [] as number[] };
  for (let round = 0; round < rounds; round++)
    for (const [key, stuck] of [
      ['without', 0],
      ['with', 1],
    ] as const) {
      const load = await startLoad(go, url, { viewers: 100, stuck, samples: 0 });
      await load.measure(3000);
      gaps[key].push((await load.measure(5000)).gapMaxMs);
      await load.stop();
    }
  const [without, withOne] = [median(gaps.without), median(gaps.with)];
  return {
    what: 'largest gap of 100 viewers, alone / with one that never reads',
    value: `${without.toFixed(0)} / ${withOne.toFixed(0)} ms`,
    reach: 'no longer than 50 ms more',
    reached: withOne <= without + 50,
  };
}

async function underLoad(go: string, server: RunningServer, source: ProviderAnswer, options: BenchOptions) {
  const client = await new Client(server.base).signIn();
  const rows: Row[] = [];
  for (const wanted of CASES) {
    const sourceUrl = source.urls[STREAMS.indexOf(wanted.stream)]!;
    const { ts } = await makeChannel(client, `load-${wanted.viewers}-${wanted.stream}`, [sourceUrl]);
    const theirs = await startGoRelay(go, sourceUrl);
    try {
      rows.push(...(await compare(go, { ours: { url: ts, pid: server.pid }, theirs }, wanted, options)));
    } finally {
      await theirs.stop();
    }
  }
  return rows;
}

async function run(options: BenchOptions): Promise<Row[]> {
  const go = buildGo();
  const provider = await Provider.start();
  const source = await startChild<ProviderAnswer>('provider.ts', {
    streams: [...STREAMS],
  } satisfies ProviderInput);
  const ports = [provider.port, source.answer.port].map((port) => `127.0.0.1/32:${port}`).join(',');
  const env = { ...tunedEnv(), ALLOW_SOURCES: ports, STREAM_IDLE_TIMEOUT: '1' };
  const server = await startServer({ pages: false, env });
  try {
    pin(server.pid, 0);
    pin(source.process.pid ?? 0, 1);
    const client = await new Client(server.base).signIn();
    const running = await makeChannel(client, 'running', [provider.ts('b.running')]);
    const rows = [
      ...(await secondViewers(running.ts, options.quick ? 10 : 40)),
      ...(await coldZaps(client, provider, options.quick ? 10 : 20)),
      await stuckViewers(go.file, running.ts, options.quick ? 1 : 3),
    ];
    if (options.option('only') !== 'join')
      rows.push(...(await underLoad(go.file, server, source.answer, options)));
    return rows;
  } finally {
    await server.stop();
    await source.stop();
    await provider.close();
    go.remove();
    removeDataDir(server.dataDir);
  }
}

export const bench: Bench = {
  about: 'our relay beside one in Go: CPU per Gb/s, stalls, added delay, joining',
  run,
};
