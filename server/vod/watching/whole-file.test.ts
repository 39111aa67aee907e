import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Generation } from '../generation.ts';
import { clip, openWorld, type World } from './test-watching.ts';
import type { VirtualFile } from './whole-file.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const run = promisify(execFile);

let world: World;
let generation: Generation;
let whole: VirtualFile;
let joined: Buffer;
beforeAll(async () => {
  world = await openWorld();
  const begun = await world.add(clip(9.5, { size: '320x240' }));
  expect(await world.watching.wholeFile(begun.videoId, '240p')).toBeNull();
  generation = await world.finish(begun);
  whole = (await world.watching.wholeFile(generation.videoId, '240p'))!;
  const segments: Buffer[] = [];
  for (let k = 0; k < 5; k++) {
    const segment = await world.watching.segment(generation.videoId, '240p', generation.gen, k);
    segments.push(await segment!.bytes());
  }
  joined = Buffer.concat(segments);
});
afterAll(() => world.close());

async function read(start: number, end: number, file = whole): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of file.read(start, end)) parts.push(part);
  return Buffer.concat(parts);
}

test('the whole file is its segments one after the other, and any part of it is the same bytes (B2)', async () => {
  expect(whole).toMatchObject({ sizeBytes: joined.length, contentType: 'video/mp2t' });
  expect((await read(0, joined.length - 1)).equals(joined)).toBe(true);
  const { sizesBytes } = generation.renditions[0]!.segments;
  const first = sizesBytes[0]!;
  const parts = [
    [0, 0],
    [first - 1, first],
    [first, first],
    [first + 100, first + sizesBytes[1]! + 5],
    [joined.length - 1, joined.length - 1],
  ] as const;
  for (const [start, end] of parts)
    expect((await read(start, end)).equals(joined.subarray(start, end + 1)), `${start}-${end}`).toBe(true);
});

test('of an open range only what the client takes is put together', async () => {
  const { store } = await world.grids.open(generation);
  const reads = vi.spyOn(store, 'read');
  const from = generation.renditions[0]!.segments.sizesBytes.slice(0, 2).reduce((a, b) => a + b, 0);
  for await (const part of whole.read(from, joined.length - 1)) {
    expect(part.equals(joined.subarray(from, from + part.length))).toBe(true);
    break;
  }
  expect(new Set(reads.mock.calls.map(([, k]) => k))).toEqual(new Set([2]));
  reads.mockRestore();
});

test('ffmpeg reads it from end to end without a word, and from a place in its middle', async () => {
  const file = join(world.ports.store.path('temp'), 'whole.ts');
  writeFileSync(file, await read(0, joined.length - 1));
  const decode = (args: readonly string[]) =>
    run('ffmpeg', ['-nostdin', '-v', 'warning', ...args, '-i', file, '-f', 'null', '-']);
  expect((await decode([])).stderr).toBe('');
  // A seek in a transport stream may land between keyframes: pictures begin with the next one at the latest.
  const shown = await run('ffmpeg', [
    '-v',
    'quiet',
    '-ss',
    '5',
    '-i',
    file,
    '-map',
    '0:v',
    '-f',
    'framecrc',
    '-',
  ]);
  const count = shown.stdout.split('\n').filter((line) => /^0,/.test(line)).length;
  expect(count).toBeGreaterThanOrEqual((9.5 - 6) * 25);
  expect(count).toBeLessThanOrEqual((9.5 - 5) * 25 + 1);
  const { stdout } = await run('ffprobe', [
    '-v',
    'error',
    '-show_entries',
    'format=duration',
    '-of',
    'csv=p=0',
    file,
  ]);
  expect(Number(stdout)).toBeCloseTo(9.5, 1);
});

test('its ETag is another one when a segment has another size', async () => {
  const { etag } = whole;
  expect(etag).toMatch(/^"\d+-240p-[\w-]{22}"$/);
  expect((await world.watching.wholeFile(generation.videoId, '240p'))!.etag).toBe(etag);
  await expect(world.watching.wholeFile(generation.videoId, '720p')).rejects.toMatchObject({
    code: 'RENDITION_UNKNOWN',
  });
});

describe('a quality of which a file was lost', () => {
  const file = () => world.watching.wholeFile(generation.videoId, '240p');
  const lose = async (row: string, k: number) => {
    const { store } = await world.grids.open(generation);
    rmSync(store.path(row, k));
  };
  const expectWhole = async (found: VirtualFile) => {
    const bytes = await read(0, found.sizeBytes - 1, found);
    expect(bytes.length).toBe(found.sizeBytes);
    const segments: Buffer[] = [];
    for (let k = 0; k < 5; k++) {
      const segment = await world.watching.segment(generation.videoId, '240p', generation.gen, k);
      segments.push(await segment!.bytes());
    }
    expect(bytes.equals(Buffer.concat(segments))).toBe(true);
  };

  test.each([
    ['240p', 1],
    ['audio-0', 3],
  ])(
    'is not there while %s/%i is made again, which begins by itself, and is whole afterwards (B2)',
    async (row, k) => {
      await lose(row, k);
      expect(await file()).toBeNull();
      await expect.poll(file, { timeout: 20_000, interval: 20 }).not.toBeNull();
      await expectWhole((await file())!);
    },
  );

  test('breaks off once at most when that happens while it is read (B2)', async () => {
    const begun = (await file())!;
    await lose('240p', 2);
    const bytes = await read(0, begun.sizeBytes - 1, begun).catch((error: unknown) => error);
    if (!Buffer.isBuffer(bytes)) expect(bytes).toMatchObject({ code: 'INTERNAL' });
    await expectWhole((await file())!);
  });
});
