import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { AppError } from '../core/errors.ts';
import { silentLog } from '../core/log.ts';
import type { DeliveryPorts } from './context.ts';
import { createDelivery } from './index.ts';
import { SegmentCache } from './segment-cache.ts';
import { UnmadeLimit } from './unmade-limit.ts';

const ID = '0198b0a0-0000-7000-8000-000000000001';
const LIST = '#EXTM3U\n#EXTINF:6,\n3-0.ts\n';
const MASTER = [
  '#EXTM3U',
  '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="1",URI="audio-0/playlist.m3u8"',
  '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="text",NAME="1",URI="subtitles-0/playlist.m3u8"',
  '#EXT-X-STREAM-INF:BANDWIDTH=1',
  '360p/playlist.m3u8\n',
].join('\n');

let server: Server;
let base: string;
let nowMs = 0;
/** What the video domain was asked, in order. */
let asked: string[] = [];
let made: (k: number) => boolean = () => true;
let make: (signal: AbortSignal) => Promise<void> = async () => undefined;

const body = (k: number): Buffer => Buffer.alloc(188, k);
const vod = {
  find: async (id: string) =>
    id === ID || id === '7' ? { id: ID, num: 7, visibility: 'members', ownerId: null } : null,
  master: async () => ({ text: MASTER, gen: 3 }),
  media: async () => ({ text: LIST, gen: 3 }),
  async segment(_id: string, row: string, gen: number, k: number) {
    asked.push(`${row}/${gen}-${k}`);
    if (k > 99) return null;
    return { contentType: 'video/mp2t', made: made(k), make, bytes: async () => body(k) };
  },
} as unknown as DeliveryPorts['vod'];

beforeAll(async () => {
  const ports = {
    ...{ log: silentLog(), allowedOrigins: '', defaultQuality: () => 'auto', vod },
    access: { grant: async () => ({ via: 'signature', query: 'expires=1&sig=x', viewer: 'somebody' }) },
    cache: new SegmentCache({ enabled: true, sizeBytes: 1_000_000 }),
    unmade: new UnmadeLimit({ perMinute: 3, nowMs: () => nowMs }),
  } as unknown as DeliveryPorts;
  const handler = createDelivery(ports);
  server = createServer((req, res) => void handler(req, res));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  asked = [];
  made = () => true;
  make = async () => undefined;
  nowMs += 100_000;
});
afterAll(() => new Promise((done) => server.close(done)));

const get = (path: string, init: RequestInit = {}) => fetch(new URL(path, base), init);
const segment = (k: number, init: RequestInit = {}) => get(`/hls/${ID}/360p/3-${k}.ts`, init);

test('a segment that was sent before comes from memory: nobody is asked for it again', async () => {
  const first = await segment(1);
  expect(first.status).toBe(200);
  expect(first.headers.get('cache-control')).toContain('immutable');
  expect(Buffer.from(await first.arrayBuffer()).equals(body(1))).toBe(true);
  expect((await segment(1)).status).toBe(200);
  const etag = first.headers.get('etag')!;
  expect((await segment(1, { headers: { 'If-None-Match': etag } })).status).toBe(304);
  expect((await segment(1, { headers: { Range: 'bytes=0-9' } })).status).toBe(206);
  expect(asked).toEqual(['360p/3-1']);
});

test('a segment that is not ready in time is refused with a time to come again, and kept by no cache', async () => {
  made = () => false;
  make = async () => {
    throw new AppError('SEGMENT_NOT_READY', { retryAfterSeconds: 1 });
  };
  const late = await segment(10);
  expect(late.status).toBe(503);
  expect(late.headers.get('retry-after')).toBe('1');
  expect(late.headers.get('cache-control')).toBe('no-store');
  expect((await segment(10, { method: 'HEAD' })).status).toBe(503);
  make = async () => undefined;
  expect((await segment(10)).status).toBe(200);
  expect((await segment(100)).status).toBe(404);
});

test('whoever leaves while a segment is made is known to be gone', async () => {
  made = () => false;
  const begun = Promise.withResolvers<AbortSignal>();
  const ended = Promise.withResolvers<void>();
  make = (signal) => {
    begun.resolve(signal);
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        ended.resolve();
        reject(signal.reason);
      });
    });
  };
  const call = request(`${base}/hls/${ID}/360p/3-20.ts`).on('error', () => undefined);
  call.end();
  expect((await begun.promise).aborted).toBe(false);
  call.destroy();
  await ended.promise;
});

test('a viewer may ask for some segments that are not made in a minute, one of them as often as it takes', async () => {
  made = () => false;
  make = async () => {
    throw new AppError('SEGMENT_NOT_READY', { retryAfterSeconds: 1 });
  };
  for (const k of [30, 31, 30, 32, 31, 30]) expect((await segment(k)).status).toBe(503);
  const refused = await segment(33);
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBe(60);
  // The sound of a place is not one more.
  expect((await get(`/hls/${ID}/audio-1/3-33.aac`)).status).toBe(503);
  made = () => true;
  expect((await segment(33)).status).toBe(200);
  made = () => false;
  nowMs += 60_000;
  expect((await segment(34)).status).toBe(503);
});

test('the lists stand under /api/hls too, with names that lead to the same segments', async () => {
  const master = await (await get('/api/hls/7/master.m3u8')).text();
  expect(master).toContain('\n360p.m3u8?expires=1&sig=x');
  expect(master).toContain('URI="audio-0.m3u8?expires=1&sig=x"');
  expect(master).toContain(`URI="/hls/${ID}/subtitles-0/playlist.m3u8?expires=1&sig=x"`);
  const answer = await get('/api/hls/7/360p.m3u8');
  expect(answer.headers.get('etag')).toMatch(/^"3-/);
  expect(await answer.text()).toContain('\n360p_3_0.ts?expires=1&sig=x');
  expect((await get('/api/hls/7/360p_3_2.ts')).status).toBe(200);
  expect((await get(`/api/hls/7/audio-1_3_2.aac`)).headers.get('content-type')).toBe('audio/aac');
  expect(asked).toEqual(['360p/3-2', 'audio-1/3-2']);
  expect((await get(`/hls/${ID}/360p/3-2.aac`)).status).toBe(404);
});
