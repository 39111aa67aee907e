import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createStore, type Store } from '../store/index.ts';
import { joinParts } from './join.ts';

let dir: string;
let store: Store;
beforeEach(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'siaran-join-'));
  store = createStore({ dataDir: dir });
  await store.open();
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const STEP_BYTES = 65_536;
const never = new AbortController().signal;
const fileOf = (id: string) => path.join(dir, 'temp/uploads', id);
const names = () => readdirSync(path.join(dir, 'temp/uploads')).sort();

function makeParts(sizes: readonly number[]) {
  const bodies = sizes.map((size) => randomBytes(size));
  const parts = bodies.map((body, index) => ({ id: `part-${index}`, sizeBytes: body.length }));
  for (const [index, body] of bodies.entries()) writeFileSync(fileOf(`part-${index}`), body);
  return { parts, whole: Buffer.concat(bodies) };
}

test('parts of any size become one file, and nothing of them is left', async () => {
  const { parts, whole } = makeParts([100_000, 0, STEP_BYTES, 200_001, 1]);
  await joinParts(store, 'whole', parts, never, STEP_BYTES);
  expect(readFileSync(fileOf('whole')).equals(whole)).toBe(true);
  expect(names()).toEqual(['whole']);
  await joinParts(store, 'whole', parts, never, STEP_BYTES);
});

test('a step that was copied in part only is copied again', async () => {
  const { parts, whole } = makeParts([100_000, 200_000]);
  const begun = Buffer.concat([readFileSync(fileOf('part-0')), Buffer.alloc(200_000, 'x')]);
  writeFileSync(fileOf('whole.join'), begun);
  renameSync(fileOf('part-0'), fileOf('gone'));
  await joinParts(store, 'whole', parts, never, STEP_BYTES);
  expect(readFileSync(fileOf('whole')).equals(whole)).toBe(true);
});

test('a part that vanished is told and what is there stays', async () => {
  const { parts } = makeParts([10, 10, 10]);
  rmSync(fileOf('part-2'));
  await expect(joinParts(store, 'whole', parts, never)).rejects.toMatchObject({ code: 'UPLOAD_NOT_FOUND' });
  expect(existsSync(fileOf('whole'))).toBe(false);
  rmSync(fileOf('whole.join'));
  await expect(joinParts(store, 'whole', parts, never)).rejects.toMatchObject({ code: 'UPLOAD_NOT_FOUND' });
});

test('an end that was asked for stops between two steps, and the next run does the rest', async () => {
  const { parts, whole } = makeParts([1000, 300_000]);
  const ending = new AbortController();
  const stopping = joinParts(store, 'whole', parts, ending.signal, STEP_BYTES);
  ending.abort();
  await expect(stopping).rejects.toThrow();
  await joinParts(store, 'whole', parts, never, STEP_BYTES);
  expect(readFileSync(fileOf('whole')).equals(whole)).toBe(true);
});

/** Joins in a process of its own and kills it as soon as less than `leftBytes` of the parts are left. */
async function joinAndKill(parts: object, leftBytes: number): Promise<number> {
  const module = (name: string) => JSON.stringify(path.join(import.meta.dirname, name));
  const code = `
    import { joinParts } from ${module('join.ts')};
    import { createStore } from ${module('../store/index.ts')};
    const store = createStore({ dataDir: ${JSON.stringify(dir)} });
    await joinParts(store, 'whole', ${JSON.stringify(parts)}, new AbortController().signal, 65536);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'ignore' });
  const gone = once(child, 'exit');
  while (child.exitCode === null && (await bytesLeft()) >= leftBytes) await delay(1);
  child.kill('SIGKILL');
  await gone;
  return await bytesLeft();
}

async function bytesLeft(): Promise<number> {
  const sizes = await Promise.all(['part-1', 'part-2'].map((id) => store.size(`temp/uploads/${id}`)));
  return sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
}

test('UP-05 a joining that is killed again and again loses no byte', async () => {
  const { parts, whole } = makeParts([500_000, 2_000_000, 2_000_000]);
  let kills = 0;
  for (const left of [3_900_000, 2_010_000, 1_000_000]) if ((await joinAndKill(parts, left)) > 0) kills++;
  expect(kills).toBeGreaterThanOrEqual(2);
  await joinParts(store, 'whole', parts, never);
  expect(readFileSync(fileOf('whole')).equals(whole)).toBe(true);
  expect(names()).toEqual(['whole']);
});
