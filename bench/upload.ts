import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Client } from '../tests/support/client.ts';
import { type RunningServer, removeDataDir, startServer } from '../tests/support/server.ts';
import { settled } from '../tests/support/upload.ts';
import type { SinkAnswer, SinkInput } from './children/sink.ts';
import { atLeast, atMost, type Bench, type BenchOptions, median, type Row } from './support/bench.ts';
import { type Child, startChild } from './support/children.ts';
import { costOf } from './support/process-cost.ts';
import { tunedEnv } from './support/tuned.ts';
import { sendBody, sendParts, sendWhole } from './upload/send.ts';

const MB = 1_000_000;
const MIB = 1024 * 1024;
const CHUNK_BYTES = 64 * MIB;
const PARTS = 4;
const SIDE_BY_SIDE = 8;
const EACH_BYTES = 256 * MB;
const SAMPLE_MS = 100;
/** After the first upload the server comes to rest before its memory is read. */
const IDLE_MS = 2_000;
const LEAST_SHARE = 0.9;
const LEAST_SHARE_TOGETHER = 0.7;
const MOST_ABOVE_IDLE_MB = 120;
/** What memory may grow from the first half of an upload to the second: nothing but the moods of the collector. */
const MOST_GROWTH_MB = 50;

type World = {
  server: RunningServer;
  client: Client;
  sink: Child<SinkAnswer>;
  bytes: number;
  idleMb: number;
};
type Measured = { mbPerS: number; growthMb: number; mostMb: number };

/** Speed of `work`, which moves `bytes`, and what the memory of the process did meanwhile. */
async function measured(pid: number, bytes: number, work: () => Promise<unknown>): Promise<Measured> {
  const samples = [costOf(pid).rssMb];
  const sampling = setInterval(() => samples.push(costOf(pid).rssMb), SAMPLE_MS);
  const begun = performance.now();
  try {
    await work();
  } finally {
    clearInterval(sampling);
  }
  const mbPerS = bytes / MB / ((performance.now() - begun) / 1000);
  const half = Math.ceil(samples.length / 2);
  const [first, second] = [samples.slice(0, half), samples.slice(half)].map((part) => Math.max(0, ...part));
  return { mbPerS, growthMb: (second ?? 0) - (first ?? 0), mostMb: Math.max(...samples) };
}

/** Uploads, and removes what came of it before the next one, so that the disk holds one at a time. */
async function upload(world: World, bytes: number, work: () => Promise<string[]>): Promise<Measured> {
  let videos: string[] = [];
  const result = await measured(world.server.pid, bytes, async () => {
    videos = await work();
  });
  for (const id of videos) {
    await settled(world.client, id);
    await world.client.call('DELETE', `/api/v1/videos/${id}`);
  }
  return result;
}

/** The same number of bytes in `count` requests side by side into a plain pipeline. */
const plain = ({ sink }: World, bytes: number, count = 1) =>
  measured(sink.process.pid ?? 0, bytes, () =>
    Promise.all(
      Array.from({ length: count }, () =>
        sendBody(new URL(`http://127.0.0.1:${sink.answer.port}/`), 'PUT', bytes / count, {}),
      ),
    ),
  );

type Way = {
  name: string;
  least?: number;
  bytes: (world: World) => number;
  /** So many bodies at once, in the plain pipeline too. */
  count: number;
  send: (world: World) => Promise<string[]>;
};
const whole = ({ bytes }: World) => bytes;
const WAYS: readonly Way[] = [
  {
    ...{ name: 'one PATCH', least: LEAST_SHARE, bytes: whole, count: 1 },
    send: async ({ client, bytes }) => [await sendWhole(client, bytes)],
  },
  {
    ...{ name: `${SIDE_BY_SIDE} × ${EACH_BYTES / MB} MB at once`, least: LEAST_SHARE_TOGETHER },
    ...{ bytes: () => SIDE_BY_SIDE * EACH_BYTES, count: SIDE_BY_SIDE },
    send: ({ client }) =>
      Promise.all(Array.from({ length: SIDE_BY_SIDE }, () => sendWhole(client, EACH_BYTES))),
  },
  {
    ...{ name: `PATCHes of ${CHUNK_BYTES / MIB} MiB`, bytes: whole, count: 1 },
    send: async ({ client, bytes }) => [await sendWhole(client, bytes, CHUNK_BYTES)],
  },
  {
    ...{ name: `${PARTS} parts side by side, joined`, bytes: whole, count: 1 },
    send: async ({ client, bytes }) => [await sendParts(client, bytes, PARTS)],
  },
];

type Pair = { plain: Measured; run: Measured };

/** Each way beside the plain pipeline, by turns, so that both meet the same machine. */
async function compare(world: World, rounds: number, say: BenchOptions['say']): Promise<Row[]> {
  const pairs = new Map<string, Pair[]>(WAYS.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const { name, bytes, count, send } of WAYS) {
      const size = bytes(world);
      const base = await plain(world, size, count);
      const run = await upload(world, size, () => send(world));
      pairs.get(name)!.push({ plain: base, run });
      const [a, b] = [base.mbPerS, run.mbPerS].map((speed) => speed.toFixed(0));
      say(`round ${round + 1} of ${rounds}: ${name}: ${b} MB/s, plain pipeline ${a} MB/s`);
    }
  }
  const speeds = WAYS.flatMap((way) => speed(way, pairs.get(way.name)!));
  const runs = [...pairs.values()].flat().map(({ run }) => run);
  return [...speeds, ...memory(runs, world.idleMb)];
}

/** The median of the shares of each pair: what the machine did to one it did to the other. */
function speed({ name, least }: Way, pairs: readonly Pair[]): Row[] {
  const own = median(pairs.map(({ run }) => run.mbPerS));
  const share = median(pairs.map(({ plain: base, run }) => run.mbPerS / base.mbPerS));
  const what = `${name}: ${own.toFixed(0)} MB/s, plain pipeline = 1`;
  return [least === undefined ? { what, value: share.toFixed(2) } : atLeast(what, share, least, '', 2)];
}

const memory = (runs: readonly Measured[], idleMb: number): Row[] => [
  atMost(
    'memory above that of the idle server, most',
    Math.max(...runs.map(({ mostMb }) => mostMb)) - idleMb,
    MOST_ABOVE_IDLE_MB,
    'MB',
  ),
  atMost(
    'memory in the second half of an upload above the first, most',
    Math.max(...runs.map(({ growthMb }) => growthMb)),
    MOST_GROWTH_MB,
    'MB',
  ),
];

export const bench: Bench = {
  about:
    'uploads of 1 GB (--full: 5 GB) of noise and eight at once, beside a plain pipeline into a file (S4.1)',
  async run({ quick, say }) {
    const bytes = (quick ? 1 : 5) * 1000 * MB;
    const { bavail, bsize } = statfsSync(tmpdir());
    if (bavail * bsize < 3 * bytes + SIDE_BY_SIDE * EACH_BYTES)
      throw new Error(`The disk of ${tmpdir()} has no room for this bench.`);
    const folder = mkdtempSync(path.join(tmpdir(), 'siaran-bench-'));
    const sink = await startChild<SinkAnswer>('sink.ts', { folder } satisfies SinkInput);
    const server = await startServer({ pages: false, env: tunedEnv() });
    try {
      const client = await new Client(server.base).signIn();
      const world = { server, client, sink, bytes, idleMb: 0 };
      await upload(world, 64 * MB, async () => [await sendWhole(client, 64 * MB)]);
      await setTimeout(IDLE_MS);
      world.idleMb = costOf(server.pid).rssMb;
      say(`the idle server holds ${world.idleMb.toFixed(0)} MB`);
      return await compare(world, quick ? 3 : 1, say);
    } finally {
      await server.stop();
      await sink.stop();
      removeDataDir(server.dataDir);
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
