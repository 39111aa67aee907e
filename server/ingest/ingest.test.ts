import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { user } from '../../drizzle/schema/auth.ts';
import { upload, video } from '../../drizzle/schema/vod.ts';
import { type TestDatabase, testDatabase } from '../../tests/support/database.ts';
import { fixedSettings, loadConfig } from '../core/config.ts';
import { Events } from '../core/events.ts';
import { silentLog } from '../core/log.ts';
import { createStore } from '../store/index.ts';
import { createIngest, type Ingest, type Uploader } from './index.ts';

let dir: string;
let database: TestDatabase;
let ingest: Ingest;
let server: http.Server;
let port: number;
let acceptFails = false;
let maxBytes = 20_000_000;
const accepted: string[] = [];
const abandoned: string[] = [];
const PEOPLE: Record<string, Uploader> = {
  eva: { userId: 'eva', role: 'editor' },
  emil: { userId: 'emil', role: 'editor' },
  vera: { userId: 'vera', role: 'viewer' },
  ada: { userId: 'ada', role: 'admin' },
};

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'siaran-ingest-'));
  database = await testDatabase();
  for (const { userId, role } of Object.values(PEOPLE))
    await database.db.insert(user).values({ id: userId, name: userId, email: `${userId}@example.org`, role });
  const store = createStore({ dataDir: dir });
  const fixed = fixedSettings(loadConfig({ DATA_DIR: dir, ALLOWED_ORIGINS: 'https://studio.example' }));
  await store.open();
  ingest = createIngest({
    db: database.db,
    store,
    events: new Events(),
    settings: { get: (key) => (key === 'uploadMaxBytes' ? maxBytes : fixed.get(key)) as never },
    log: silentLog(),
    accept: async (videoId) => {
      if (acceptFails) throw new Error('the database went away');
      accepted.push(videoId);
      await database.db.update(video).set({ state: 'queued' }).where(eq(video.id, videoId));
    },
    abandon: async (videoId) => void abandoned.push(videoId),
  });
  server = http.createServer(
    (req, res) => void ingest.handle(req, res, PEOPLE[String(req.headers['x-person'])] ?? null),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as net.AddressInfo).port;
});
afterAll(async () => {
  ingest.close();
  server.closeAllConnections();
  server.close();
  await database.close();
  rmSync(dir, { recursive: true, force: true });
});

type Headers = Record<string, string>;
type Answer = { status: number; headers: http.IncomingHttpHeaders; body: string };
const PART = { 'Content-Type': 'application/offset+octet-stream' };

async function call(method: string, path: string, headers: Headers = {}, body?: Buffer): Promise<Answer> {
  const defaults: Headers = { 'Tus-Resumable': '1.0.0', 'X-Person': 'eva' };
  const all = Object.fromEntries(
    Object.entries({ ...defaults, ...headers }).filter(([, value]) => value !== ''),
  );
  const req = http.request({ host: '127.0.0.1', port, method, path, headers: all, agent: false });
  req.end(body);
  const [res] = (await once(req, 'response')) as [http.IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of res) chunks.push(chunk as Buffer);
  return { status: res.statusCode ?? 0, headers: res.headers, body: Buffer.concat(chunks).toString() };
}
const base64 = (text: string) => Buffer.from(text).toString('base64');
async function create(length: number, headers: Headers = {}, body?: Buffer) {
  const answer = await call('POST', '/files', { 'Upload-Length': String(length), ...headers }, body);
  return { ...answer, at: String(answer.headers.location), videoId: String(answer.headers['video-id']) };
}
const patch = (at: string, offset: number, body: Buffer, headers: Headers = {}) =>
  call('PATCH', at, { ...PART, 'Upload-Offset': String(offset), ...headers }, body);
const offsetOf = async (at: string) => Number((await call('HEAD', at)).headers['upload-offset']);
const rowOf = async (at: string) =>
  (
    await database.db
      .select()
      .from(upload)
      .where(eq(upload.id, at.split('/')[2]!))
  )[0]!;
const fileOf = (at: string) => join(dir, 'temp/uploads', at.split('/')[2]!);

test('an upload in parts ends byte-exact in raw/, out of the upload store, and its video goes on its way', async () => {
  const bytes = randomBytes(3_000_001);
  const made = await create(bytes.length, { 'Upload-Metadata': `filename ${base64('My film.mp4')}` });
  expect(made).toMatchObject({ status: 201, at: expect.stringMatching(/^\/files\/[0-9a-f-]{36}$/) });
  expect(made.headers['upload-expires']).toBeDefined();
  const [row] = await database.db.select().from(video).where(eq(video.id, made.videoId));
  expect(row).toMatchObject({
    state: 'uploading',
    ingest: 'receiving',
    title: 'My film',
    fileName: 'My film.mp4',
    ownerId: 'eva',
  });
  const first = await patch(made.at, 0, bytes.subarray(0, 1_000_000));
  expect(first).toMatchObject({
    status: 204,
    headers: { 'upload-offset': '1000000', 'tus-resumable': '1.0.0' },
  });
  expect(await offsetOf(made.at)).toBe(1_000_000);
  expect((await patch(made.at, 1_000_000, bytes.subarray(1_000_000))).status).toBe(204);
  expect(readFileSync(join(dir, 'raw', made.videoId)).equals(bytes)).toBe(true);
  expect(existsSync(fileOf(made.at))).toBe(false);
  expect(accepted.filter((id) => id === made.videoId)).toHaveLength(1);
  const head = await call('HEAD', made.at);
  expect(head).toMatchObject({
    status: 200,
    headers: { 'upload-offset': '3000001', 'upload-length': '3000001', 'cache-control': 'no-store' },
  });
});

test('creation-with-upload takes the whole file in one request, and OPTIONS says what is offered', async () => {
  const made = await create(5, PART, Buffer.from('hello'));
  expect(made).toMatchObject({ status: 201, headers: { 'upload-offset': '5' } });
  expect(readFileSync(join(dir, 'raw', made.videoId), 'utf8')).toBe('hello');
  const options = await call('OPTIONS', '/files', { 'Tus-Resumable': '' });
  expect(options).toMatchObject({
    status: 204,
    headers: { 'tus-version': '1.0.0', 'tus-checksum-algorithm': 'sha1,sha256', 'tus-max-size': '20000000' },
  });
  expect(options.headers['tus-extension']).toBe(
    'creation,creation-with-upload,termination,expiration,checksum',
  );
});

test('UP-16 an empty file is accepted and handed on', async () => {
  const made = await create(0);
  expect(made.status).toBe(201);
  expect(statSync(join(dir, 'raw', made.videoId)).size).toBe(0);
});

test('UP-01 a wrong offset is 409 and the bytes stay as they are', async () => {
  const { at } = await create(10);
  await patch(at, 0, Buffer.from('abc'));
  for (const offset of [0, 2, 4, 10, 999_999_999])
    expect((await patch(at, offset, Buffer.from('x'))).status).toBe(409);
  expect((await call('PATCH', at, { ...PART, 'Upload-Offset': '-1' }, Buffer.from('x'))).status).toBe(400);
  expect(readFileSync(fileOf(at), 'utf8')).toBe('abc');
});

test('UP-02 of two parts at the same place at most one is taken', async () => {
  const { at, videoId } = await create(400_000);
  const a = Buffer.alloc(400_000, 'a');
  const b = Buffer.alloc(400_000, 'b');
  const answers = await Promise.all([patch(at, 0, a), patch(at, 0, b)]);
  expect(answers.filter((answer) => answer.status === 204).length).toBeLessThanOrEqual(1);
  const stored = join(dir, 'raw', videoId);
  const content = readFileSync(existsSync(stored) ? stored : fileOf(at));
  expect(content.equals(a.subarray(0, content.length)) || content.equals(b.subarray(0, content.length))).toBe(
    true,
  );
});

function halfPatch(at: string, length: number, sent: Buffer): net.Socket {
  const socket = net.connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  const head = [
    `PATCH ${at} HTTP/1.1`,
    'Host: x',
    'X-Person: eva',
    'Tus-Resumable: 1.0.0',
    'Upload-Offset: 0',
  ];
  socket.write(
    [...head, `Content-Length: ${length}`, `Content-Type: ${PART['Content-Type']}`, '', ''].join('\r\n'),
  );
  socket.write(sent);
  return socket;
}

test('UP-03 HEAD gets past a stalled PATCH within two seconds, and its late bytes change nothing', async () => {
  const { at, videoId } = await create(20);
  const stalled = halfPatch(at, 20, Buffer.from('0123456789'));
  await expect.poll(() => statSync(fileOf(at)).size).toBe(10);
  const began = performance.now();
  expect(await offsetOf(at)).toBe(10);
  expect(performance.now() - began).toBeLessThan(2000);
  stalled.write('XXXXX');
  expect((await patch(at, 10, Buffer.from('abcdefghij'))).status).toBe(204);
  expect(readFileSync(join(dir, 'raw', videoId), 'utf8')).toBe('0123456789abcdefghij');
  stalled.destroy();
});

test('UP-04 bytes of a PATCH that was cut are kept and the upload goes on there', async () => {
  const { at, videoId } = await create(20);
  const cut = halfPatch(at, 20, Buffer.from('0123456'));
  await expect.poll(() => statSync(fileOf(at)).size).toBe(7);
  cut.resetAndDestroy();
  expect(await offsetOf(at)).toBe(7);
  expect((await patch(at, 7, Buffer.from('789abcdefghij'))).status).toBe(204);
  expect(readFileSync(join(dir, 'raw', videoId), 'utf8')).toBe('0123456789abcdefghij');
});

test('UP-07 lengths that are none are refused and leave no file', async () => {
  const before = readdirSync(join(dir, 'temp/uploads')).length;
  for (const length of [
    '',
    '-1',
    '1e9',
    '0x10',
    '12abc',
    '1.5',
    '9'.repeat(40),
    '18446744073709551616',
    'NaN',
    '1,2',
  ])
    expect((await call('POST', '/files', { 'Upload-Length': length })).status, length).toBe(400);
  expect(readdirSync(join(dir, 'temp/uploads')).length).toBe(before);
});

test('UP-08 too large a file or too long a body is 413 and the file is never longer than said', async () => {
  expect((await create(20_000_001)).status).toBe(413);
  const { at } = await create(5);
  expect((await patch(at, 0, Buffer.from('0123456789'))).status).toBe(413);
  expect((await patch(at, 0, Buffer.from('0123456789'), { 'Transfer-Encoding': 'chunked' })).status).toBe(
    413,
  );
  expect(statSync(fileOf(at)).size).toBeLessThanOrEqual(5);
});

test('UP-09 nobody reserves more than the disk has, and nothing is left of the try', async () => {
  const before = readdirSync(join(dir, 'temp/uploads')).length;
  maxBytes = Number.MAX_SAFE_INTEGER;
  const answer = await create(9_000_000_000_000_000);
  maxBytes = 20_000_000;
  expect(answer).toMatchObject({ status: 507, body: expect.stringContaining('disk is full') });
  expect(answer.headers['video-id']).toBeUndefined();
  expect(readdirSync(join(dir, 'temp/uploads')).length).toBe(before);
});

test('UP-10 names are only titles; metadata that breaks the protocol is refused', async () => {
  for (const name of [
    '../../etc/passwd',
    'a\r\nSet-Cookie: x',
    '<script>alert(1)</script>',
    '\u202egpj.exe',
    'x\n#EXTINF:1,y',
    'n'.repeat(5000),
  ]) {
    const made = await create(1, { 'Upload-Metadata': `filename ${base64(name)}` });
    expect(made.status).toBe(201);
    const [row] = await database.db.select().from(video).where(eq(video.id, made.videoId));
    expect(row!.title).not.toMatch(/[\u0000-\u001f\u202e]/);
    expect(row!.title.length).toBeLessThanOrEqual(300);
  }
  for (const metadata of [`filename ${base64('x\0y')}`, 'a !!', 'a YQ==,a Yg==', 'a YQ==,', 'a YQ== b', ','])
    expect((await create(1, { 'Upload-Metadata': metadata })).status, metadata).toBe(400);
});

test('UP-11 ids that lead elsewhere are not found', async () => {
  for (const id of [
    '..%2f..%2fetc%2fpasswd',
    '%00',
    '%2e%2e',
    'a'.repeat(3000),
    '../raw',
    randomBytes(16).toString('hex'),
  ])
    for (const method of ['HEAD', 'PATCH', 'DELETE'])
      expect((await call(method, `/files/${id}`, { ...PART, 'Upload-Offset': '0' })).status).toBe(404);
});

test('UP-12 forwarded headers of strangers change nothing', async () => {
  const made = await create(1, { 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'gopher' });
  expect(made).toMatchObject({ status: 201, at: expect.stringMatching(/^\/files\//) });
});

test('UP-13 nobody touches the uploads of others, viewers and strangers may not upload', async () => {
  const { at } = await create(5);
  for (const method of ['HEAD', 'PATCH', 'DELETE'])
    expect((await call(method, at, { ...PART, 'Upload-Offset': '0', 'X-Person': 'emil' })).status).toBe(404);
  expect((await call('HEAD', at, { 'X-Person': 'ada' })).status).toBe(200);
  expect((await create(5, { 'X-Person': 'vera' })).status).toBe(403);
  expect((await create(5, { 'X-Person': 'nobody' })).status).toBe(401);
});

test('UP-14 a part with a wrong checksum is 460 and leaves no trace; a right one is taken', async () => {
  const { at } = await create(10);
  const part = Buffer.from('hello');
  const sum = (algorithm: string, bytes: Buffer) =>
    `${algorithm} ${createHash(algorithm).update(bytes).digest('base64')}`;
  expect((await patch(at, 0, part, { 'Upload-Checksum': sum('sha1', Buffer.from('other')) })).status).toBe(
    460,
  );
  expect(await offsetOf(at)).toBe(0);
  expect((await patch(at, 0, part, { 'Upload-Checksum': 'crc32 AAAA' })).status).toBe(400);
  expect((await patch(at, 0, part, { 'Upload-Checksum': sum('sha1', part) })).status).toBe(204);
  expect((await patch(at, 5, part, { 'Upload-Checksum': sum('sha256', part) })).status).toBe(204);
});

test('UP-15 an upload that rested too long is 410 and its bytes are gone; a finished one stays', async () => {
  const late = await create(10);
  await patch(late.at, 0, Buffer.from('abc'));
  const whole = await create(3, PART, Buffer.from('abc'));
  await database.db.update(upload).set({ expiresAt: sql`now() - interval '1 second'` as unknown as Date });
  await ingest.sweep();
  expect((await call('HEAD', late.at)).status).toBe(410);
  expect((await patch(late.at, 3, Buffer.from('x'))).status).toBe(410);
  expect(existsSync(fileOf(late.at))).toBe(false);
  expect(abandoned).toContain(late.videoId);
  expect(readFileSync(join(dir, 'raw', whole.videoId), 'utf8')).toBe('abc');
});

test('UP-17 when the last step fails the client hears it, and the next HEAD completes it once', async () => {
  const { at, videoId } = await create(5);
  acceptFails = true;
  expect((await patch(at, 0, Buffer.from('hello'))).status).toBe(500);
  acceptFails = false;
  expect(await offsetOf(at)).toBe(5);
  expect(accepted).toContain(videoId);
  expect((await rowOf(at)).state).toBe('stored');
});

test('UP-17 a server killed between the move and the rows completes the upload at its next start', async () => {
  const { at, videoId } = await create(5);
  await patch(at, 0, Buffer.from('hel'));
  writeFileSync(fileOf(at), 'hello');
  renameSync(fileOf(at), join(dir, 'raw', videoId));
  await ingest.sweep();
  expect((await rowOf(at)).state).toBe('stored');
  expect(accepted.filter((id) => id === videoId)).toHaveLength(1);
});

test('WEB-08 only a listed origin may upload from its pages, and it can read what it needs', async () => {
  const made = await create(5, { Origin: 'https://studio.example' });
  expect(made.headers).toMatchObject({
    'access-control-allow-origin': 'https://studio.example',
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': expect.stringMatching(/Location.*Upload-Offset.*Video-Id/),
  });
  const preflight = await call('OPTIONS', '/files', {
    Origin: 'https://studio.example',
    'Access-Control-Request-Method': 'PATCH',
  });
  expect(preflight.headers['access-control-allow-headers']).toContain('Upload-Offset');
  const strange = await create(5, { Origin: 'https://evil.example' });
  expect(strange.headers['access-control-allow-origin']).toBeUndefined();
});

test('termination removes the upload and its video', async () => {
  const { at, videoId } = await create(5);
  expect((await call('DELETE', at)).status).toBe(204);
  expect((await call('HEAD', at)).status).toBe(404);
  expect(existsSync(fileOf(at))).toBe(false);
  expect(await database.db.select().from(video).where(eq(video.id, videoId))).toEqual([]);
});

test('UP-19 GET never reaches the upload server; versions and types are checked as the protocol says', async () => {
  const { at } = await create(5);
  for (let i = 0; i < 500; i++) expect((await call('GET', at)).status).toBe(405);
  expect((await call('HEAD', at, { 'Tus-Resumable': '' })).status).toBe(412);
  const old = await call('HEAD', at, { 'Tus-Resumable': '0.2.2' });
  expect(old).toMatchObject({ status: 412, headers: { 'tus-version': '1.0.0' } });
  expect((await call('PATCH', at, { 'Upload-Offset': '0' }, Buffer.from('x'))).status).toBe(415);
  expect(
    (
      await call(
        'PATCH',
        at,
        { ...PART, 'Content-Type': 'text/plain', 'Upload-Offset': '0' },
        Buffer.from('x'),
      )
    ).status,
  ).toBe(415);
  expect(
    (
      await call(
        'POST',
        at,
        { 'X-HTTP-Method-Override': 'PATCH', ...PART, 'Upload-Offset': '0' },
        Buffer.from('x'),
      )
    ).status,
  ).toBe(204);
});

test('a file that vanished is 410, and what is unfinished is listed for its owner only', async () => {
  const { at } = await create(5, { 'X-Person': 'emil' });
  const list = await ingest.list({ limit: 10, ownerId: 'emil' });
  expect(list.items).toMatchObject([{ sizeBytes: 5, offsetBytes: 0, ownerId: 'emil' }]);
  unlinkSync(fileOf(at));
  expect((await call('HEAD', at, { 'X-Person': 'emil' })).status).toBe(410);
});
