import { statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AppError } from '../core/errors.ts';
import { silentLog } from '../core/log.ts';
import type { DeliveryPorts } from './context.ts';
import { createDelivery } from './index.ts';
import type { Grant } from './ports.ts';
import { MEDIA_ROUTES, type MediaRoute } from './routes.ts';

const ID = '0198b0a0-0000-7000-8000-000000000001';
/** Those that prove the right themselves, or are for everybody. */
const OPEN = new Set(['/embed/hls.min.js', '/playlist.m3u']);
const VALUES: Record<string, string> = {
  ...{ id: ID, quality: '720p', rung: '720p', variant: '720p', gen: '1', k: '0' },
  ...{ track: '0', version: '4', n: '1' },
};

function sampleOf({ path }: MediaRoute): string {
  const segment = path.startsWith('/stream/') ? 'segment_1' : '1-0';
  return path.replace(/\{(\w+)\}/g, (_all, name: string) =>
    name === 'segment' ? segment : (VALUES[name] ?? `no sample for ${name}`),
  );
}

const row = { id: ID, num: 7, visibility: 'members', ownerId: null };
const texts: Record<string, string> = {
  storyboard: 'WEBVTT\n\n00:00:00.000 --> 00:00:02.000\nstoryboard-4-0.jpg#xywh=0,0,192,108\n',
  subtitles: 'WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nHello\n',
  subtitleList: '#EXTM3U\n#EXTINF:9.000000,\n0.vtt\n#EXT-X-ENDLIST\n',
  subtitleSegment: 'WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:900000\n\n',
  chapters: 'WEBVTT\n\n00:00:00.000 --> 00:00:09.000\nBeginning\n',
};
const vod = {
  find: async () => row,
  sheet: async (_id: string, version: number, n: number) =>
    version === 4 && n === 1
      ? {
          ...{ path: import.meta.filename, contentType: 'image/jpeg', etag: '"storyboard-4-1"' },
          sizeBytes: statSync(import.meta.filename).size,
        }
      : null,
  ...Object.fromEntries(
    Object.keys(texts).map((name) => [
      name,
      async (_id: string, track?: number) => (track === undefined || track === 0 ? texts[name] : null),
    ]),
  ),
} as unknown as DeliveryPorts['vod'];

let grant: () => Promise<Grant>;
let server: Server;
let base: string;
beforeAll(async () => {
  const ports = {
    ...{ log: silentLog(), allowedOrigins: '', defaultQuality: () => 'auto', vod },
    access: { grant: () => grant() },
    catalog: { resolve: async () => ID, findForLive: async () => ({ id: ID, num: 7 }) },
  } as unknown as DeliveryPorts;
  const handler = createDelivery(ports);
  server = createServer((req, res) => void handler(req, res));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((done) => server.close(done)));

describe('the table of media addresses', () => {
  test.each(MEDIA_ROUTES.map((route) => [route.path, route] as const))(
    '%s is answered by its own route',
    (_path, route) => {
      const sample = sampleOf(route);
      expect(MEDIA_ROUTES.filter(({ pattern }) => pattern.test(sample))).toEqual([route]);
      // Nothing around a sample of it matches, and nothing that climbs out of its folder does (CLI-07).
      for (const other of [`${sample}/`, `/x${sample}`, `${sample}%00`, `${sample}/../x`, `${sample}\n`])
        expect(
          MEDIA_ROUTES.some(({ pattern }) => pattern.test(other)),
          other,
        ).toBe(false);
    },
  );

  test('no address answers a stranger, by GET or HEAD (CLI-08)', async () => {
    grant = async () => {
      throw new AppError('UNAUTHENTICATED');
    };
    for (const route of MEDIA_ROUTES.filter(({ path }) => !OPEN.has(path)))
      for (const method of ['GET', 'HEAD'])
        expect((await fetch(base + sampleOf(route), { method })).status, `${method} ${route.path}`).toBe(401);
  });
});

describe('what stands around a video', () => {
  const get = (path: string, headers: Record<string, string> = {}) => {
    grant = async () => ({ via: 'signature', query: 'expires=1&sig=x' }) as Grant;
    return fetch(base + path, { headers });
  };

  test('a storyboard names its sheets with the signature that opened it, before the place in the sheet', async () => {
    const answer = await get(`/thumb/${ID}/storyboard.vtt`);
    expect(answer.headers.get('content-type')).toBe('text/vtt; charset=utf-8');
    expect(await answer.text()).toContain('\nstoryboard-4-0.jpg?expires=1&sig=x#xywh=0,0,192,108\n');
    const again = await get(`/thumb/${ID}/storyboard.vtt`, { 'If-None-Match': answer.headers.get('etag')! });
    expect(again.status).toBe(304);
  });

  test('a sheet stays for ever under its version; another version or number is not there', async () => {
    const answer = await get(`/thumb/${ID}/storyboard-4-1.jpg`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toContain('immutable');
    for (const name of ['storyboard-3-1', 'storyboard-4-2'])
      expect((await get(`/thumb/${ID}/${name}.jpg`)).status).toBe(404);
  });

  test('subtitles are plain WebVTT for a page, and for HLS a list whose segment says where its zero is', async () => {
    const plain = await (await get(`/hls/${ID}/subtitles-0.vtt`)).text();
    expect(plain).toBe(texts.subtitles);
    expect(await (await get(`/hls/${ID}/subtitles-0/playlist.m3u8`)).text()).toContain(
      '\n0.vtt?expires=1&sig=x\n',
    );
    expect(await (await get(`/hls/${ID}/subtitles-0/0.vtt`)).text()).toContain('MPEGTS:900000');
    expect((await get(`/hls/${ID}/subtitles-1.vtt`)).status).toBe(404);
    expect(await (await get(`/hls/${ID}/chapters.vtt`)).text()).toBe(texts.chapters);
  });
});
