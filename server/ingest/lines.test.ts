import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import type net from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectWithin } from '../../tests/support/time-limits.ts';
import { KEEP_ALIVE_MS, PART, testIngest } from './test-ingest.ts';

const IDLE_MS = 1500;
let t: Awaited<ReturnType<typeof testIngest>>;
beforeAll(async () => {
  t = await testIngest({ idleMs: IDLE_MS });
});
afterAll(() => t.close());

const rawOf = (videoId: string) => readFileSync(join(t.dir, 'raw', videoId));
const sizeOf = (at: string) => statSync(t.fileOf(at)).size;
/** The first answer of the server, or its end without one. */
const gone = (socket: net.Socket) => {
  socket.resume();
  return once(socket, 'close');
};

test('UP-03 a HEAD or a new PATCH ends the connection of a stalled one, whose bytes are kept and late ones are not', async () => {
  for (const taker of ['HEAD', 'PATCH']) {
    const { at, videoId } = await t.create(20);
    const stalled = t.halfPatch(at, 20, Buffer.from('0123456789'));
    const ended = gone(stalled);
    await expect.poll(() => sizeOf(at)).toBe(10);
    const fromMs = performance.now();
    if (taker === 'HEAD') expect(await t.offsetOf(at)).toBe(10);
    if (taker === 'HEAD') stalled.write('XXXXX');
    expect((await t.patch(at, 10, Buffer.from('abcdefghij'))).status, taker).toBe(204);
    stalled.write('XXXXX');
    await ended;
    expectWithin(2000, { fromMs });
    expect(rawOf(videoId).toString()).toBe('0123456789abcdefghij');
  }
});

test('UP-04 a browser that ends its fetch in the middle keeps what went out, and the rest makes it exact', async () => {
  const bytes = randomBytes(8_000_000);
  const { at, videoId } = await t.create(bytes.length);
  const ending = new AbortController();
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (sent >= 5_000_000) {
        await expect.poll(() => sizeOf(at)).toBeGreaterThan(4_000_000);
        ending.abort();
        return;
      }
      controller.enqueue(new Uint8Array(bytes.subarray(sent, sent + 100_000)));
      sent += 100_000;
    },
  });
  const headers = { 'Tus-Resumable': '1.0.0', 'X-Person': 'eva', 'Upload-Offset': '0', ...PART };
  const init = { method: 'PATCH', headers, body, signal: ending.signal, duplex: 'half' };
  await expect(fetch(`http://127.0.0.1:${t.port}${at}`, init as RequestInit)).rejects.toThrow();
  const offset = await t.offsetOf(at);
  expect(offset).toBeGreaterThan(4_000_000);
  expect((await t.patch(at, offset, bytes.subarray(offset))).status).toBe(204);
  expect(rawOf(videoId).equals(bytes)).toBe(true);
});

test('UP-04 a connection that is closed with FIN in the middle keeps its bytes', async () => {
  const { at, videoId } = await t.create(20);
  const cut = t.halfPatch(at, 20, Buffer.from('0123456'));
  await expect.poll(() => sizeOf(at)).toBe(7);
  cut.end();
  expect(await t.offsetOf(at)).toBe(7);
  expect((await t.patch(at, 7, Buffer.from('789abcdefghij'))).status).toBe(204);
  expect(rawOf(videoId).toString()).toBe('0123456789abcdefghij');
});

const HELLO = Buffer.from('hello');
const sha1 = (bytes: Buffer) => `sha1 ${createHash('sha1').update(bytes).digest('base64')}`;
const WRONG = sha1(Buffer.from('other'));

test('UP-14 a file is not handed on while a PATCH that has it open may still cut off what it brought', async () => {
  for (const asker of ['HEAD', 'sweep'])
    for (const checksum of [sha1(HELLO), WRONG]) {
      const { at, videoId } = await t.create(5);
      const open = t.endlessPatch(at, HELLO, checksum);
      await expect.poll(() => sizeOf(at)).toBe(5);
      const fromMs = performance.now();
      const length = checksum === WRONG ? 0 : 5;
      if (asker === 'HEAD') expect(await t.offsetOf(at)).toBe(length);
      else await t.ingest.sweep();
      expectWithin(2000, { fromMs });
      open.destroy();
      await t.allEnded();
      expect(await t.offsetOf(at)).toBe(length);
      expect((await t.rowOf(at)).state).toBe(checksum === WRONG ? 'receiving' : 'stored');
      if (checksum === WRONG) expect((await t.patch(at, 0, HELLO)).status).toBe(204);
      expect(rawOf(videoId).toString()).toBe('hello');
    }
});

test('UP-14 a part is not joined while a PATCH that has it open may still cut off what it brought', async () => {
  for (const checksum of [sha1(HELLO), WRONG]) {
    const { at } = await t.create(5, { 'Upload-Concat': 'partial' });
    const other = await t.part(Buffer.from(' world'));
    const open = t.endlessPatch(at, HELLO, checksum);
    await expect.poll(() => sizeOf(at)).toBe(5);
    const first = await t.joined([at, other]);
    open.destroy();
    await t.allEnded();
    expect(first.status).toBe(checksum === WRONG ? 400 : 201);
    if (checksum === WRONG) expect((await t.patch(at, 0, HELLO)).status).toBe(204);
    const { status, videoId } = await t.joined([at, other]);
    expect(status).toBe(201);
    expect(rawOf(videoId).toString()).toBe('hello world');
  }
});

test('UP-13 a part that is still received is not cut short by who wants to join it too early', async () => {
  const { at } = await t.create(10, { 'Upload-Concat': 'partial' });
  const sending = t.halfPatch(at, 10, HELLO);
  const answer = once(sending, 'data') as Promise<[Buffer]>;
  await expect.poll(() => sizeOf(at)).toBe(5);
  expect((await t.joined([at])).status).toBe(400);
  sending.write('world');
  expect((await answer)[0].toString()).toMatch(/^HTTP\/1.1 204 .*upload-offset: 10/is);
  sending.destroy();
});

/** Nobody finds the rows of uploads meanwhile. */
async function withoutRows(work: () => Promise<void>): Promise<void> {
  await t.pool.query('alter table upload rename to upload_away');
  try {
    await work();
  } finally {
    await t.pool.query('alter table upload_away rename to upload');
  }
}

test('UP-17 the database goes away while the last bytes come: an error, no byte lost, exactly one video on its way', async () => {
  const { at, videoId } = await t.create(20);
  const last = t.halfPatch(at, 20, Buffer.from('0123456789'));
  await expect.poll(() => sizeOf(at)).toBe(10);
  const answer = once(last, 'data') as Promise<[Buffer]>;
  await withoutRows(async () => {
    last.write('abcdefghij');
    expect((await answer)[0].toString()).toMatch(/^HTTP\/1.1 5\d\d /);
    expect((await t.call('HEAD', at)).status).toBeGreaterThanOrEqual(500);
  });
  last.destroy();
  expect(t.accepted).not.toContain(videoId);
  expect(await t.offsetOf(at)).toBe(20);
  await t.ingest.sweep();
  expect(t.accepted.filter((id) => id === videoId)).toHaveLength(1);
  expect(rawOf(videoId).toString()).toBe('0123456789abcdefghij');
});

test('UP-17 without its rows an upload takes nothing, and a new one leaves nothing', async () => {
  const { at } = await t.create(5);
  await withoutRows(async () => {
    expect((await t.patch(at, 0, Buffer.from('hello'))).status).toBeGreaterThanOrEqual(500);
    const made = await t.create(5);
    expect(made).toMatchObject({ status: 500, videoId: 'undefined', at: 'undefined' });
  });
  expect(sizeOf(at)).toBe(0);
});

test('UP-18 a request that brings nothing is ended, its bytes stay and others go on', async () => {
  const { at } = await t.create(20);
  const fromMs = performance.now();
  const silent = t.halfPatch(at, 20, Buffer.from('012'));
  await gone(silent);
  expect(performance.now() - fromMs).toBeGreaterThan(IDLE_MS - 50);
  expectWithin(IDLE_MS + 2000, { fromMs });
  expect(await t.offsetOf(at)).toBe(3);
});

test('UP-18 a body that stalls after it was refused is ended, too', async () => {
  const { at } = await t.create(20);
  const stalled = t.halfPatch(at, 30, Buffer.from('012'), -1);
  const fromMs = performance.now();
  const [answer] = (await once(stalled, 'data')) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1.1 400 /);
  await gone(stalled);
  expectWithin(KEEP_ALIVE_MS + 3000, { fromMs });
});

test('UP-18 two hundred uploads that trickle byte by byte hold up nobody and take little memory', async () => {
  const COUNT = 200;
  const slow = await testIngest();
  const uploads: { at: string }[] = [];
  while (uploads.length < COUNT)
    uploads.push(...(await Promise.all(Array.from({ length: 20 }, () => slow.create(1000)))));
  const before = process.memoryUsage().rss;
  const sockets = uploads.map(({ at }) => slow.halfPatch(at, 1000, Buffer.from('a')));
  const trickle = setInterval(() => {
    for (const socket of sockets) socket.write('b');
  }, 1000);
  try {
    const all = () => uploads.every(({ at }) => statSync(slow.fileOf(at)).size >= 3);
    await expect.poll(all, { timeout: 60_000 }).toBe(true);
    const fromMs = performance.now();
    const other = await slow.create(3, PART, Buffer.from('abc'));
    expectWithin(2000, { fromMs });
    expect(readFileSync(join(slow.dir, 'raw', other.videoId), 'utf8')).toBe('abc');
    expect((process.memoryUsage().rss - before) / COUNT).toBeLessThanOrEqual(1_000_000);
    expect(sockets.every((socket) => !socket.closed)).toBe(true);
  } finally {
    clearInterval(trickle);
    for (const socket of sockets) socket.destroy();
    await slow.close();
  }
});
