import { readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from '../tests/support/client.ts';
import { MarkedViewer } from '../tests/support/provider/marks.ts';
import { Provider } from '../tests/support/provider/provider.ts';
import { type RunningServer, removeDataDir, startServer } from '../tests/support/server.ts';
import { until } from '../tests/support/until.ts';
import { buildGo, startLoad } from './relay/go.ts';
import { atMost, type Bench, type BenchOptions, type Row } from './support/bench.ts';
import { makeChannel } from './support/channels.ts';
import { costOf } from './support/process-cost.ts';
import { tunedEnv } from './support/tuned.ts';

type World = { client: Client; provider: Provider; server: RunningServer; go: string };

const IDLE_S = 2;
const LIMIT_MS = 15_000;
const MANY = 1000;

const openFiles = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

/** A channel with an account of its own at the provider, so that its connections are counted alone. */
async function channel({ client, provider }: World, name: string, streams: readonly string[]) {
  const urls = await makeChannel(
    client,
    name,
    streams.map((stream) => provider.ts(stream, name)),
  );
  return { ...urls, count: provider.counts.of(`account ${name}`) };
}

async function coldStart(world: World): Promise<Row[]> {
  const { ts, count } = await channel(world, 'cold', ['small.cold']);
  const viewers = Array.from({ length: 20 }, () => new MarkedViewer(ts, { keep: false }));
  await Promise.all(viewers.map((viewer) => viewer.receives(50_000, LIMIT_MS)));
  for (const viewer of viewers) viewer.leave();
  return [atMost('20 cold viewers at once: upstream connections (CLI-03)', count.total, 1, '', 0)];
}

async function zapStorm(world: World, zaps: number): Promise<Row[]> {
  const { ts, count } = await channel(world, 'zap', ['small.zap']);
  const before = openFiles(world.server.pid);
  for (let index = 0; index < zaps; index++) {
    const viewer = new MarkedViewer(ts, { keep: false });
    await viewer.receives(188, LIMIT_MS);
    viewer.leave();
  }
  await until('the source is left', () => count.open === 0, LIMIT_MS);
  return [
    atMost(`${zaps} zaps: upstream connections at once (CLI-04)`, count.peak, 1, '', 0),
    atMost(`${zaps} zaps: open files more than before`, openFiles(world.server.pid) - before, 3, '', 0),
  ];
}

async function failover(world: World): Promise<Row[]> {
  const { ts, count } = await channel(world, 'fail', ['small.fail', 'b.fail']);
  const viewer = new MarkedViewer(ts, { keep: false });
  await viewer.sees('small', LIMIT_MS);
  await viewer.receives(50_000, LIMIT_MS);
  world.provider.set('small.fail', 'stall_mid');
  await viewer.sees('b', LIMIT_MS);
  await viewer.receives(50_000, LIMIT_MS);
  viewer.leave();
  return [atMost('failover: upstream connections at once (SRC-12)', count.peak, 1, '', 0)];
}

/** A thousand come, and leave in the same moment. */
async function everybodyLeaves(world: World, times: number): Promise<Row[]> {
  const { ts, count } = await channel(world, 'crowd', ['small.crowd']);
  const { pid } = world.server;
  const files: number[] = [];
  const memory: number[] = [];
  const gone: number[] = [];
  for (let time = 0; time < times; time++) {
    const load = await startLoad(world.go, ts, { viewers: MANY, samples: 0 });
    await load.measure(3000);
    const left = performance.now();
    await load.stop();
    await until('the source is left', () => count.open === 0, LIMIT_MS);
    gone.push(performance.now() - left);
    await delay(1000);
    files.push(openFiles(pid));
    memory.push(costOf(pid).rssMb);
  }
  const late = Math.max(...gone) / 1000;
  return [
    atMost(`${MANY} leave at once: upstream closed after (CLI-01)`, late, IDLE_S + 2, 's'),
    atMost(`${MANY} leave at once: upstream connections at once`, count.peak, 1, '', 0),
    atMost('open files after the last time, above the first', files.at(-1)! - files[0]!, 3, '', 0),
    atMost('memory after the last time, above the first', (memory.at(-1)! / memory[0]! - 1) * 100, 10, '%'),
  ];
}

async function run({ quick }: BenchOptions): Promise<Row[]> {
  const go = buildGo();
  const provider = await Provider.start();
  const env = {
    ...tunedEnv(),
    ALLOW_SOURCES: `127.0.0.1/32:${provider.port}`,
    STREAM_IDLE_TIMEOUT: String(IDLE_S),
  };
  const server = await startServer({ pages: false, env });
  try {
    const client = await new Client(server.base).signIn();
    const world = { client, provider, server, go: go.file };
    return [
      ...(await coldStart(world)),
      ...(await zapStorm(world, 200)),
      ...(await failover(world)),
      ...(await everybodyLeaves(world, quick ? 2 : 5)),
    ];
  } finally {
    await server.stop();
    await provider.close();
    go.remove();
    removeDataDir(server.dataDir);
  }
}

export const bench: Bench = {
  about: 'upstream connections per channel over cold starts, zaps, failover and crowds that leave at once',
  run,
};
