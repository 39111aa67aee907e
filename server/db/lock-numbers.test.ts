import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { LOCKS } from './lock-numbers.ts';

test('no two locks have one number', () => {
  const numbers = Object.values(LOCKS);
  expect(new Set(numbers).size).toBe(numbers.length);
});

test('whoever takes an advisory lock takes its number from the table', () => {
  const server = path.resolve(import.meta.dirname, '..');
  const takers = readdirSync(server, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => ({ name, text: readFileSync(path.join(server, name), 'utf8') }))
    .filter(({ text }) => /pg_(?:try_)?advisory_(?:xact_)?lock\(/.test(text));
  expect(takers.length).toBeGreaterThan(5);
  // A lease is told its number by whoever asks for it.
  const own = takers.filter(({ name, text }) => !/\bLOCKS\./.test(text) && name !== 'jobs/lease.ts');
  expect(own.map(({ name }) => name)).toEqual([]);
});
