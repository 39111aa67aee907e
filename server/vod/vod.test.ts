import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import HLS from 'hls-parser';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { rendition, video } from '../../drizzle/schema/vod.ts';
import type { TestDatabase } from '../../tests/support/database.ts';
import { type ListRate, listRate } from '../../tests/support/peak-rate.ts';
import type { Supervisor } from '../media/ffmpeg/supervisor.ts';
import type { Vod } from './index.ts';
import { encoderOf, settledVideo, type TestVod, VodStation } from './test-vod.ts';

// Real encoding takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let station: VodStation;
let running: TestVod;
let dir: string;
let database: TestDatabase;
let supervisor: Supervisor;
let vod: Vod;
const states: string[] = [];

beforeAll(async () => {
  station = await VodStation.open();
  running = await station.start();
  ({ vod, supervisor } = running);
  ({ dir, database } = station);
  running.events.on('video.state', ({ videoId, to }) => states.push(`${videoId}:${to}`));
});
afterAll(async () => {
  await running.close();
  await station.close();
});

async function accept(content: string[] | Buffer): Promise<string> {
  const id = randomUUID();
  const file = join(dir, 'raw', id);
  if (Buffer.isBuffer(content)) writeFileSync(file, content);
  else {
    const made = spawnSync('ffmpeg', ['-nostdin', '-v', 'error', '-y', ...content, file], {
      encoding: 'utf8',
    });
    if (made.status !== 0) throw new Error(made.stderr);
  }
  await database.db.insert(video).values({ id, title: 'A clip', state: 'uploading', ingest: 'stored' });
  await vod.accept(id);
  return id;
}
/** What a player measures of a quality. */
async function served(id: string, quality: string): Promise<ListRate> {
  const { text, gen } = (await vod.media(id, quality))!;
  const sizes: number[] = [];
  for (let k = 0; k < text.split('#EXTINF').length - 1; k++)
    sizes.push((await (await vod.segment(id, quality, gen, k))!.bytes()).length);
  return listRate(text, sizes);
}
const settled = (id: string) => settledVideo(vod, id);
const clip = (size: string, seconds: number) => [
  ...['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=30000/1001:d=${seconds}`],
  ...[
    '-f',
    'lavfi',
    '-i',
    `sine=f=440:d=${seconds}`,
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-c:a',
    'aac',
    '-f',
    'mp4',
  ],
];
const segmentPath = (id: string, gen: number, rung: string, k: number) =>
  join(dir, 'processed', id, String(gen), rung, `${k}.v.ts`);
const framesOf = (path: string): number[] => {
  const args = [
    '-v',
    'error',
    '-select_streams',
    'v:0',
    '-show_entries',
    'packet=pts_time',
    '-of',
    'csv=p=0',
    path,
  ];
  return spawnSync('ffprobe', args, { encoding: 'utf8' })
    .stdout.split('\n')
    .filter(Boolean)
    .map(Number.parseFloat)
    .sort((a, b) => a - b);
};

test('a clip becomes ready: rungs cut at the same pictures, master and playlists measured, MP4 and thumbnail there', async () => {
  const id = await accept(clip('854x480', 7));
  const view = await settled(id);
  expect(view).toMatchObject({ state: 'ready', playable: true, width: 854, height: 480, error: null });
  expect(view.qualities.map((q) => q.id)).toEqual(['360p', '480p']);
  expect(states.filter((s) => s.startsWith(id)).map((s) => s.split(':')[1])).toEqual([
    'queued',
    'processing',
    'ready',
  ]);

  const rows = await database.db.select().from(rendition).where(eq(rendition.videoId, id));
  const firsts = await Promise.all(
    ['360p', '480p'].map(async (quality) => {
      return [0, 1].map((k) => framesOf(segmentPath(id, 1, quality, k))[0]);
    }),
  );
  expect(firsts[0]).toEqual(firsts[1]);
  expect(firsts[0]![1]! - firsts[0]![0]!).toBeCloseTo(6.006, 3);

  const master = HLS.parse((await vod.master(id))!.text) as HLS.types.MasterPlaylist;
  expect(master.variants.map((v) => v.uri)).toEqual(['360p/playlist.m3u8', '480p/playlist.m3u8']);
  for (const variant of master.variants) {
    const row = rows.find((r) => variant.uri.startsWith(r.rung))!;
    expect(variant.bandwidth).toBe(Math.ceil((await served(id, row.rung)).peak));
    expect(variant).toMatchObject({ frameRate: 29.97, resolution: { width: row.width, height: row.height } });
    expect(variant.codecs).toMatch(/^avc1\.64[0-9a-f]{4},mp4a\.40\.2$/);
  }
  const media = HLS.parse((await vod.media(id, '480p'))!.text) as HLS.types.MediaPlaylist;
  expect(media.segments.map((s) => s.uri)).toEqual(['1-0.ts', '1-1.ts']);
  for (const [k, segment] of media.segments.entries()) {
    const pts = framesOf(segmentPath(id, 1, '480p', k));
    expect(Math.abs(pts.at(-1)! - pts[0]! + 1001 / 30000 - segment.duration)).toBeLessThan(0.05);
  }
  const best = await vod.mp4(id, '480p');
  expect(framesOf(best!.path).length).toBe(210);
  const lower = await Promise.all([vod.mp4(id, '360p'), vod.mp4(id, '360p')]);
  const [one, other] = lower.map((file) => ({ ...file, reading: undefined }));
  expect(one).toEqual(other);
  expect(framesOf(lower[0]!.path).length).toBe(210);
  expect((await vod.thumbnail(id))!.sizeBytes).toBeGreaterThan(1000);
  expect((await vod.original(id))!.path).toBe(join(dir, 'raw', id));
  await expect(vod.mp4(id, '1080p')).rejects.toMatchObject({ code: 'RENDITION_UNKNOWN' });
  const config = await vod.streamConfig(id);
  expect(config).toMatchObject({ playable: true, hls: `/hls/${id}/master.m3u8`, mp4: `/stream/${id}/480p` });
});

test('FILE-02 a small portrait clip without sound keeps its size and becomes one even rung', async () => {
  const id = await accept([
    '-f',
    'lavfi',
    '-i',
    'testsrc=s=181x321:r=10:d=2',
    '-pix_fmt',
    'yuv444p',
    '-c:v',
    'libx264',
    '-f',
    'mp4',
  ]);
  const view = await settled(id);
  expect(view.error).toBeNull();
  expect(view.qualities).toMatchObject([{ id: '181p', width: 182, height: 322 }]);
  expect((await vod.master(id))!.text).not.toContain('mp4a');
});

test('FILE-14 ffmpeg killed in the middle is started again and makes what is missing, and there is one Ready', async () => {
  const id = await accept(clip('640x480', 20));
  const encoder = await encoderOf(supervisor);
  process.kill(encoder, 'SIGKILL');
  expect((await settled(id)).state).toBe('ready');
  const rows = await database.db.select().from(rendition).where(eq(rendition.videoId, id));
  expect(new Set(rows.map((r) => r.gen))).toEqual(new Set([1]));
  expect(states.filter((s) => s === `${id}:ready`)).toHaveLength(1);
  expect(readdirSync(join(dir, 'temp', 'work'))).toEqual([]);
});

test('S4.6 a paused video stands still with its encoder until it is resumed, and others are made meanwhile', async () => {
  const id = await accept(clip('640x480', 20));
  const encoder = await encoderOf(supervisor);
  await vod.pause(id);
  const stateOf = (pid: number) => / ([A-Z]) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))![1];
  await expect.poll(() => stateOf(encoder), { interval: 20, timeout: 10_000 }).toBe('T');
  expect((await vod.listJobs({ limit: 1, videoId: id })).items[0]).toMatchObject({ paused: true });
  const other = await accept(clip('320x240', 2));
  expect((await settled(other)).state).toBe('ready');
  expect(stateOf(encoder)).toBe('T');
  await vod.resume(id);
  expect((await settled(id)).state).toBe('ready');
  await expect(vod.pause(id)).rejects.toMatchObject({ code: 'CONFLICT' });
});

test('cancel ends the encoder, retry makes the video ready, delete removes every file', async () => {
  const id = await accept(clip('640x360', 20));
  await encoderOf(supervisor);
  await vod.cancel(id);
  expect((await vod.view(id)).state).toBe('cancelled');
  expect(supervisor.running()).toEqual([]);
  await vod.retry(id);
  expect((await settled(id)).state).toBe('ready');
  await expect(vod.cancel(id)).rejects.toMatchObject({ code: 'CONFLICT' });
  await vod.generateHls(id);
  expect((await settled(id)).state).toBe('ready');
  await vod.remove(id);
  expect(await vod.find(id)).toBeNull();
  expect(readdirSync(join(dir, 'processed'))).not.toContain(id);
  expect(readdirSync(join(dir, 'raw'))).not.toContain(id);
});

const list = '#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n';
test.each([
  ['FILE-06 empty', Buffer.alloc(0), 'MEDIA_EMPTY'],
  ['FILE-06 one byte', Buffer.from('x'), 'MEDIA_NOT_VIDEO'],
  ['FILE-06 zeros', Buffer.alloc(100_000), 'MEDIA_NOT_VIDEO'],
  ['FILE-06 a page', Buffer.from('<!doctype html><html><body>hello</body></html>'), 'MEDIA_NOT_VIDEO'],
  ['FILE-06 an archive', Buffer.from('504b0304140000000000', 'hex'), 'MEDIA_NOT_VIDEO'],
  ['FILE-10 an HLS list', Buffer.from(list), 'MEDIA_PLAYLIST'],
  [
    'FILE-10 a concat list',
    Buffer.from("ffconcat version 1.0\nfile 'file:///etc/passwd'\n"),
    'MEDIA_PLAYLIST',
  ],
  [
    'FILE-10 a DASH manifest',
    Buffer.from('<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"></MPD>'),
    'MEDIA_PLAYLIST',
  ],
  [
    'FILE-10 an SDP',
    Buffer.from('v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\nc=IN IP4 127.0.0.1\r\nm=video 5000 RTP/AVP 96\r\n'),
    'MEDIA_PLAYLIST',
  ],
])('%s fails with a reason', async (_name, content, code) => {
  const view = await settled(await accept(content));
  expect(view).toMatchObject({ state: 'failed', playable: false, error: { code } });
});

test('FILE-07 a file without its end, FILE-11 a codec that is not opened, and sound alone fail with a reason', async () => {
  const whole = await accept(clip('640x360', 3));
  await settled(whole);
  const bytes = readFileSync(join(dir, 'raw', whole));
  expect((await settled(await accept(bytes.subarray(0, bytes.length - 5000)))).error?.code).toBe(
    'MEDIA_TRUNCATED',
  );
  const magic = ['-f', 'lavfi', '-i', 'testsrc=s=64x64:d=1', '-c:v', 'magicyuv', '-f', 'avi'];
  expect((await settled(await accept(magic))).error?.code).toBe('MEDIA_CODEC_REFUSED');
  const sound = ['-f', 'lavfi', '-i', 'sine=d=1', '-c:a', 'aac', '-f', 'mp4'];
  expect((await settled(await accept(sound))).error?.code).toBe('MEDIA_AUDIO_ONLY');
});
