import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../../../tests/support/until.ts';
import { silentLog } from '../../core/log.ts';
import { PACKET_BYTES } from '../../media/ts/packet.ts';
import type { SegmentFile } from './segment-file.ts';
import { SegmentStore } from './segment-store.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'siaran-segments-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const PACKETS = 2000;

/** Writes packets that are numbered, so that order and place can be seen. */
function fill(file: SegmentFile, packets = PACKETS): void {
  for (let index = 0; index < packets; index++) {
    const at = file.next();
    file.bytes.fill(index % 251, at, at + PACKET_BYTES);
  }
}

function expectFilled(bytes: Buffer | null, packets = PACKETS): void {
  expect(bytes?.length).toBe(packets * PACKET_BYTES);
  const wrong = Array.from({ length: packets }, (_, index) => index).filter(
    (index) =>
      bytes![index * PACKET_BYTES] !== index % 251 || bytes![(index + 1) * PACKET_BYTES - 1] !== index % 251,
  );
  expect(wrong).toEqual([]);
}

describe('segments on the disk', () => {
  it('are written while they are made, read whole, and gone with the session', async () => {
    const here = path.join(folder, 'a');
    const store = new SegmentStore(here, silentLog());
    const file = store.open();
    fill(file);
    await until('a part is on the disk', () => readdirSync(here).length === 1);
    expect(await store.get(7)).toBeNull();
    file.finish();
    store.put(7, file);
    expectFilled(await store.get(7));
    const next = store.open();
    fill(next, 5);
    next.finish();
    store.put(8, next);
    store.dropBefore(8);
    expect(await store.get(7)).toBeNull();
    expectFilled(await store.get(8), 5);
    await until('the old one is gone', () => readdirSync(here).length === 1);
    fill(store.open(), 3000);
    await store.close();
    expect(existsSync(here)).toBe(false);
  });

  it('the newest of a channel that several watch stands in memory once', async () => {
    const store = new SegmentStore(path.join(folder, 'b'), silentLog());
    for (const number of [1, 2, 3]) {
      const file = store.open();
      fill(file, 50);
      file.finish();
      store.put(number, file);
    }
    const [first, second, third] = [await store.get(3), await store.get(3), await store.get(3)];
    expect(second).toEqual(first);
    expect(third).toBe(second);
    const old = [await store.get(1), await store.get(1), await store.get(1)];
    expect(old[2]).not.toBe(old[1]);
    await store.close();
  });

  it('PROC-06: stay in memory when the disk takes nothing', async () => {
    const blocked = path.join(folder, 'c');
    mkdirSync(folder, { recursive: true });
    writeFileSync(blocked, 'a file where the folder should be');
    const store = new SegmentStore(blocked, silentLog());
    const file = store.open();
    fill(file);
    file.finish();
    store.put(1, file);
    expectFilled(await store.get(1));
    expectFilled(await store.get(1));
    await store.close();
    expect(await store.get(1)).toBeNull();
  });
});
