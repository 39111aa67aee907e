import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { PART, testIngest } from './test-ingest.ts';

let t: Awaited<ReturnType<typeof testIngest>>;
beforeAll(async () => {
  t = await testIngest();
});
afterAll(() => t.close());

const MB = 1_000_000;
const files = () => readdirSync(join(t.dir, 'temp/uploads')).length;
const many = (count: number, bytes: number, person: string) =>
  Promise.all(Array.from({ length: count }, () => t.create(bytes, { 'X-Person': person })));
const made = (answers: { status: number }[]) => answers.filter(({ status }) => status === 201).length;

beforeEach(async () => {
  t.knobs.settings = { uploadMaxBytes: 20 * MB };
  t.knobs.freeBytes = null;
  await t.pool.query('delete from video');
  await t.pool.query('delete from upload');
});

test('UP-09 nobody reserves more than the disk has, and nothing is left of the try', async () => {
  const before = files();
  t.knobs.settings = { uploadMaxBytes: Number.MAX_SAFE_INTEGER, uploadBytesPerUser: Number.MAX_SAFE_INTEGER };
  const answer = await t.create(9_000_000_000_000_000);
  expect(answer).toMatchObject({ status: 507, body: expect.stringContaining('disk is full') });
  expect(answer.headers['video-id']).toBeUndefined();
  expect(files()).toBe(before);
});

test('UP-09 a hundred creations at once get no more room together than there is', async () => {
  t.knobs.freeBytes = 10.5 * 10 * MB;
  const answers = await many(100, 10 * MB, 'eva');
  expect(made(answers)).toBe(10);
  expect(answers.filter(({ status }) => status === 507)).toHaveLength(90);
  const first = answers.find(({ status }) => status === 201)!;
  await t.call('DELETE', first.at);
  expect(made(await many(2, 10 * MB, 'emil'))).toBe(1);
});

test('UP-09 bytes that have come are not promised any more', async () => {
  t.knobs.freeBytes = 10 * MB;
  const { at } = await t.create(6 * MB);
  expect((await t.create(6 * MB)).status).toBe(507);
  await t.patch(at, 0, Buffer.alloc(3 * MB));
  expect((await t.create(6 * MB)).status).toBe(201);
});

test('UP-09 one person has so many unfinished uploads, parts among them, and no more', async () => {
  t.knobs.settings = { ...t.knobs.settings, uploadsPerUser: 5 };
  await t.part(Buffer.from('part'));
  expect(made(await many(20, 10, 'eva'))).toBe(4);
  const refused = await t.create(10);
  expect(refused).toMatchObject({ status: 507, body: expect.stringContaining('more unfinished uploads') });
  expect(made(await many(1, 10, 'emil'))).toBe(1);
});

test('UP-09 one person has so many unfinished bytes; a file that never fits is too large', async () => {
  t.knobs.settings = { ...t.knobs.settings, uploadBytesPerUser: 12 * MB };
  const whole = await t.create(3, PART, Buffer.from('abc'));
  expect(whole.status).toBe(201);
  const answers = await many(10, 5 * MB, 'eva');
  expect(made(answers)).toBe(2);
  expect(answers.find(({ status }) => status !== 201)?.status).toBe(507);
  expect(await t.create(13 * MB)).toMatchObject({ status: 413, body: expect.stringContaining('larger') });
});

test('UP-09 an upload of unknown length takes only what there is room for', async () => {
  t.knobs.freeBytes = 5 * MB;
  const { at } = await t.create(0, { 'Upload-Length': '', 'Upload-Defer-Length': '1' });
  expect((await t.patch(at, 0, Buffer.alloc(6 * MB))).status).toBe(507);
  expect((await t.patch(at, 0, Buffer.alloc(MB), { 'Upload-Length': String(8 * MB) })).status).toBe(507);
  expect(await t.offsetOf(at)).toBe(0);
  expect((await t.patch(at, 0, Buffer.alloc(MB), { 'Upload-Length': String(4 * MB) })).status).toBe(204);
  expect((await t.create(3 * MB)).status).toBe(507);
});
