import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from '../tests/support/client.ts';
import { type RunningServer, removeDataDir, startServer } from '../tests/support/server.ts';
import type { MemoryReport } from './children/memory-report.ts';
import type { SourceAnswer, SourceInput } from './children/source.ts';
import type { ViewersInput, ViewersReport } from './children/viewers.ts';
import { atMost, type Bench, type BenchOptions, median, type Row } from './support/bench.ts';
import { askChild, startChild } from './support/children.ts';
import { costOf } from './support/process-cost.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
const MB = 1024 * 1024;
const SETTLE_MS = 8000;
const SAMPLE_MS = 500;
const CLIP_S = 16;
/** S1.11: MB above idle that so many active streams may take. */
const LIMITS_MB: Record<number, number> = { 10: 50, 100: 500 };

/** What `npm start` gives the server's process. */
const tuned = JSON.parse(readFileSync(path.join(ROOT, 'scripts', 'lib', 'server-process.json'), 'utf8')) as {
  flags: string[];
  env: Record<string, string>;
};

async function startTuned(sourcePort: number): Promise<RunningServer> {
  const report = path.join(import.meta.dirname, 'children', 'memory-report.ts');
  return await startServer({
    pages: false,
    env: {
      ...tuned.env,
      NODE_OPTIONS: [...tuned.flags, `--import=${report}`].join(' '),
      ALLOW_SOURCES: `127.0.0.1/32:${sourcePort}`,
      LIVE_SEGMENT_DURATION: '4',
    },
  });
}

async function makeChannels(server: RunningServer, sourcePort: number, count: number) {
  const client = await new Client(server.base).signIn();
  const channels: ViewersInput['channels'] = [];
  for (let index = 0; index < count; index++) {
    const made = await client.post<{ urls: { ts: string; hls: string } }>('/api/v1/channels', {
      name: `Bench ${index}`,
      outputPath: `bench-${index}`,
      sources: [{ url: `http://127.0.0.1:${sourcePort}/${index}.ts` }],
    });
    if (made.status !== 201) throw new Error(`A channel could not be made: ${JSON.stringify(made.body)}`);
    const { ts, hls } = made.body.urls;
    channels.push({ ts: new URL(ts, server.base).href, hls: new URL(hls, server.base).href });
  }
  return channels;
}

type Sample = { rssMb: number; parts: MemoryReport };

async function sampled(server: RunningServer, forMs: number): Promise<Sample[]> {
  const samples: Sample[] = [];
  const until = performance.now() + forMs;
  while (performance.now() < until) {
    await delay(SAMPLE_MS);
    const parts = await askChild<MemoryReport>(server, 'memory');
    samples.push({ rssMb: costOf(server.pid).rssMb, parts });
  }
  return samples;
}

const partMb = (samples: readonly Sample[], part: keyof MemoryReport): number =>
  median(samples.map((sample) => sample.parts[part])) / MB;

/** One server with `count` channels, each watched once as TS and once as HLS. */
async function measure(count: number, { quick, say }: BenchOptions): Promise<Row[]> {
  const source = await startChild<SourceAnswer>('source.ts', { seconds: CLIP_S } satisfies SourceInput);
  const server = await startTuned(source.answer.port);
  try {
    const channels = await makeChannels(server, source.answer.port, count);
    await delay(SETTLE_MS);
    const idle = await sampled(server, 3000);
    const idleMb = median(idle.map((sample) => sample.rssMb));
    say(
      `${count} channels: idle ${idleMb.toFixed(0)} MB, source ${Math.round(source.answer.bitsPerSecond / 1000)} kb/s`,
    );
    const viewers = await startChild('viewers.ts', { channels } satisfies ViewersInput);
    try {
      await delay(20_000);
      await askChild<ViewersReport>(viewers, 'report');
      const before = costOf(server.pid);
      const begun = performance.now();
      const samples = await sampled(server, quick ? 40_000 : 120_000);
      const seconds = (performance.now() - begun) / 1000;
      const cpu = (costOf(server.pid).cpuS - before.cpuS) / seconds;
      const seen = await askChild<ViewersReport>(viewers, 'report');
      return rowsOf({ count, idle, samples, cpu, seconds, seen });
    } finally {
      await viewers.stop();
    }
  } finally {
    await server.stop();
    await source.stop();
    removeDataDir(server.dataDir);
  }
}

type Measured = {
  count: number;
  idle: Sample[];
  samples: Sample[];
  cpu: number;
  seconds: number;
  seen: ViewersReport;
};

function rowsOf({ count, idle, samples, cpu, seconds, seen }: Measured): Row[] {
  const name = `${count} streams`;
  const idleMb = median(idle.map((sample) => sample.rssMb));
  const rss = samples.map((sample) => sample.rssMb - idleMb);
  const megabits = (bytes: number) => `${((bytes * 8) / 1e6 / seconds / count).toFixed(2)} Mb/s`;
  const mb = (part: keyof MemoryReport) =>
    `${partMb(idle, part).toFixed(0)} → ${partMb(samples, part).toFixed(0)} MB`;
  return [
    atMost(`${name}: memory above idle, median`, median(rss), LIMITS_MB[count] ?? 5 * count, 'MB'),
    { what: `${name}: memory above idle, most`, value: `${Math.max(...rss).toFixed(1)} MB` },
    { what: `${name}: JavaScript heap, idle → active`, value: mb('heapTotal') },
    { what: `${name}: of it used`, value: mb('heapUsed') },
    { what: `${name}: buffers`, value: mb('arrayBuffers') },
    { what: `${name}: CPU of one core`, value: `${(cpu * 100).toFixed(0)} %` },
    {
      what: `${name}: sent to each TS / HLS viewer`,
      value: `${megabits(seen.tsBytes)} / ${megabits(seen.hlsBytes)}`,
    },
    {
      what: `${name}: failures of viewers`,
      value: seen.errors.length === 0 ? '0' : `${seen.errors.length} (${seen.errors[0]})`,
      reach: '0',
      reached: seen.errors.length === 0,
    },
  ];
}

export const bench: Bench = {
  about: 'memory of 10 and 100 active streams at 5 Mb/s above idle, one TS and one HLS viewer each (S1.11)',
  async run(options) {
    const counts = (options.option('streams') ?? '10,100').split(',').map(Number);
    const rows: Row[] = [];
    for (const count of counts) rows.push(...(await measure(count, options)));
    return rows;
  },
};
