import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { StreamDetail } from '../lib/contract/streams.ts';
import { Client } from '../tests/support/client.ts';
import { removeDataDir, startServer } from '../tests/support/server.ts';
import { until } from '../tests/support/until.ts';
import { compareProcesses, encoderCpu } from './rungs/encoders.ts';
import { type ClipKind, ClipSource, makeBenchClip } from './rungs/source.ts';
import { keepAsking, lagsBehind, leave, qualitiesOf, type StartUp, startUp } from './rungs/watching.ts';
import { atMost, type Bench, type BenchOptions, median, type Row } from './support/bench.ts';
import { makeChannel } from './support/channels.ts';

const NAMES: Record<ClipKind, string> = { h264: 'H.264 1080p25', mpeg2: 'MPEG-2/AC-3 576i' };
const SEGMENT_S = 2;
/** A viewer who chooses a quality waits so long for it, while the old one plays; two segments are decoded from their start. */
const LIST_LIMIT_S = 2;
/** media-decisions.md Q1: 245-250 ms, and the step of our own asking. */
const LAG_LIMIT_MS = 300;
/** All from one process saved so much at most when it was measured (media-decisions.md Q1). */
const PROCESS_RATIO = 1.5;
const SETTLE_MS = 7000;
/** Segments of the source are kept so long for a quality that begins again where it ended. */
const KEPT_MS = 7 * SEGMENT_S * 1000;

type Place = {
  client: Client;
  serverPid: number;
  kind: ClipKind;
  channel: string;
  qualities: Map<string, string>;
};

const rungsOf = ({ qualities }: Place): string[] => [...qualities.keys()].filter((name) => name !== 'source');

const noEncoder = ({ serverPid }: Place): Promise<true> =>
  until('the encoders have ended', () => encoderCpu(serverPid).size === 0);

/** In each of some channels that run, each quality begins once. */
async function startUps(places: readonly Place[], say: BenchOptions['say']): Promise<Row[]> {
  const outcomes = new Map<string, StartUp[]>();
  const rows: Row[] = [];
  for (const place of places)
    for (const rung of rungsOf(place)) {
      await noEncoder(place);
      const address = place.qualities.get(rung)!;
      const known = outcomes.get(rung) ?? [];
      outcomes.set(rung, known);
      try {
        known.push(await startUp(address));
      } catch (error) {
        say(`${place.channel}, ${rung}: ${(error as Error).message}`);
      }
      await leave(address);
    }
  for (const [rung, found] of outcomes)
    rows.push(...startRows(`${NAMES[places[0]!.kind]}: ${rung}`, { found, asked: places.length }));
  return rows;
}

function startRows(what: string, { found, asked }: { found: readonly StartUp[]; asked: number }): Row[] {
  const list = median(found.map(({ listMs }) => listMs)) / 1000;
  const first = median(found.map(({ firstSegmentMs }) => firstSegmentMs)) / 1000;
  const worst = Math.max(...found.map(({ listMs }) => listMs)) / 1000;
  const segments = Math.min(...found.map((outcome) => outcome.segments));
  return [
    atMost(`${what} from the request to its list`, list, LIST_LIMIT_S, 's', 2),
    {
      what: '  with its first segment; slowest list; segments in it; refused',
      value: `${first.toFixed(2)} s; ${worst.toFixed(2)} s; ${segments}; ${asked - found.length}`,
      reach: 'none refused',
      reached: found.length === asked,
    },
  ];
}

/** What the encoders cost while all of them run at real time, and how far they are behind. */
async function steady(place: Place, forMs: number): Promise<Row[]> {
  const { serverPid, client, kind, channel, qualities } = place;
  const rungs = rungsOf(place);
  const watching = rungs.map((rung) => keepAsking(qualities.get(rung)!));
  try {
    await delay(SETTLE_MS);
    const [before, begun] = [encoderCpu(serverPid), performance.now()];
    await delay(forMs);
    const [after, seconds] = [encoderCpu(serverPid), (performance.now() - begun) / 1000];
    const { body } = await client.get<StreamDetail>(`/api/streams/${channel}/status`);
    return rungs.map((rung) => {
      const id = rung as '720p';
      const percent = (100 * ((after.get(id) ?? 0) - (before.get(id) ?? 0))) / seconds;
      const facts = body.rungs.find((each) => each.rung === id);
      const value = `${percent.toFixed(0)} %; ${facts?.speed ?? '-'}; ${facts?.lag_ms ?? '-'} ms; ${facts?.state ?? '-'}`;
      const reached = facts?.state === 'running';
      const what = `${NAMES[kind]}: ${rung}: CPU of one core; speed; behind the source`;
      return { what, value, reach: 'running', reached };
    });
  } finally {
    for (const each of watching) await each.stop();
  }
}

async function lags(place: Place, forMs: number): Promise<Row[]> {
  const { qualities } = place;
  const source = qualities.get('source');
  if (!source) return [];
  const rows: Row[] = [];
  for (const rung of ['720p', '360p']) {
    await noEncoder(place);
    const address = qualities.get(rung)!;
    const viewer = keepAsking(address);
    await delay(SETTLE_MS);
    const found = await lagsBehind(source, address, forMs);
    await viewer.stop();
    const what = `${NAMES[place.kind]}: ${rung} behind the source's list, median of ${found.length}`;
    rows.push(atMost(what, median(found), LAG_LIMIT_MS, 'ms', 0));
  }
  return rows;
}

/** A channel that runs because of a viewer of its source; browsers cannot watch that of every kind, TS players can. */
async function open(
  place: Omit<Place, 'qualities'>,
  url: string,
): Promise<{ place: Place; stop(): Promise<void> }> {
  const { ts, hls } = await makeChannel(place.client, place.channel, [url]);
  const over = new AbortController();
  const watched = fetch(ts, { signal: over.signal })
    .then((answer) => answer.body?.pipeTo(new WritableStream(), { signal: over.signal }))
    .catch(() => undefined);
  const qualities = await qualitiesOf(hls);
  const source = qualities.get('source');
  const hlsViewer = source ? keepAsking(source) : null;
  return {
    place: { ...place, qualities },
    async stop() {
      over.abort();
      await Promise.all([watched, hlsViewer?.stop()]);
    },
  };
}

async function measure(
  from: Pick<Place, 'client' | 'serverPid' | 'kind'>,
  port: number,
  options: BenchOptions,
) {
  const { kind } = from;
  const count = options.quick ? 3 : 10;
  const opened = await Promise.all(
    Array.from({ length: count }, (_, number) =>
      open({ ...from, channel: `${kind}-${number}` }, `http://127.0.0.1:${port}/${kind}.ts`),
    ),
  );
  const places = opened.map(({ place }) => place);
  try {
    // Where the source is not played, the master begins the best quality; what that made has to be gone.
    await noEncoder(places[0]!);
    await delay(KEPT_MS);
    const rows = await startUps(places, options.say);
    for (const { what, value } of rows) options.say(`${what}: ${value}`);
    await Promise.all(opened.slice(1).map((each) => each.stop()));
    rows.push(...(await lags(places[0]!, options.quick ? 16_000 : 60_000)));
    rows.push(...(await steady(places[0]!, options.quick ? 15_000 : 60_000)));
    return rows;
  } finally {
    await Promise.all(opened.map((each) => each.stop()));
  }
}

async function processes(file: string): Promise<Row[]> {
  const { each, one } = await compareProcesses(file);
  return [
    atMost('three encoders: CPU of one each, all from one process = 1', each / one, PROCESS_RATIO, '', 2),
    {
      what: '  CPU seconds of one each / all from one, for 10 s',
      value: `${each.toFixed(1)} / ${one.toFixed(1)}`,
    },
  ];
}

async function run(options: BenchOptions): Promise<Row[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'siaran-bench-'));
  const files = { h264: await makeBenchClip('h264', folder), mpeg2: await makeBenchClip('mpeg2', folder) };
  options.say('the clips are there');
  const rows = await processes(files.h264);
  options.say(`${rows[0]!.what}: ${rows[0]!.value}`);
  const source = await new ClipSource(files).listen();
  const env = { ALLOW_SOURCES: `127.0.0.1/32:${source.port}`, LIVE_SEGMENT_DURATION: String(SEGMENT_S) };
  const server = await startServer({ pages: false, env });
  try {
    const client = await new Client(server.base).signIn();
    for (const kind of ['h264', 'mpeg2'] as const)
      rows.push(...(await measure({ client, serverPid: server.pid, kind }, source.port, options)));
    return rows;
  } finally {
    await server.stop();
    await source.close();
    removeDataDir(server.dataDir);
    rmSync(folder, { recursive: true, force: true });
  }
}

export const bench: Bench = {
  about: 'start, CPU and lag of the encoders of live qualities, and one process each against one for all',
  run,
};
