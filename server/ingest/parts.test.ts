import { randomBytes } from 'node:crypto';
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { eq, sql } from 'drizzle-orm';
import { Upload as TusUpload } from 'tus-js-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { upload, video } from '../../drizzle/schema/vod.ts';
import { createFinals } from './finals.ts';
import { createRows } from './rows.ts';
import { base64, PART, testIngest } from './test-ingest.ts';

let t: Awaited<ReturnType<typeof testIngest>>;
beforeAll(async () => {
  t = await testIngest();
});
afterAll(() => t.close());

const rawOf = (videoId: string) => join(t.dir, 'raw', videoId);
const DEFERRED = { 'Upload-Length': '', 'Upload-Defer-Length': '1' };

/** Uploads as a program with tus-js-client does. */
const send = (input: Buffer | Readable, options: object) =>
  new Promise<string>((resolve, reject) => {
    let videoId = '';
    const sending = new TusUpload(input as never, {
      endpoint: `http://127.0.0.1:${t.port}/files`,
      headers: { 'X-Person': 'eva' },
      retryDelays: null,
      onAfterResponse: (_request, response) => {
        videoId = response.getHeader('Video-Id') ?? videoId;
      },
      onSuccess: () => resolve(videoId),
      onError: reject,
      ...options,
    });
    sending.start();
  });

test('tus-js-client sends four parts side by side and one video comes of it, byte-exact', async () => {
  const bytes = randomBytes(9_000_001);
  const before = await t.db.$count(video);
  const videoId = await send(bytes, { parallelUploads: 4, metadata: { filename: 'Trip.mp4' } });
  expect(readFileSync(rawOf(videoId)).equals(bytes)).toBe(true);
  expect(await t.db.$count(video)).toBe(before + 1);
  const [row] = await t.db.select().from(video).where(eq(video.id, videoId));
  expect(row).toMatchObject({ title: 'Trip', sizeBytes: bytes.length, ingest: 'stored', ownerId: 'eva' });
  expect(t.accepted.filter((id) => id === videoId)).toHaveLength(1);
  expect(readdirSync(join(t.dir, 'temp/uploads'))).toEqual([]);
});

test('tus-js-client sends a stream whose length it tells at its end', async () => {
  const bytes = randomBytes(700_000);
  const stream = Readable.from([bytes.subarray(0, 300_000), bytes.subarray(300_000)]);
  const videoId = await send(stream, { uploadLengthDeferred: true, chunkSize: 200_000 });
  expect(readFileSync(rawOf(videoId)).equals(bytes)).toBe(true);
});

test('a part is no video and is listed nowhere; it says that it is one', async () => {
  const made = await t.create(5, { 'Upload-Concat': 'partial', 'X-Person': 'emil' });
  expect(made).toMatchObject({ status: 201, videoId: 'undefined' });
  const head = await t.call('HEAD', made.at, { 'X-Person': 'emil' });
  expect(head.headers).toMatchObject({
    'upload-concat': 'partial',
    'upload-offset': '0',
    'upload-length': '5',
  });
  expect((await t.ingest.list({ limit: 10, ownerId: 'emil' })).items).toEqual([]);
  expect((await t.call('DELETE', made.at, { 'X-Person': 'emil' })).status).toBe(204);
  expect((await t.call('HEAD', made.at, { 'X-Person': 'emil' })).status).toBe(404);
  expect(existsSync(t.fileOf(made.at))).toBe(false);
});

test('the whole says of what it is made, takes no bytes, and is told of again when its answer was lost', async () => {
  const parts = [
    await t.part(Buffer.from('ab')),
    await t.part(Buffer.alloc(0)),
    await t.part(Buffer.from('cde')),
  ];
  const made = await t.joined(parts, { 'Upload-Metadata': `filename ${base64('Two.mp4')}` });
  expect(made).toMatchObject({ status: 201, at: expect.stringMatching(/^\/files\/[0-9a-f-]{36}$/) });
  expect(readFileSync(rawOf(made.videoId), 'utf8')).toBe('abcde');
  expect((await t.call('HEAD', made.at)).headers).toMatchObject({
    'upload-concat': `final;${parts.join(' ')}`,
    'upload-length': '5',
    'upload-offset': '5',
  });
  expect((await t.patch(made.at, 5, Buffer.alloc(0))).status).toBe(403);
  expect((await t.call('DELETE', made.at)).status).toBe(409);
  expect(await t.joined(parts)).toMatchObject({ status: 201, at: made.at, videoId: made.videoId });
  for (const part of parts) {
    expect(existsSync(t.fileOf(part))).toBe(false);
    expect((await t.call('HEAD', part)).status).toBe(200);
  }
  expect((await t.joined([parts[0]!])).status).toBe(409);
  expect((await t.call('DELETE', parts[0]!)).status).toBe(409);
});

test('UP-13 what is no complete part of the same person is not joined, and nothing of it is lost', async () => {
  const whole = await t.part(Buffer.from('abc'));
  const half = (await t.create(5, { 'Upload-Concat': 'partial' })).at;
  const plain = (await t.create(5)).at;
  const foreign = await t.part(Buffer.from('xyz'), { 'X-Person': 'emil' });
  for (const method of ['HEAD', 'PATCH', 'DELETE'])
    expect((await t.call(method, foreign, { ...PART, 'Upload-Offset': '0' })).status).toBe(404);
  const gone = '/files/018f2f6e-0000-7000-8000-000000000000';
  for (const [parts, status] of [
    [[whole, half], 400],
    [[whole, plain], 400],
    [[whole, whole], 400],
    [[whole, foreign], 404],
    [[whole, gone], 404],
    [[whole, '/elsewhere/x'], 400],
    [['/files/..%2f..%2fetc'], 400],
    [[], 400],
  ] as const)
    expect((await t.joined(parts)).status, parts.join(' ')).toBe(status);
  expect((await t.joined([whole], { 'Upload-Length': '3' })).status).toBe(400);
  expect((await t.call('POST', '/files', { 'Upload-Length': '3', 'Upload-Concat': 'half' })).status).toBe(
    400,
  );
  expect((await t.joined([foreign])).status).toBe(404);
  expect(await t.offsetOf(whole)).toBe(3);
  expect((await t.joined([`http://127.0.0.1:${t.port}${whole}`])).status).toBe(201);
});

test('UP-17 what was cut while parts were put together is done by the next question or by the sweep', async () => {
  for (const again of ['HEAD', 'POST', 'sweep']) {
    const parts = [await t.part(Buffer.from('hello ')), await t.part(Buffer.from('world'))];
    t.knobs.joinFails = true;
    expect((await t.joined(parts)).status).toBe(500);
    const [row] = await t.db
      .select()
      .from(upload)
      .where(eq(upload.concat, `final;${parts.join(' ')}`));
    expect(row!.state).toBe('receiving');
    const head = await t.call('HEAD', `/files/${row!.id}`);
    expect(head.headers).toMatchObject({ 'upload-length': '11' });
    expect(head.headers['upload-offset']).toBeUndefined();
    t.knobs.joinFails = false;
    if (again === 'HEAD') expect(await t.offsetOf(`/files/${row!.id}`)).toBe(11);
    else if (again === 'POST') expect((await t.joined(parts)).at).toBe(`/files/${row!.id}`);
    else await t.ingest.sweep();
    expect(readFileSync(rawOf(row!.videoId!), 'utf8'), again).toBe('hello world');
  }
});

test('UP-17 a termination that comes while its part is being joined takes nothing of the whole', async () => {
  const parts = [await t.part(Buffer.from('hello ')), await t.part(Buffer.from('world'))];
  const last = parts[1]!;
  const blocker = await t.pool.connect();
  await blocker.query('begin');
  await blocker.query('select 1 from upload where id = $1 for update', [last.split('/')[2]]);
  const joining = t.joined(parts);
  const waiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  await expect.poll(async () => (await t.pool.query(waiting)).rowCount).toBe(1);
  const ending = t.call('DELETE', last);
  // Asked later and answered: by now the DELETE has read that its part is free.
  expect(await t.offsetOf(await t.part(Buffer.from('abc')))).toBe(3);
  await blocker.query('rollback');
  blocker.release();
  const { status, videoId } = await joining;
  expect(status).toBe(201);
  expect((await ending).status).toBe(409);
  expect(readFileSync(rawOf(videoId), 'utf8')).toBe('hello world');
});

/** A whole of two parts as a server leaves it that is killed while they are put together. */
async function cutWhole() {
  const parts = [await t.part(Buffer.from('hello ')), await t.part(Buffer.from('world'))];
  t.knobs.joinFails = true;
  expect((await t.joined(parts)).status).toBe(500);
  t.knobs.joinFails = false;
  const concat = `final;${parts.join(' ')}`;
  const [row] = await t.db.select().from(upload).where(eq(upload.concat, concat));
  return { parts, row: row!, at: `/files/${row!.id}`, videoId: row!.videoId! };
}

test('UP-17 a server killed between the move of a joined file and its rows completes it when asked again', async () => {
  for (const again of ['HEAD', 'POST', 'sweep']) {
    const { parts, at, videoId } = await cutWhole();
    writeFileSync(rawOf(videoId), 'hello world');
    for (const part of parts) unlinkSync(t.fileOf(part));
    if (again === 'HEAD') expect(await t.offsetOf(at)).toBe(11);
    else if (again === 'POST') expect(await t.joined(parts)).toMatchObject({ status: 201, at });
    else await t.ingest.sweep();
    expect((await t.rowOf(at)).state, again).toBe('stored');
    expect(t.accepted.filter((id) => id === videoId)).toHaveLength(1);
    expect(readFileSync(rawOf(videoId), 'utf8')).toBe('hello world');
  }
});

test('who read of a whole just before its parts were joined hears that it is complete', async () => {
  const { at, row } = await cutWhole();
  expect(await t.offsetOf(at)).toBe(11);
  const finals = createFinals(
    t.ports,
    createRows(t.db, async () => undefined),
  );
  await finals.complete(row, 20_000);
  await finals.close();
});

test('a whole that begins during a sweep is not taken for a file of nobody, however old its parts are', async () => {
  const late = await t.create(5);
  writeFileSync(t.fileOf(late.at), 'hello');
  let at = '';
  t.knobs.onAccept = async () => {
    t.knobs.onAccept = async () => undefined;
    const whole = await cutWhole();
    at = whole.at;
    const begun = `${t.fileOf(at)}.join`;
    renameSync(t.fileOf(whole.parts[0]!), begun);
    const yesterday = Date.now() / 1000 - 86_400;
    utimesSync(begun, yesterday, yesterday);
  };
  await t.ingest.sweep();
  expect(await t.offsetOf(at)).toBe(11);
});

test('UP-15 a whole is not given up while it is put together, however long that takes', async () => {
  const { at, row } = await cutWhole();
  const { promise, resolve } = Promise.withResolvers<void>();
  t.knobs.onJoin = () => promise;
  const past = sql`now() - interval '1 second'` as unknown as Date;
  await t.db.update(upload).set({ expiresAt: past }).where(eq(upload.id, row.id));
  await t.ingest.sweep();
  t.knobs.onJoin = async () => undefined;
  resolve();
  expect(await t.offsetOf(at)).toBe(11);
});

test('UP-15 parts that nobody joins expire, and so does a whole that cannot be put together', async () => {
  const lonely = await t.part(Buffer.from('abc'));
  const parts = [await t.part(Buffer.from('a')), await t.part(Buffer.from('b'))];
  t.knobs.joinFails = true;
  await t.joined(parts);
  await t.db.update(upload).set({ expiresAt: sql`now() - interval '1 second'` as unknown as Date });
  await t.ingest.sweep();
  t.knobs.joinFails = false;
  const [row] = await t.db
    .select()
    .from(upload)
    .where(eq(upload.concat, `final;${parts.join(' ')}`));
  expect(t.abandoned).toContain(row!.videoId);
  expect((await t.call('HEAD', lonely)).status).toBe(410);
  for (const part of [lonely, ...parts]) expect(existsSync(t.fileOf(part))).toBe(false);
});

test('a length may be told later, once, and never less than has come or more than is taken', async () => {
  const made = await t.create(0, DEFERRED);
  const head = async () => (await t.call('HEAD', made.at)).headers;
  expect(made.status).toBe(201);
  expect(await head()).toMatchObject({ 'upload-offset': '0', 'upload-defer-length': '1' });
  expect((await t.patch(made.at, 0, Buffer.from('abc'))).status).toBe(204);
  expect((await head())['upload-length']).toBeUndefined();
  const tell = (length: string, body = '') =>
    t.patch(made.at, 3, Buffer.from(body), { 'Upload-Length': length });
  expect((await tell('2')).status).toBe(400);
  expect((await tell('1e3')).status).toBe(400);
  expect((await tell('20000001')).status).toBe(413);
  expect((await tell('4')).status).toBe(204);
  expect(await head()).toMatchObject({ 'upload-length': '4', 'upload-offset': '3' });
  expect((await tell('5')).status).toBe(400);
  expect((await tell('4', 'd')).status).toBe(204);
  expect(readFileSync(rawOf(made.videoId), 'utf8')).toBe('abcd');
  const [row] = await t.db.select().from(video).where(eq(video.id, made.videoId));
  expect(row!.sizeBytes).toBe(4);
});

test('UP-08 an upload of unknown length ends at the largest that is taken; both headers at once are refused', async () => {
  const { at } = await t.create(0, DEFERRED);
  expect((await t.patch(at, 0, Buffer.alloc(20_000_001))).status).toBe(413);
  const chunked = await t.patch(at, 0, Buffer.alloc(20_000_001), { 'Transfer-Encoding': 'chunked' });
  expect(chunked.status).toBe(413);
  expect(await t.offsetOf(at)).toBeLessThanOrEqual(20_000_000);
  expect((await t.create(5, { 'Upload-Defer-Length': '1' })).status).toBe(400);
  expect((await t.create(0, { 'Upload-Length': '', 'Upload-Defer-Length': '0' })).status).toBe(400);
});
