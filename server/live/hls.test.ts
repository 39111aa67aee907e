import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as HLS from 'hls-parser';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { expectWithin } from '../../tests/support/time-limits.ts';
import { clipFile, demux, ffmpegWarnings, makeClip } from '../media/ts/test-clips.ts';
import { startEngine, type TestEngine, text, watch } from './test-engine.ts';
import {
  type Handler,
  type PacedClip,
  pace,
  playing,
  type SourceServer,
  startSource,
} from './test-source.ts';

let clip: PacedClip;
let source: SourceServer;
let engine: TestEngine;

const GOP_S = 2;

beforeAll(async () => {
  clip = pace(makeClip({ seconds: 30, gop: 25 * GOP_S, bframes: 2, size: '320x180' }));
  const radio = makeClip({ seconds: 30, video: null });
  const upstream = segmentsOf(clip.bytes);
  source = await startSource({
    '/cold.ts': playing(clip),
    '/quick.ts': playing(clip, { skipMs: 7000 }),
    '/radio.ts': (_req, res) => res.end(radio),
    ...hlsRoutes('/live', upstream),
    ...hlsRoutes('/locked', upstream, '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="key"'),
    '/master.m3u8': (_req, res) =>
      res.end(
        '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=9000000,RESOLUTION=3840x2160\nnothing.m3u8\n' +
          '#EXT-X-STREAM-INF:BANDWIDTH=900000,RESOLUTION=320x180\nlive/index.m3u8\n',
      ),
  });
  engine = await startEngine([source.port]);
});

afterAll(async () => {
  await engine.close();
  await source.close();
});

type Upstream = { names: string[]; bytes: Map<string, Buffer> };

/** A clip as HLS segments, made by ffmpeg. */
function segmentsOf(bytes: Buffer): Upstream {
  const file = clipFile(bytes);
  const folder = path.dirname(file);
  const prefix = path.basename(file, '.ts');
  const flags = [
    '-f',
    'hls',
    '-hls_time',
    '2',
    '-hls_list_size',
    '0',
    '-hls_segment_filename',
    `${folder}/${prefix}-%d.ts`,
  ];
  execFileSync('ffmpeg', [
    '-nostdin',
    '-v',
    'error',
    '-i',
    file,
    '-c',
    'copy',
    ...flags,
    `${folder}/${prefix}.m3u8`,
  ]);
  const list = readFileSync(`${folder}/${prefix}.m3u8`, 'utf8').split('\n');
  const names = list.filter((line) => line.endsWith('.ts'));
  return { names, bytes: new Map(names.map((name) => [name, readFileSync(path.join(folder, name))])) };
}

/** A sliding upstream list that moves on every two seconds from its first request on. */
function hlsRoutes(base: string, upstream: Upstream, extra = ''): Record<string, Handler> {
  let begun: number | null = null;
  const routes: Record<string, Handler> = {
    [`${base}/index.m3u8`]: (_req, res) => {
      begun ??= performance.now();
      const newest = Math.min(upstream.names.length - 1, 4 + Math.floor((performance.now() - begun) / 2000));
      const first = Math.max(0, newest - 4);
      const lines = upstream.names.slice(first, newest + 1).map((name) => `#EXTINF:2.0,\n${name}`);
      const head = `#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:${first}\n${extra}\n`;
      res.end(`${head}${lines.join('\n')}\n`);
    },
  };
  for (const [name, bytes] of upstream.bytes) routes[`${base}/${name}`] = (_req, res) => res.end(bytes);
  return routes;
}

const url = (route: string) => `${source.origin}${route}`;

function strict(list: string): HLS.types.MasterPlaylist | HLS.types.MediaPlaylist {
  HLS.setOptions({ strictMode: true });
  try {
    return HLS.parse(list);
  } finally {
    HLS.setOptions({ strictMode: false });
  }
}

/** A player is another one after it was opened anew: those of a stopped session are refused. */
let player = 0;
beforeEach(() => {
  player++;
});

async function mediaOf(channelId: string): Promise<HLS.types.MediaPlaylist> {
  const answer = await text(`${engine.origin}/${channelId}/hls/source.m3u8?v=player-${player}`);
  return strict(answer.text) as HLS.types.MediaPlaylist;
}

async function segment(channelId: string, name: string): Promise<Buffer> {
  return Buffer.from(await (await fetch(`${engine.origin}/${channelId}/hls/${name}`)).arrayBuffer());
}

describe('HLS output', () => {
  it('S1.3: the first playable list comes within 5 s from cold at a 2 s GOP, and its master is measured', async () => {
    const channel = engine.channel([url('/cold.ts')], { segmentDurationS: 4 });
    const fromMs = performance.now();
    const master = await text(`${engine.origin}/${channel.id}/hls?v=abc`);
    expectWithin(5000, { fromMs, seen: () => engine.states });
    const variants = (strict(master.text) as HLS.types.MasterPlaylist).variants;
    expect(variants).toMatchObject([
      { uri: 'hls/source.m3u8?v=abc', resolution: { width: 320, height: 180 }, frameRate: 25 },
    ]);
    expect(variants[0]?.codecs).toMatch(/^avc1\.[0-9A-F]{6},mp4a\.40\.2$/);
    const list = await mediaOf(channel.id);
    expect(list.segments.length).toBeGreaterThanOrEqual(2);
    expect(list.segments.map((one) => one.uri)).toEqual(
      list.segments.map((one) => `segment_${one.mediaSequenceNumber}.ts`),
    );
    const peak = await Promise.all(
      list.segments.map(async (one) => ((await segment(channel.id, one.uri)).length * 8) / one.duration),
    );
    expect(variants[0]!.bandwidth).toBeGreaterThanOrEqual(Math.max(...peak.slice(0, 2)));
    expect(engine.live.statusOf(channel.id)?.viewers).toMatchObject({ ts: 0, hls: 1 });
    await engine.live.stop(channel.id);
  });

  it('segments are true to their durations, begin with a keyframe, and form one clean stream', async () => {
    const channel = engine.channel([url('/quick.ts')], { segmentDurationS: 2 });
    await text(`${engine.origin}/${channel.id}/hls?v=abc`);
    const viewer = await watch(`${engine.origin}/${channel.id}`);
    await expect.poll(async () => (await mediaOf(channel.id)).segments.length).toBe(6);
    const list = await mediaOf(channel.id);
    const all = await Promise.all(list.segments.map((one) => segment(channel.id, one.uri)));
    all.forEach((bytes, index) => {
      expect(durationOf(bytes)).toBeCloseTo(list.segments[index]!.duration, 1);
      expect(Math.abs(durationOf(bytes) - list.segments[index]!.duration)).toBeLessThan(0.05);
      expect(demux(bytes).video[0]?.key).toBe(true);
    });
    expect(ffmpegWarnings(Buffer.concat(all))).toBe('');
    expect(Math.max(...list.segments.map((one) => Math.round(one.duration)))).toBeLessThanOrEqual(
      list.targetDuration,
    );
    const sound = demux(Buffer.concat(all)).audio.map((unit) => unit.pts);
    const gaps = sound.slice(1).map((pts, index) => pts - sound[index]!);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(1921);
    viewer.leave();
    await engine.live.stop(channel.id);
  });

  it('numbers only grow, the target duration never changes, and what left the list stays for a while', async () => {
    const channel = engine.channel([url('/quick.ts')], { segmentDurationS: 1 });
    await text(`${engine.origin}/${channel.id}/hls?v=abc`);
    const first = await mediaOf(channel.id);
    const base = () => mediaOf(channel.id).then((list) => list.mediaSequenceBase ?? 0);
    await expect.poll(base, { timeout: 25_000 }).toBeGreaterThan(first.mediaSequenceBase ?? 0);
    const later = await mediaOf(channel.id);
    expect(later.targetDuration).toBe(first.targetDuration);
    expect((await segment(channel.id, first.segments[0]!.uri)).length).toBeGreaterThan(188);
    for (const name of ['segment_1.ts', 'segment_x.ts', '..%2fsegment_1.ts'])
      expect((await fetch(`${engine.origin}/${channel.id}/hls/${name}`)).status).toBe(404);
    await engine.live.stop(channel.id);
    const again = await text(`${engine.origin}/${channel.id}/hls?v=abc`);
    expect(again.status).toBe(200);
    player++;
    const next = await mediaOf(channel.id);
    expect(next.mediaSequenceBase).toBeGreaterThan(later.segments.at(-1)!.mediaSequenceNumber - 1);
    await engine.live.stop(channel.id);
  });

  it('a channel of AAC sound alone plays as HLS', async () => {
    const channel = engine.channel([url('/radio.ts')]);
    const master = await text(`${engine.origin}/${channel.id}/hls?v=abc`);
    expect((strict(master.text) as HLS.types.MasterPlaylist).variants[0]?.codecs).toBe('mp4a.40.2');
    const list = await mediaOf(channel.id);
    expect(ffmpegWarnings(await segment(channel.id, list.segments[0]!.uri))).toBe('');
    await engine.live.stop(channel.id);
  });

  it('an HLS viewer keeps the channel alive by asking, and it stops after the last question', async () => {
    const channel = engine.channel([url('/quick.ts')], { segmentDurationS: 1, idleTimeoutMs: 300 });
    await text(`${engine.origin}/${channel.id}/hls?v=abc`);
    await mediaOf(channel.id);
    expect(engine.live.statusOf(channel.id)?.clients).toBe(1);
    engine.states.length = 0;
    const begun = performance.now();
    await engine.reaches('stopped');
    const targetDurationS = 3;
    expect(performance.now() - begun).toBeGreaterThan(2 * targetDurationS * 1000);
    expectWithin(2 * (targetDurationS + 1) * 1000 + 3500, { fromMs: begun, seen: () => engine.states });
  });
});

describe('who counts as an HLS viewer', () => {
  const clients = (id: string) => engine.live.statusOf(id)?.clients;

  it('nobody who only asks a dead channel again and again', async () => {
    const channel = engine.channel(['http://127.0.0.1:1/x.ts']);
    for (const viewer of ['one', 'two', 'three']) {
      expect((await text(`${engine.origin}/${channel.id}/hls?v=${viewer}`)).status).toBe(503);
      expect((await text(`${engine.origin}/${channel.id}/hls/source.m3u8?v=${viewer}`)).status).toBe(503);
      expect(clients(channel.id)).toBe(0);
    }
    await engine.live.stop(channel.id);
  });

  it('whoever got a list, once; those that wait keep the channel from stopping without being counted', async () => {
    const channel = engine.channel([url('/cold.ts')], { segmentDurationS: 4, idleTimeoutMs: 300 });
    engine.states.length = 0;
    const masters = Promise.all(
      ['one', 'two'].map((viewer) => text(`${engine.origin}/${channel.id}/hls?v=${viewer}`)),
    );
    await engine.reaches('active');
    expect(clients(channel.id)).toBe(0);
    expect((await masters).map((answer) => answer.status)).toEqual([200, 200]);
    expect(clients(channel.id)).toBe(0);
    await mediaOf(channel.id);
    await mediaOf(channel.id);
    expect(clients(channel.id)).toBe(1);
    expect(engine.states).toEqual(['starting', 'active']);
    await engine.live.stop(channel.id);
  });
});

/** Length of a segment's pictures by ffprobe. */
function durationOf(bytes: Buffer): number {
  const entries = ['-select_streams', 'v:0', '-show_entries', 'packet=pts_time', '-of', 'csv=p=0'];
  const times = execFileSync('ffprobe', ['-v', 'error', ...entries, clipFile(bytes)], { encoding: 'utf8' })
    .split('\n')
    .map(Number.parseFloat)
    .filter(Number.isFinite);
  return Math.max(...times) - Math.min(...times) + 0.04;
}

describe('HLS source', () => {
  it('is read with one request at a time, from the best variant that is allowed, for TS and HLS viewers', async () => {
    const channel = engine.channel([url('/master.m3u8')]);
    const before = source.requests.length;
    const viewer = await watch(`${engine.origin}/${channel.id}`);
    await viewer.until(100_000);
    const master = await text(`${engine.origin}/${channel.id}/hls?v=abc`);
    expect(master.status).toBe(200);
    await expect.poll(() => viewer.received()).toBeGreaterThan(clip.bytes.length * 0.3);
    const asked = source.requests.slice(before);
    expect(asked).not.toContain('/nothing.m3u8');
    expect(asked.filter((name) => name.endsWith('.ts')).length).toBe(
      new Set(asked.filter((name) => name.endsWith('.ts'))).size,
    );
    expect(engine.live.statusOf(channel.id)).toMatchObject({ upstream_connections: 1, state: 'active' });
    const { video, demuxer } = demux(viewer.bytes());
    expect(demuxer.damage).toMatchObject({ counterJumps: 0, lostSync: 0, droppedVideo: 0 });
    const steps = video.slice(1).map((unit, index) => unit.dts - video[index]!.dts);
    expect(Math.max(...steps)).toBe(3600);
    viewer.leave();
    await engine.live.stop(channel.id);
  });

  it('encryption that only its own players can open is named', async () => {
    const channel = engine.channel([url('/locked/index.m3u8')]);
    const answer = await text(`${engine.origin}/${channel.id}`);
    expect(answer.status).toBe(503);
    expect(answer.text).toContain('encrypted HLS (SAMPLE-AES)');
    expect(engine.live.statusOf(channel.id)?.errors[0]?.code).toBe('SOURCE_KIND_UNSUPPORTED');
    await engine.live.stop(channel.id);
  });
});

describe('generator', () => {
  it('makes a test card with picture and sound by one child, which goes with the channel', async () => {
    const channel = engine.channel(['generator:']);
    const viewer = await watch(`${engine.origin}/${channel.id}`);
    await viewer.until(200_000);
    expect(demux(viewer.bytes()).program).toMatchObject({
      video: { codec: 'h264' },
      audio: { codec: 'aac' },
    });
    expect(engine.live.statusOf(channel.id)).toMatchObject({
      source_url: 'generator',
      video: { width: 1280, height: 720, fps: 25 },
    });
    expect(engine.supervisor.running().length).toBe(1);
    await engine.live.stop(channel.id);
    expect(engine.supervisor.running()).toEqual([]);
    await viewer.ended;
  });
});
