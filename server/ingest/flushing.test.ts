import { expect, test } from 'vitest';
import { Flushing } from './flushing.ts';

const MIB = 1024 * 1024;
type File = Parameters<Flushing['of']>[0];

/** A file whose flushes end when the test says so. */
function slowFile() {
  const flushes: PromiseWithResolvers<void>[] = [];
  const datasync = () => {
    const one = Promise.withResolvers<void>();
    flushes.push(one);
    return one.promise;
  };
  return { flushes, file: { datasync } as unknown as File };
}

test('a growing file is flushed behind its writer, one file at a time, and wholly before the answer', async () => {
  const flushing = new Flushing();
  const [a, b] = [slowFile(), slowFile()];
  const [first, second] = [flushing.of(a.file, 0), flushing.of(b.file, 0)];
  first.wrote(31 * MIB);
  expect(a.flushes).toHaveLength(0);
  first.wrote(32 * MIB);
  first.wrote(70 * MIB);
  second.wrote(40 * MIB);
  expect([a.flushes.length, b.flushes.length]).toEqual([1, 0]);
  const ended = first.end();
  a.flushes[0]?.resolve();
  await expect.poll(() => a.flushes.length).toBe(2);
  a.flushes[1]?.resolve();
  await ended;
  second.wrote(41 * MIB);
  expect(b.flushes).toHaveLength(1);
});

test('what a flush met on the way is told by the next write and at the end, so that nothing lost is acknowledged (UP-06)', async () => {
  const { file, flushes } = slowFile();
  const flusher = new Flushing().of(file, 0);
  flusher.wrote(32 * MIB);
  const full = new Error('ENOSPC');
  flushes[0]?.reject(full);
  await expect(flusher.end()).rejects.toBe(full);
  expect(() => flusher.wrote(33 * MIB)).toThrow(full);
  expect(flushes).toHaveLength(1);
});
