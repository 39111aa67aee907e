import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { upload, video } from '../../drizzle/schema/vod.ts';
import { expectWithin } from '../../tests/support/time-limits.ts';
import { base64, PART, testIngest } from './test-ingest.ts';

let t: Awaited<ReturnType<typeof testIngest>>;
beforeAll(async () => {
  t = await testIngest();
});
afterAll(() => t.close());

test('an upload in parts ends byte-exact in raw/, out of the upload store, and its video goes on its way', async () => {
  const bytes = randomBytes(3_000_001);
  const made = await t.create(bytes.length, { 'Upload-Metadata': `filename ${base64('My film.mp4')}` });
  expect(made).toMatchObject({ status: 201, at: expect.stringMatching(/^\/files\/[0-9a-f-]{36}$/) });
  expect(made.headers['upload-expires']).toBeDefined();
  const [row] = await t.db.select().from(video).where(eq(video.id, made.videoId));
  expect(row).toMatchObject({
    state: 'uploading',
    ingest: 'receiving',
    title: 'My film',
    fileName: 'My film.mp4',
    ownerId: 'eva',
  });
  const first = await t.patch(made.at, 0, bytes.subarray(0, 1_000_000));
  expect(first).toMatchObject({
    status: 204,
    headers: { 'upload-offset': '1000000', 'tus-resumable': '1.0.0' },
  });
  expect(await t.offsetOf(made.at)).toBe(1_000_000);
  expect((await t.patch(made.at, 1_000_000, bytes.subarray(1_000_000))).status).toBe(204);
  expect(readFileSync(join(t.dir, 'raw', made.videoId)).equals(bytes)).toBe(true);
  expect(existsSync(t.fileOf(made.at))).toBe(false);
  expect(t.accepted.filter((id) => id === made.videoId)).toHaveLength(1);
  const head = await t.call('HEAD', made.at);
  expect(head).toMatchObject({
    status: 200,
    headers: { 'upload-offset': '3000001', 'upload-length': '3000001', 'cache-control': 'no-store' },
  });
});

test('creation-with-upload takes the whole file in one request, and OPTIONS says what is offered', async () => {
  const made = await t.create(5, PART, Buffer.from('hello'));
  expect(made).toMatchObject({ status: 201, headers: { 'upload-offset': '5' } });
  expect(readFileSync(join(t.dir, 'raw', made.videoId), 'utf8')).toBe('hello');
  const options = await t.call('OPTIONS', '/files', { 'Tus-Resumable': '' });
  expect(options).toMatchObject({
    status: 204,
    headers: { 'tus-version': '1.0.0', 'tus-checksum-algorithm': 'sha1,sha256', 'tus-max-size': '20000000' },
  });
  expect(options.headers['tus-extension']).toBe(
    'creation,creation-with-upload,creation-defer-length,termination,expiration,checksum,concatenation',
  );
});

test('UP-16 an empty file is accepted and handed on', async () => {
  const made = await t.create(0);
  expect(made.status).toBe(201);
  expect(statSync(join(t.dir, 'raw', made.videoId)).size).toBe(0);
});

test('UP-01 a wrong offset is 409 and the bytes stay as they are', async () => {
  const { at } = await t.create(10);
  await t.patch(at, 0, Buffer.from('abc'));
  for (const offset of [0, 2, 4, 10, 999_999_999])
    expect((await t.patch(at, offset, Buffer.from('x'))).status).toBe(409);
  expect((await t.call('PATCH', at, { ...PART, 'Upload-Offset': '-1' }, Buffer.from('x'))).status).toBe(400);
  expect(readFileSync(t.fileOf(at), 'utf8')).toBe('abc');
});

test('UP-02 of two parts at the same place at most one is taken', async () => {
  const { at, videoId } = await t.create(400_000);
  const a = Buffer.alloc(400_000, 'a');
  const b = Buffer.alloc(400_000, 'b');
  const answers = await Promise.all([t.patch(at, 0, a), t.patch(at, 0, b)]);
  expect(answers.filter((answer) => answer.status === 204).length).toBeLessThanOrEqual(1);
  const stored = join(t.dir, 'raw', videoId);
  const content = readFileSync(existsSync(stored) ? stored : t.fileOf(at));
  expect(content.equals(a.subarray(0, content.length)) || content.equals(b.subarray(0, content.length))).toBe(
    true,
  );
});

test('UP-03 HEAD gets past a stalled PATCH within two seconds, and its late bytes change nothing', async () => {
  const { at, videoId } = await t.create(20);
  const stalled = t.halfPatch(at, 20, Buffer.from('0123456789'));
  await expect.poll(() => statSync(t.fileOf(at)).size).toBe(10);
  const fromMs = performance.now();
  expect(await t.offsetOf(at)).toBe(10);
  expectWithin(2000, { fromMs });
  stalled.write('XXXXX');
  expect((await t.patch(at, 10, Buffer.from('abcdefghij'))).status).toBe(204);
  expect(readFileSync(join(t.dir, 'raw', videoId), 'utf8')).toBe('0123456789abcdefghij');
  stalled.destroy();
});

test('UP-04 bytes of a PATCH that was cut are kept and the upload goes on there', async () => {
  const { at, videoId } = await t.create(20);
  const cut = t.halfPatch(at, 20, Buffer.from('0123456'));
  await expect.poll(() => statSync(t.fileOf(at)).size).toBe(7);
  cut.resetAndDestroy();
  expect(await t.offsetOf(at)).toBe(7);
  expect((await t.patch(at, 7, Buffer.from('789abcdefghij'))).status).toBe(204);
  expect(readFileSync(join(t.dir, 'raw', videoId), 'utf8')).toBe('0123456789abcdefghij');
});

test('UP-14 a part with a wrong checksum is 460 and leaves no trace; a right one is taken', async () => {
  const { at } = await t.create(10);
  const part = Buffer.from('hello');
  const sum = (algorithm: string, bytes: Buffer) =>
    `${algorithm} ${createHash(algorithm).update(bytes).digest('base64')}`;
  expect((await t.patch(at, 0, part, { 'Upload-Checksum': sum('sha1', Buffer.from('other')) })).status).toBe(
    460,
  );
  expect(await t.offsetOf(at)).toBe(0);
  expect((await t.patch(at, 0, part, { 'Upload-Checksum': 'crc32 AAAA' })).status).toBe(400);
  expect((await t.patch(at, 0, part, { 'Upload-Checksum': sum('sha1', part) })).status).toBe(204);
  expect((await t.patch(at, 5, part, { 'Upload-Checksum': sum('sha256', part) })).status).toBe(204);
});

test('UP-15 an upload that rested too long is 410 and its bytes are gone; a finished one stays', async () => {
  const late = await t.create(10);
  await t.patch(late.at, 0, Buffer.from('abc'));
  const whole = await t.create(3, PART, Buffer.from('abc'));
  await t.db.update(upload).set({ expiresAt: sql`now() - interval '1 second'` as unknown as Date });
  await t.ingest.sweep();
  expect((await t.call('HEAD', late.at)).status).toBe(410);
  expect((await t.patch(late.at, 3, Buffer.from('x'))).status).toBe(410);
  expect(existsSync(t.fileOf(late.at))).toBe(false);
  expect(t.abandoned).toContain(late.videoId);
  expect(readFileSync(join(t.dir, 'raw', whole.videoId), 'utf8')).toBe('abc');
});

test('UP-15 what could not be told of an upload that rested too long is told by the next sweep, once', async () => {
  const made = [await t.create(10), await t.create(10)];
  await t.db.update(upload).set({ expiresAt: sql`now() - interval '1 second'` as unknown as Date });
  t.knobs.abandonFails = true;
  await t.ingest.sweep();
  t.knobs.abandonFails = false;
  for (const { at } of made) expect(existsSync(t.fileOf(at))).toBe(false);
  await t.ingest.sweep();
  await t.ingest.sweep();
  for (const { videoId } of made) expect(t.abandoned.filter((id) => id === videoId)).toHaveLength(1);
});

test('UP-17 when the last step fails the client hears it, and the next HEAD completes it once', async () => {
  const { at, videoId } = await t.create(5);
  t.knobs.acceptFails = true;
  expect((await t.patch(at, 0, Buffer.from('hello'))).status).toBe(500);
  t.knobs.acceptFails = false;
  expect(await t.offsetOf(at)).toBe(5);
  expect(t.accepted).toContain(videoId);
  expect((await t.rowOf(at)).state).toBe('stored');
});

test('UP-17 a server killed between the move and the rows completes the upload at its next start', async () => {
  const { at, videoId } = await t.create(5);
  await t.patch(at, 0, Buffer.from('hel'));
  writeFileSync(t.fileOf(at), 'hello');
  renameSync(t.fileOf(at), join(t.dir, 'raw', videoId));
  await t.ingest.sweep();
  expect((await t.rowOf(at)).state).toBe('stored');
  expect(t.accepted.filter((id) => id === videoId)).toHaveLength(1);
});

test('UP-15 an upload that was whole when the server ended is finished, however long the server was off', async () => {
  const whole = await t.create(5);
  const moved = await t.create(5);
  for (const { at } of [whole, moved]) writeFileSync(t.fileOf(at), 'hello');
  renameSync(t.fileOf(moved.at), join(t.dir, 'raw', moved.videoId));
  await t.db.update(upload).set({ expiresAt: sql`now() - interval '1 second'` as unknown as Date });
  await t.ingest.sweep();
  for (const { at, videoId } of [whole, moved]) {
    expect(await t.offsetOf(at)).toBe(5);
    expect(readFileSync(join(t.dir, 'raw', videoId), 'utf8')).toBe('hello');
    expect(t.abandoned).not.toContain(videoId);
  }
});

test('UP-17 an upload whose file was moved is finished for a PATCH and a DELETE, too', async () => {
  for (const [method, status] of [
    ['PATCH', 204],
    ['DELETE', 409],
  ] as const) {
    const { at, videoId } = await t.create(5);
    writeFileSync(t.fileOf(at), 'hello');
    renameSync(t.fileOf(at), join(t.dir, 'raw', videoId));
    expect((await t.call(method, at, { ...PART, 'Upload-Offset': '5' })).status).toBe(status);
    expect((await t.rowOf(at)).state).toBe('stored');
    expect(t.accepted).toContain(videoId);
  }
});

test('termination removes the upload and its video', async () => {
  const { at, videoId } = await t.create(5);
  expect((await t.call('DELETE', at)).status).toBe(204);
  expect((await t.call('HEAD', at)).status).toBe(404);
  expect(existsSync(t.fileOf(at))).toBe(false);
  expect(await t.db.select().from(video).where(eq(video.id, videoId))).toEqual([]);
});

test('a termination that the database cuts short leaves the upload as it was, and can be asked for again', async () => {
  const { at } = await t.create(5);
  await t.patch(at, 0, Buffer.from('hel'));
  await t.pool.query('alter table video rename to video_away');
  expect((await t.call('DELETE', at)).status).toBe(500);
  await t.pool.query('alter table video_away rename to video');
  expect(await t.offsetOf(at)).toBe(3);
  expect((await t.call('DELETE', at)).status).toBe(204);
  expect(existsSync(t.fileOf(at))).toBe(false);
});

test('a file that vanished is 410, and what is unfinished is listed for its owner only', async () => {
  const { at } = await t.create(5, { 'X-Person': 'emil' });
  const list = await t.ingest.list({ limit: 10, ownerId: 'emil' });
  expect(list.items).toMatchObject([{ sizeBytes: 5, offsetBytes: 0, ownerId: 'emil' }]);
  unlinkSync(t.fileOf(at));
  expect((await t.call('HEAD', at, { 'X-Person': 'emil' })).status).toBe(410);
});
