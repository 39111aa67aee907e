import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { accounts, dedicatedUid } from './uids.ts';

const folders: string[] = [];
let dataDir = '';

beforeEach(() => {
  dataDir = mkdtempSync(path.join(os.tmpdir(), 'uids-'));
  folders.push(dataDir);
});
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function as<T>(uid: number, act: () => T): T {
  const spy = vi.spyOn(process as { getuid(): number }, 'getuid').mockReturnValue(uid);
  try {
    return act();
  } finally {
    spy.mockRestore();
  }
}

describe('FILE-15 the uid of a kind of child', () => {
  test('there is none, and no record, when the panel is not root', () => {
    expect(as(1000, () => dedicatedUid(dataDir, 'decoder'))).toBeUndefined();
    expect(() => readFileSync(path.join(dataDir, 'uids.json'))).toThrow();
  });

  test('stays the same and belongs to one purpose only', () => {
    const [postgres, decoder, again] = as(0, () => [
      dedicatedUid(dataDir, 'postgres'),
      dedicatedUid(dataDir, 'decoder'),
      dedicatedUid(dataDir, 'postgres'),
    ]);
    expect(postgres).toBe(again);
    expect(postgres).not.toBe(decoder);
    expect(JSON.parse(readFileSync(path.join(dataDir, 'uids.json'), 'utf8'))).toEqual({ postgres, decoder });
    expect(statSync(path.join(dataDir, 'uids.json')).mode & 0o777).toBe(0o600);
  });

  test('is no uid of an account, and never root or nobody', () => {
    const uid = as(0, () => dedicatedUid(dataDir, 'decoder')) ?? 0;
    expect(accounts().map((account) => account.uid)).not.toContain(uid);
    expect(uid).toBeGreaterThanOrEqual(52_000);
    expect(uid).toBeLessThan(60_000);
  });

  test('goes around numbers that are taken', () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.999999);
    try {
      const [first, second] = as(0, () => [
        dedicatedUid(dataDir, 'postgres'),
        dedicatedUid(dataDir, 'decoder'),
      ]);
      expect(first).toBe(59_998);
      expect(second).toBe(59_999);
    } finally {
      vi.restoreAllMocks();
    }
  });

  test('a record that cannot be read stops it instead of changing the owner of files', () => {
    writeFileSync(path.join(dataDir, 'uids.json'), '{"postgres":');
    expect(() => as(0, () => dedicatedUid(dataDir, 'postgres'))).toThrow();
  });
});

test('the accounts of the system include root', () => {
  expect(accounts()).toContainEqual({ name: 'root', uid: 0 });
});
