import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type M3uEntry, M3uParser } from '../../lib/formats/m3u.ts';
import { AppError } from '../core/errors.ts';
import { silentLog } from '../core/log.ts';
import { sendError } from '../http/respond.ts';
import { createM3uExport, type ExportedChannel, type ExportedVideo } from './m3u.ts';

const channelOf = (num: number, more: Partial<ExportedChannel> = {}): ExportedChannel => ({
  id: `00000000-0000-7000-8000-${String(num).padStart(12, '0')}`,
  num,
  outputPath: null,
  name: `Channel ${num}`,
  group: 'News',
  chno: null,
  tvgId: null,
  tvgName: null,
  logo: null,
  ...more,
});
let channels: ExportedChannel[] = [];
let videos: ExportedVideo[] = [];
let revision = '1';
let server: http.Server;
let base: string;

beforeAll(async () => {
  const list = createM3uExport({
    reader: async (req) => {
      if (!req.url?.includes('token=good')) throw new AppError('LINK_INVALID');
      return {
        key: 'line-1',
        origin: 'http://tv.example:8080',
        userId: 'u',
        sign: ({ kind, id }) => `expires=0&sig=${kind}.${id.slice(-1)}`,
      };
    },
    channels: async function* ({ group }) {
      yield channels.filter((c) => group === undefined || c.group === group);
    },
    videos: async function* () {
      yield videos;
    },
    channel: async (id) => channels.find((channel) => channel.id === id) ?? null,
    origin: () => 'http://tv.example:8080',
    revision: async () => revision,
  });
  server = http.createServer((req, res) => {
    const { searchParams: search } = new URL(req.url ?? '', 'http://x');
    const one = search.get('channel');
    const served =
      one === null
        ? list.servePlaylist(req, res, search)
        : list.serveChannel(req, res, one, 'expires=0&sig=x');
    served.catch((error) => sendError(req, res, error, { log: silentLog(), media: true }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/playlist.m3u?token=good`;
});
beforeEach(() => {
  channels = [
    channelOf(1, { outputPath: 'one', tvgId: 'one.tv', chno: '7', logo: 'https://l.example/1,2.png' }),
    channelOf(2, { group: 'Sport', logo: 'javascript:x' }),
  ];
  videos = [
    {
      ...{ id: '00000000-0000-7000-8000-000000000009', title: 'Film', durationSeconds: 61.4 },
      ...{ mp4Quality: '720p', isPrivate: false },
    },
  ];
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function entriesOf(text: string): M3uEntry[] {
  const entries: M3uEntry[] = [];
  const parser = new M3uParser({ onEntry: (e) => entries.push(e), onSkip: (s) => expect(s).toBeNull() });
  parser.push(text);
  parser.end();
  return entries;
}
const read = async (query: string) => entriesOf(await (await fetch(base + query)).text());

test('entries carry what players show and addresses signed for the line', async () => {
  const entries = await read('');
  expect(entries.map((e) => e.url)).toEqual([
    'http://tv.example:8080/stream/one?expires=0&sig=channel.1',
    'http://tv.example:8080/stream/2?expires=0&sig=channel.2',
    'http://tv.example:8080/stream/00000000-0000-7000-8000-000000000009/720p?expires=0&sig=video.9',
  ]);
  expect(entries[0]?.attributes).toEqual({
    'tvg-id': 'one.tv',
    'tvg-logo': 'https://l.example/1,2.png',
    'tvg-chno': '7',
    'group-title': 'News',
  });
  expect(entries[1]?.attributes).toEqual({ 'group-title': 'Sport' });
  expect(entries[2]?.durationS).toBe(61);
});

test.each([
  [
    '&output=hls',
    ['/stream/one/hls', '/stream/2/hls', '/hls/00000000-0000-7000-8000-000000000009/master.m3u8'],
  ],
  ['&output=hls&quality=480p&type=live', ['/stream/one/hls', '/stream/2/hls']],
  ['&output=ts&type=live', ['/stream/one', '/stream/2']],
  ['&type=vod', ['/stream/00000000-0000-7000-8000-000000000009/720p']],
  ['&type=vod&format=ts', ['/stream/00000000-0000-7000-8000-000000000009/720p.ts']],
  ['&group=Sport', ['/stream/2']],
  ['&type=m3u_plus&output=m3u8&group=News', ['/stream/one/hls']],
])('%s', async (query, paths) => {
  expect((await read(query)).map((e) => new URL(e.url).pathname)).toEqual(paths);
});

test('IMP-10 a channel named like a list adds no entry', async () => {
  channels = [
    channelOf(1, { name: 'x\n#EXTINF:-1,evil\nhttp://evil/', tvgId: 'a"\nhttp://evil/', group: '",evil' }),
    channelOf(2),
  ];
  expect((await read('&type=live')).map((e) => new URL(e.url).pathname)).toEqual(['/stream/1', '/stream/2']);
});

test('a reader who has the list already gets 304 until something changes', async () => {
  const first = await fetch(base);
  const etag = first.headers.get('etag') ?? '';
  await first.text();
  expect((await fetch(base, { headers: { 'If-None-Match': etag } })).status).toBe(304);
  expect((await fetch(`${base}&output=hls`, { headers: { 'If-None-Match': etag } })).status).toBe(200);
  revision = '2';
  expect((await fetch(base, { headers: { 'If-None-Match': etag } })).status).toBe(200);
});

test('10,000 entries come gzipped to those who take it, HEAD has the same headers', async () => {
  channels = Array.from({ length: 10_000 }, (_, i) => channelOf(i + 1));
  const get = (method: string, encoding: string) =>
    new Promise<{ headers: http.IncomingHttpHeaders; body: Buffer }>((resolve, reject) => {
      const request = http.request(
        base,
        { method, headers: { 'accept-encoding': encoding } },
        async (res) => {
          const chunks: Buffer[] = [];
          for await (const chunk of res) chunks.push(chunk as Buffer);
          resolve({ headers: res.headers, body: Buffer.concat(chunks) });
        },
      );
      request.on('error', reject).end();
    });
  const packed = await get('GET', 'gzip, br');
  expect(packed.headers['content-encoding']).toBe('gzip');
  expect(entriesOf(gunzipSync(packed.body).toString())).toHaveLength(10_001);
  const plain = await get('GET', 'gzip;q=0');
  expect(plain.headers['content-encoding']).toBeUndefined();
  expect(entriesOf(plain.body.toString())).toHaveLength(10_001);
  const head = await get('HEAD', 'gzip');
  expect(head.body).toHaveLength(0);
  expect(head.headers.etag).toBe(packed.headers.etag);
});

test.each([
  ['&output=dash', 400],
  ['&type=radio', 400],
  ['&format=avi', 400],
  ['&quality=480p', 400],
  ['&output=hls&quality=1080p', 400],
])('%s is answered with %i and a sentence', async (query, status) => {
  const response = await fetch(base + query);
  expect([response.status, response.headers.get('content-type')]).toEqual([
    status,
    'text/plain; charset=utf-8',
  ]);
});

test('WEB-10 without a valid token there is no list', async () => {
  expect((await fetch(base.replace('good', 'bad'))).status).toBe(403);
});

test('one channel is a list of its own, under its path, with the signature it was asked with (S1.12)', async () => {
  const [one, two] = channels;
  const response = await fetch(`${base}&channel=${one?.id}`);
  expect(response.headers.get('content-type')).toBe('audio/x-mpegurl; charset=utf-8');
  expect(response.headers.get('content-disposition')).toBe('attachment; filename="one.m3u"');
  expect((await response.text()).split('\n').slice(-2)[0]).toBe(
    'http://tv.example:8080/stream/one?expires=0&sig=x',
  );
  expect((await fetch(`${base}&channel=${two?.id}`)).headers.get('content-disposition')).toContain('"2.m3u"');
  expect((await fetch(`${base}&channel=none`)).status).toBe(404);
});

test.each([
  ['480p', ['480p', '480p']],
  ['source', ['source', 'source']],
  ['auto', [null, null]],
])(
  'a list for one quality says so in every channel, beside its signature: %s (S3.3)',
  async (quality, wanted) => {
    const entries = await read(`&output=hls&type=live&quality=${quality}`);
    const addresses = entries.map(({ url }) => new URL(url).searchParams);
    expect(addresses.map((search) => search.get('quality'))).toEqual(wanted);
    expect(addresses.every((search) => search.has('sig'))).toBe(true);
  },
);
