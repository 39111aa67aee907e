import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createStore } from '../store/index.ts';
import { joinParts } from './join.ts';
import { testIngest } from './test-ingest.ts';

const MB = 1_000_000;
const DISK_MB = 100;
const disk = mkdtempSync(join(tmpdir(), 'siaran-disk-'));
/** A small disk of our own, where this machine lets us have one (root on Linux). */
const mounted =
  spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m`, 'tmpfs', disk], { stdio: 'ignore' }).status ===
  0;
const ballast = join(disk, 'ballast');
const freeBytes = () => statfsSync(disk).bavail * statfsSync(disk).bsize;
/** Leaves so much of the disk free. */
const fillUpTo = (leftBytes: number) => writeFileSync(ballast, Buffer.alloc(freeBytes() - leftBytes));

let t: Awaited<ReturnType<typeof testIngest>>;
beforeAll(async () => {
  if (!mounted) return;
  t = await testIngest({ parent: disk });
  t.knobs.settings = { uploadMaxBytes: 90 * MB };
});
afterAll(async () => {
  if (mounted) {
    await t.close();
    spawnSync('umount', [disk]);
  }
  rmSync(disk, { recursive: true, force: true });
});

async function resumes(at: string, videoId: string, bytes: Buffer): Promise<void> {
  const offset = await t.offsetOf(at);
  expect(readFileSync(t.fileOf(at)).equals(bytes.subarray(0, offset))).toBe(true);
  rmSync(ballast);
  expect((await t.patch(at, offset, bytes.subarray(offset))).status).toBe(204);
  const raw = join(t.dir, 'raw', videoId);
  expect(readFileSync(raw).equals(bytes)).toBe(true);
  rmSync(raw);
}

test.skipIf(!mounted)(
  'UP-06 more than the disk has beside its reserve is refused before the first byte',
  async () => {
    expect((await t.create(80 * MB)).status).toBe(507);
  },
);

test.skipIf(!mounted)(
  'UP-06 a PATCH ends before the reserve of a filling disk is touched, and the upload goes on later',
  async () => {
    const bytes = randomBytes(30 * MB);
    const { at, videoId } = await t.create(bytes.length);
    expect((await t.patch(at, 0, bytes.subarray(0, 5 * MB))).status).toBe(204);
    fillUpTo(70 * MB);
    const refused = await t.patch(at, 5 * MB, bytes.subarray(5 * MB));
    expect(refused).toMatchObject({ status: 507, body: expect.stringContaining('disk is full') });
    expect(freeBytes()).toBeGreaterThan(40 * MB);
    await resumes(at, videoId, bytes);
  },
);

test.skipIf(!mounted)(
  'UP-06 a disk that is really full ends a PATCH with 507 and the true offset, others stay whole',
  async () => {
    t.knobs.freeBytes = Number.MAX_SAFE_INTEGER;
    const other = await t.create(10);
    await t.patch(other.at, 0, Buffer.from('abc'));
    const bytes = randomBytes(30 * MB);
    const { at, videoId } = await t.create(bytes.length);
    fillUpTo(10 * MB);
    const refused = await t.patch(at, 0, bytes);
    expect(refused).toMatchObject({ status: 507, body: expect.stringContaining('disk is full') });
    const offset = await t.offsetOf(at);
    expect(offset).toBeGreaterThan(5 * MB);
    expect(offset).toBe(statSync(t.fileOf(at)).size);
    expect(await t.offsetOf(other.at)).toBe(3);
    await resumes(at, videoId, bytes);
    expect((await t.patch(other.at, 3, Buffer.from('defghij'))).status).toBe(204);
  },
);

test.skipIf(!mounted)('parts are joined on a disk that has no room for a second copy of them', async () => {
  const store = createStore({ dataDir: disk });
  await store.open();
  const bytes = randomBytes(40 * MB);
  const parts = [0, 1].map((index) => ({ id: `part-${index}`, sizeBytes: 20 * MB }));
  for (const [index, { id }] of parts.entries())
    writeFileSync(store.path(`temp/uploads/${id}`), bytes.subarray(index * 20 * MB, (index + 1) * 20 * MB));
  fillUpTo(6 * MB);
  await joinParts(store, 'whole', parts, new AbortController().signal, 4 * MB);
  expect(readFileSync(store.path('temp/uploads/whole')).equals(bytes)).toBe(true);
});
