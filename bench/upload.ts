import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
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
const LEAST_SHARE = 0.9;
/** What memory may grow from the first half of an upload to the second: nothing but the moods of the collector. */
const MOST_GROWTH_MB = 50;

type World = { server: RunningServer; client: Client; sink: Child<SinkAnswer>; bytes: number };
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

const plain = ({ sink, bytes }: World) =>
  measured(sink.process.pid ?? 0, bytes, () =>
    sendBody(new URL(`http://127.0.0.1:${sink.answer.port}/`), 'PUT', bytes, {}),
  );

type Way = { name: string; least?: number; send: (world: World) => Promise<string> };
const WAYS: readonly Way[] = [
  { name: 'one PATCH', least: LEAST_SHARE, send: ({ client, bytes }) => sendWhole(client, bytes) },
  {
    name: `PATCHes of ${CHUNK_BYTES / MIB} MiB`,
    send: ({ client, bytes }) => sendWhole(client, bytes, CHUNK_BYTES),
  },
  {
    name: `${PARTS} parts side by side, joined`,
    send: ({ client, bytes }) => sendParts(client, bytes, PARTS),
  },
];

/** Each way and the plain pipeline by turns, so that all of them meet the same machine. */
async function compare(world: World, rounds: number, say: BenchOptions['say']): Promise<Row[]> {
  const base: number[] = [];
  const runs = new Map<string, Measured[]>(WAYS.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    base.push((await plain(world)).mbPerS);
    for (const { name, send } of WAYS)
      runs.get(name)!.push(await upload(world, world.bytes, async () => [await send(world)]));
    say(`round ${round + 1} of ${rounds}: plain pipeline ${base.at(-1)?.toFixed(0)} MB/s`);
  }
  const usual = median(base);
  const rows: Row[] = [{ what: 'plain pipeline into a file, flushed', value: `${usual.toFixed(0)} MB/s` }];
  for (const { name, least } of WAYS) {
    const speed = median(runs.get(name)!.map(({ mbPerS }) => mbPerS));
    const what = `${name}: ${speed.toFixed(0)} MB/s, plain = 1`;
    rows.push(
      least === undefined
        ? { what, value: (speed / usual).toFixed(2) }
        : atLeast(what, speed / usual, least, '', 2),
    );
  }
  return [...rows, ...memory('an upload', [...runs.values()].flat())];
}

const memory = (name: string, runs: readonly Measured[]): Row[] => [
  {
    what: `${name}: memory, most`,
    value: `${Math.max(...runs.map(({ mostMb }) => mostMb)).toFixed(0)} MB`,
  },
  atMost(
    `${name}: memory in its second half above the first, most`,
    Math.max(...runs.map(({ growthMb }) => growthMb)),
    MOST_GROWTH_MB,
    'MB',
  ),
];

async function sideBySide(world: World): Promise<Row[]> {
  const total = SIDE_BY_SIDE * EACH_BYTES;
  const run = await upload(world, total, () =>
    Promise.all(Array.from({ length: SIDE_BY_SIDE }, () => sendWhole(world.client, EACH_BYTES))),
  );
  const name = `${SIDE_BY_SIDE} × ${EACH_BYTES / MB} MB at once`;
  return [{ what: `${name}: together`, value: `${run.mbPerS.toFixed(0)} MB/s` }, ...memory(name, [run])];
}

export const bench: Bench = {
  about:
    'uploads of 1 GB (--full: 5 GB) of noise beside a plain pipeline into a file, and eight at once (S4.1)',
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
      const world = { server, client, sink, bytes };
      await upload(world, 64 * MB, async () => [await sendWhole(client, 64 * MB)]);
      return [...(await compare(world, quick ? 2 : 1, say)), ...(await sideBySide(world))];
    } finally {
      await server.stop();
      await sink.stop();
      removeDataDir(server.dataDir);
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
