import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { GridPlan } from './plan.ts';
import { GridStore } from './store.ts';

const dir = mkdtempSync(join(tmpdir(), 'siaran-store-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const plan = (source: string) =>
  ({ source, rungs: [{ id: '360p' }], tracks: [{ index: 1, language: null }] }) as unknown as GridPlan;

test('PROC-10 several processes that begin with a video in one moment remove nothing of each other', async () => {
  for (let round = 0; round < 20; round++) {
    const folder = join(dir, String(round));
    const openAndWrite = async (k: number) => {
      const store = await GridStore.open(folder, plan('a'));
      await store.write('360p', k, Buffer.from('pictures'));
    };
    await Promise.all([0, 1, 2, 3, 4, 5].map(openAndWrite));
    const store = await GridStore.open(folder, plan('a'));
    expect([...store.rows().get('360p')!].sort()).toEqual([0, 1, 2, 3, 4, 5]);
  }
});

test('segments of another plan are never used again', async () => {
  const folder = join(dir, 'changed');
  await (await GridStore.open(folder, plan('a'))).write('360p', 0, Buffer.from('pictures'));
  expect((await GridStore.open(folder, plan('a'))).has('360p', 0)).toBe(true);
  expect((await GridStore.open(folder, plan('b'))).has('360p', 0)).toBe(false);
});
