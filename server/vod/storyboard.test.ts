import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Storyboard } from '../../drizzle/schema/vod.ts';
import { createSupervisor, type Supervisor } from '../media/ffmpeg/supervisor.ts';
import { storyboardInterval, storyboardLayout } from '../media/storyboard.ts';
import { createStore, type Store } from '../store/index.ts';
import { clip, closeGrids, coded, openGrid } from './grid/test-grid.ts';
import { makeSheets, sheetKey } from './storyboard-sheets.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let dir: string;
let store: Store;
let supervisor: Supervisor;
let segments: string;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'siaran-storyboard-'));
  store = createStore({ dataDir: dir });
  await store.open();
  supervisor = createSupervisor({ ffmpegPath: 'ffmpeg', ffprobePath: 'ffprobe', runDir: join(dir, 'run') });
  // A level of grey for every two seconds.
  const stairs = 'nullsrc=s=160x90:r=25:d=15,geq=lum=20+floor(T/2)*25:cb=128:cr=128';
  const grid = await openGrid(clip('mp4', ['-f', 'lavfi', '-i', stairs, ...coded]), { segmentSeconds: 6 });
  await grid.maker.all();
  segments = dirname(grid.ports.store.path('46p', 0));
});
afterAll(async () => {
  await supervisor.close();
  await closeGrids();
  rmSync(dir, { recursive: true, force: true });
});

async function boardOf(change: Partial<Storyboard>): Promise<number[][]> {
  const videoId = randomUUID();
  const board: Storyboard = {
    ...{ version: 1, tileWidth: 64, tileHeight: 36, columns: 3, rows: 2, everySeconds: 2, count: 8 },
    ...change,
  };
  await makeSheets(
    {
      ...{ ports: { store, supervisor, decoder: null }, video: { id: videoId }, report: () => undefined },
      ...{ roomDir: join(dir, randomUUID()), signal: new AbortController().signal },
    },
    board,
    { pathOf: (k) => join(segments, `${k}.v.ts`), segmentSeconds: 6, ...board },
  );
  const names = await store.list(`processed/${videoId}`);
  return names.toSorted().map((_, n) => levelsOf(store.path(sheetKey(videoId, 1, n)), board));
}

/** From which two seconds of the clip each place of a sheet comes, by its grey; an empty place is 0 too. */
function levelsOf(file: string, { tileWidth, tileHeight, columns, rows }: Storyboard): number[] {
  const width = columns * tileWidth;
  const grey = execFileSync('ffmpeg', [
    ...['-v', 'error', '-i', file, '-vf', 'format=gray', '-f', 'rawvideo', '-'],
  ]);
  expect(grey.length).toBe(width * rows * tileHeight);
  return Array.from({ length: columns * rows }, (_, i) => {
    const x = (i % columns) * tileWidth + tileWidth / 2;
    const y = Math.floor(i / columns) * tileHeight + tileHeight / 2;
    return Math.round(((grey[y * width + x]! * 219) / 255 + 16 - 20) / 25) + 0;
  });
}

test('the pictures of the seek bar are those of their times, in rows from left to right, over several sheets', async () => {
  expect(await boardOf({})).toEqual([
    [0, 1, 2, 3, 4, 5],
    [6, 7, 0, 0, 0, 0],
  ]);
});

test('of long films only the beginnings of segments are read; a segment that is missing leaves the times right', async () => {
  expect(await boardOf({ everySeconds: 6, count: 3, columns: 3, rows: 1 })).toEqual([[0, 3, 6]]);
  expect(await boardOf({ everySeconds: 6, count: 5, columns: 5, rows: 1 })).toEqual([[0, 3, 6, 6, 6]]);
});

test.each([
  ['a clip', 40, 2, 20],
  ['ten minutes', 600, 6, 100],
  ['a film of two hours', 7200, 12, 600],
  ['a day', 86_400, 90, 960],
])('%s has a picture every so often, and never more than a thousand', (_name, seconds, every, count) => {
  const found = storyboardInterval(seconds, { segmentSeconds: 6, everySeconds: 2 });
  expect([found, Math.ceil(seconds / found)]).toEqual([every, count]);
});

test('small pictures have the shape of the film, also upright and very wide ones', () => {
  expect(storyboardLayout({ width: 1920, height: 1080 }, 100)).toEqual({
    ...{ tileWidth: 192, tileHeight: 108, columns: 5, rows: 5 },
  });
  expect(storyboardLayout({ width: 1080, height: 1920 }, 3)).toEqual({
    ...{ tileWidth: 108, tileHeight: 192, columns: 3, rows: 1 },
  });
  expect(storyboardLayout({ width: 4000, height: 100 }, 1)).toMatchObject({ tileWidth: 192, tileHeight: 32 });
});
