import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { rendition, video } from '../../drizzle/schema/vod.ts';
import { type TestDatabase, testDatabase } from '../../tests/support/database.ts';
import { systemClock } from '../core/clock.ts';
import { fixedSettings, loadConfig } from '../core/config.ts';
import { silentLog } from '../core/log.ts';
import { createStore, RESERVE_BYTES } from '../store/index.ts';
import { createEvictableFiles } from './evictable.ts';
import { mp4Key } from './remux.ts';

const MB = 1_000_000;
const MINUTE_MS = 60_000;

let database: TestDatabase;
/** A small disk of our own, where this machine lets us have one (root on Linux). */
const disk = mkdtempSync(join(tmpdir(), 'siaran-evictable-'));
const mounted =
  spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=100m', 'tmpfs', disk], { stdio: 'ignore' }).status === 0;
const store = createStore({ dataDir: disk });
beforeAll(async () => {
  database = await testDatabase();
  await store.open();
});
afterEach(async () => {
  await database.db.delete(video);
  await store.remove('processed');
});
afterAll(async () => {
  await database.close();
  if (mounted) spawnSync('umount', [disk]);
  rmSync(disk, { recursive: true, force: true });
});

function open(env: Record<string, string> = {}, options = {}) {
  const settings = fixedSettings(loadConfig({ DATA_DIR: disk, ...env }));
  const ports = { db: database.db, store, settings, clock: systemClock, log: silentLog() };
  return createEvictableFiles(ports, options);
}

/** A finished video whose best MP4 is that of 720p. */
async function finished(gen = 1): Promise<string> {
  const id = randomUUID();
  await database.db.insert(video).values({ id, title: 'A film', state: 'ready', gen, mp4Quality: '720p' });
  for (const rung of ['360p', '480p', '720p'])
    await database.db.insert(rendition).values({
      ...{ videoId: id, kind: 'video', rung, gen, codec: 'avc1', segmentSeconds: 6, made: true },
      ...{ peakBitsPerSecond: 1, averageBitsPerSecond: 1 },
      segments: { durationsSeconds: [], sizesBytes: [] },
    });
  return id;
}

/** An MP4 that was last used so many minutes ago. */
function mp4(key: string, { megabytes = 1, minutesAgo = 0 }): string {
  const path = store.path(key);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, Buffer.alloc(megabytes * MB, 7));
  rest(path, minutesAgo);
  return path;
}
const rest = (path: string, minutesAgo: number) => {
  const at = (Date.now() - minutesAgo * MINUTE_MS) / 1000;
  utimesSync(path, at, at);
};
const there = (paths: Record<string, string>) =>
  Object.keys(paths).filter((name) => existsSync(paths[name]!));

test('of MP4s that somebody asked for those not used for longest go, until the rest is within DISK_BUDGET', async () => {
  const [one, two] = [await finished(2), await finished()];
  const paths = {
    best: mp4(mp4Key(one, 2, '720p'), { megabytes: 4, minutesAgo: 9000 }),
    oldGeneration: mp4(mp4Key(one, 1, '720p'), { minutesAgo: 8000 }),
    old: mp4(mp4Key(one, 2, '360p'), { minutesAgo: 700 }),
    newer: mp4(mp4Key(two, 1, '480p'), { minutesAgo: 60 }),
    newest: mp4(mp4Key(two, 1, '360p'), { minutesAgo: 10 }),
  };
  await open({ DISK_BUDGET: String(2 * MB) }).keepBudget();
  expect(there(paths)).toEqual(['best', 'newer', 'newest']);
  await open().keepBudget();
  expect(there(paths)).toEqual(['best', 'newer', 'newest']);
});

test('with KEEP_MP4 none goes, whatever the budget is and however short the disk', async () => {
  const id = await finished();
  const paths = { old: mp4(mp4Key(id, 1, '360p'), { minutesAgo: 700 }) };
  const files = open({ DISK_BUDGET: '1', KEEP_MP4: '1' });
  await files.keepBudget();
  await files.giveBack(1);
  expect(there(paths)).toEqual(['old']);
});

test('what somebody reads stays while he reads it, and what is asked for counts as used', async () => {
  const id = await finished();
  const [key, other] = [mp4Key(id, 1, '360p'), mp4Key(id, 1, '480p')];
  const paths = { read: mp4(key, { minutesAgo: 90 }), asked: mp4(other, { minutesAgo: 90 }) };
  const files = open({ DISK_BUDGET: '1' }, { markEveryMs: 10 });
  const done = files.reading(key);
  expect(await files.use(other)).toBe(true);
  await expect.poll(() => Date.now() - statSync(paths.read).mtimeMs).toBeLessThan(MINUTE_MS);
  await files.keepBudget();
  expect(there(paths)).toEqual(['read', 'asked']);
  done();
  for (const path of Object.values(paths)) rest(path, 6);
  await files.keepBudget();
  expect(there(paths)).toEqual([]);
  expect(await files.use(key)).toBe(false);
});

test('nothing is removed for a need that all of it together would not meet', async () => {
  const id = await finished();
  const paths = { old: mp4(mp4Key(id, 1, '360p'), { minutesAgo: 700 }) };
  await open().giveBack(2 * MB);
  expect(there(paths)).toEqual(['old']);
  await open().giveBack(MB);
  expect(there(paths)).toEqual([]);
});

test.skipIf(!mounted)(
  'before an upload is refused for want of room the oldest of them make place',
  async () => {
    const id = await finished();
    store.whenShort(open().giveBack);
    const paths = {
      old: mp4(mp4Key(id, 1, '360p'), { megabytes: 12, minutesAgo: 700 }),
      newer: mp4(mp4Key(id, 1, '480p'), { megabytes: 12, minutesAgo: 60 }),
    };
    const room = (await store.freeBytes()) - RESERVE_BYTES;
    await store.checkSpace(room - MB);
    expect(there(paths)).toEqual(['old', 'newer']);
    await store.checkSpace(room + MB);
    expect(there(paths)).toEqual(['newer']);
    await expect(store.checkSpace(room + 40 * MB)).rejects.toMatchObject({ code: 'STORAGE_FULL' });
    expect(there(paths)).toEqual(['newer']);
  },
);
