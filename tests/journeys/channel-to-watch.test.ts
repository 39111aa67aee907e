import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ChannelDetail } from '../../lib/contract/channels.ts';
import type { LiveInfo } from '../../lib/contract/live-info.ts';
import type { StreamsStatus } from '../../lib/contract/streams.ts';
import { master, media, segmentBytes } from '../support/hls.ts';
import { type LiveSource, startLiveSource } from '../support/live-source.ts';
import { packetsOf, videoStart } from '../support/packets.ts';
import { panelFor } from '../support/panel.ts';
import { until } from '../support/until.ts';

const run = promisify(execFile);

let source: LiveSource;
let channel: ChannelDetail;

beforeAll(async () => {
  source = await startLiveSource();
});
afterAll(() => source.close());
const panel = panelFor({ beforeAll, afterAll }, () => ({
  pages: false,
  env: {
    ALLOW_SOURCES: `127.0.0.1/32:${source.port}`,
    STREAM_IDLE_TIMEOUT: '2',
    LIVE_SEGMENT_DURATION: '2',
  },
}));
beforeAll(async () => {
  const made = await panel.client.post<ChannelDetail>('/api/v1/channels', {
    name: 'Local one',
    outputPath: 'local-one',
    sources: [{ url: source.url }],
  });
  expect(made.status).toBe(201);
  channel = made.body;
});

const streams = async () => (await panel.client.get<StreamsStatus>('/api/streams/status')).body;
const ffmpegReads = (address: string, seconds: number) =>
  run('ffmpeg', ['-v', 'warning', '-nostdin', '-i', address, '-t', String(seconds), '-f', 'null', '-'], {
    timeout: 60_000,
  });
const idle = () => until('the stream is idle', async () => (await streams()).total_streams === 0, 20_000);

test('many viewers share one connection to the source, and it ends after the idle time (S1.1, S1.2, S1.8)', async () => {
  const ts = new URL(channel.urls.ts, panel.base).href;
  const hls = new URL(channel.urls.hls, panel.base).href;
  const results = await Promise.all([
    ffmpegReads(ts, 4),
    ffmpegReads(ts, 4),
    ffmpegReads(hls, 4),
    ffmpegReads(ts, 3),
  ]);
  for (const { stderr } of results) expect(stderr).toBe('');
  expect(source.peak()).toBe(1);
  await until('the source is left', () => source.open() === 0, 20_000);
  await idle();
});

test('the status names the stream in the words of the seed (S1.4)', async () => {
  const reading = ffmpegReads(new URL(channel.urls.ts, panel.base).href, 4);
  const stream = await until('it is active', async () => (await streams()).streams.find((s) => s.active));
  expect(stream).toMatchObject({ id: 'local-one', active: true, name: 'Local one', state: 'active' });
  expect(stream.clients).toBe(1);
  const one = await panel.client.get(`/api/streams/local-one/status`);
  expect(one.body).toMatchObject({ id: 'local-one', errors: [] });
  await reading;
  await idle();
});

test('a TS viewer begins with PAT, PMT and a keyframe (B4)', async () => {
  const answer = await fetch(new URL(channel.urls.ts, panel.base));
  const reader = answer.body?.getReader();
  const chunks: Buffer[] = [];
  while (Buffer.concat(chunks).length < 200_000) {
    const { value } = (await reader?.read()) ?? {};
    if (!value) break;
    chunks.push(Buffer.from(value));
  }
  await reader?.cancel();
  const bytes = Buffer.concat(chunks);
  const pid = (packet: number) => (bytes.readUInt16BE(packet * 188 + 1) & 0x1fff) as number;
  expect([pid(0), pid(1)]).toEqual([0, 0x1000]);
  expect(
    (await packetsOf(bytes.subarray(0, bytes.length - (bytes.length % 188)))).find((p) => p.kind === 'video')
      ?.key,
  ).toBe(true);
  await idle();
});

test('the live playlists are valid: keyframe starts, true EXTINF, a sliding window (S1.3)', async () => {
  const { variants } = await master(panel.client, channel.urls.hls);
  const address = variants[0]?.uri ?? '';
  const list = await until('the playlist has four segments', async () => {
    const now = await media(panel.client, address);
    return now.segments.length >= 4 ? now : null;
  });
  const starts: number[] = [];
  for (const segment of list.segments) {
    const packets = await packetsOf(await segmentBytes(panel.client, segment.uri));
    expect(packets.find((p) => p.kind === 'video')?.key).toBe(true);
    expect(Math.round(segment.duration)).toBeLessThanOrEqual(list.targetDuration);
    starts.push(videoStart(packets));
  }
  for (let i = 1; i < starts.length; i++)
    expect(
      Math.abs((starts[i] ?? 0) - (starts[i - 1] ?? 0) - (list.segments[i - 1]?.duration ?? 0)),
    ).toBeLessThanOrEqual(0.05);
  const later = await until('the playlist went on', async () => {
    const now = await media(panel.client, address);
    return (now.mediaSequenceBase ?? 0) + now.segments.length >
      (list.mediaSequenceBase ?? 0) + list.segments.length
      ? now
      : null;
  });
  expect(later.targetDuration).toBe(list.targetDuration);
  await idle();
});

test('a dead first source is passed over for the next one (S1.7)', async () => {
  const dead = `http://127.0.0.1:${source.port}/nothing`;
  const made = await panel.client.post<ChannelDetail>('/api/v1/channels', {
    name: 'Second chance',
    outputPath: 'second-chance',
    sources: [{ url: dead }, { url: source.url }],
  });
  const { stderr } = await ffmpegReads(new URL(made.body.urls.ts, panel.base).href, 2);
  expect(stderr).toBe('');
  await idle();
});

test('a source that does not answer gives the viewer a sentence and the admin the cause (SRC-01)', async () => {
  const closed = await startLiveSource();
  await closed.close();
  const made = await panel.client.post<ChannelDetail>('/api/v1/channels', {
    name: 'Nobody there',
    outputPath: 'nobody',
    sources: [{ url: `http://127.0.0.1:${source.port}/nothing` }],
  });
  const answer = await fetch(new URL(made.body.urls.ts, panel.base));
  expect(answer.status).toBe(503);
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
  expect(await answer.text()).toMatch(/^No source of this channel works right now/);
});

test('the exported M3U plays entry by entry with the line of the user (S1.9)', async () => {
  const { body: line } = await panel.client.get<{ m3u: { hls: string; ts: string } }>('/api/v1/me/line');
  const list = await fetch(new URL(line.m3u.ts, panel.base));
  expect(list.status).toBe(200);
  const text = await list.text();
  expect(text.startsWith('#EXTM3U')).toBe(true);
  const lines = text.split('\n');
  const entry = lines[lines.findIndex((row) => row.includes(',Local one')) + 1] ?? '';
  const { stderr } = await ffmpegReads(entry, 2);
  expect(stderr).toBe('');
  await idle();
});

test('a relay is a channel with an output path, and a taken path answers 409 (S1.6)', async () => {
  const relay = { name: 'A relay', output_path: 'a-relay', source_urls: [source.url] };
  const made = await panel.client.post('/api/relays', relay);
  expect(made).toMatchObject({
    status: 201,
    body: {
      name: 'A relay',
      output_path: 'a-relay',
      urls: { ts: expect.any(String), hls: expect.any(String) },
    },
  });
  expect((await panel.client.post('/api/relays', relay)).status).toBe(409);
  expect((await panel.client.get('/api/relays')).body).toEqual(
    expect.arrayContaining([expect.objectContaining({ output_path: 'a-relay' })]),
  );
});

test('what a player needs to know of a channel is told without starting it, to those who may watch (S3.3)', async () => {
  const { status, body } = await panel.client.get<LiveInfo>(`/api/live/${channel.num}?quality=480p`);
  expect(status).toBe(200);
  expect(body).toMatchObject({ id: channel.id, name: 'Local one', mode: 'transcode' });
  expect(body.qualities.map(({ id }) => id)).toEqual(['source', '720p', '480p', '360p']);
  expect(body.url).toMatch(/^\/stream\/local-one\/hls\/480p\.m3u8\?expires=\d+&sig=/);
  expect(Date.parse(body.expires_at ?? '')).toBeGreaterThan(Date.now());
  expect((await panel.client.get<LiveInfo>('/api/live/local-one')).body.url).toContain('/hls/720p.m3u8?');
  expect((await panel.client.raw('/api/live/local-one?quality=9000p')).status).toBe(404);
  expect((await panel.client.raw('/api/live/nowhere')).status).toBe(404);
  expect((await fetch(`${panel.base}/api/live/local-one`)).status).toBe(401);
  expect((await streams()).total_streams).toBe(0);

  const signed = await fetch(new URL(body.hls.replace('/hls', ''), panel.base), { method: 'HEAD' });
  expect(signed.status).toBe(200);
});

test('the direct and HLS proxy addresses lead to the stream (S1.5)', async () => {
  const direct = await panel.client.raw(`/api/proxy/channel/${channel.num}`);
  expect(direct.status).toBe(302);
  expect(direct.headers.get('location')).toMatch(new RegExp(`^/stream/${channel.num}\\?expires=`));
  expect((await panel.client.raw(`/api/proxy/channel/${channel.id}/hls`)).headers.get('location')).toMatch(
    new RegExp(`^/stream/${channel.num}/hls\\?`),
  );
});
