import { createSecretKey } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  hashToken,
  isApiToken,
  isLineToken,
  newApiToken,
  newLineToken,
  shownPrefix,
} from './opaque-token.ts';

const key = createSecretKey(Buffer.alloc(32, 1));

test('tokens are recognised by their shape, and never repeat', () => {
  expect(isApiToken(newApiToken())).toBe(true);
  expect(isLineToken(newLineToken())).toBe(true);
  expect(isApiToken(newLineToken())).toBe(false);
  expect(new Set(Array.from({ length: 200 }, newApiToken)).size).toBe(200);
});

test('the hash depends on token, purpose and key, and does not contain the token', () => {
  const token = newApiToken();
  const hash = hashToken(key, 'api', token);
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  expect(hashToken(key, 'api', token)).toBe(hash);
  expect(hashToken(key, 'line', token)).not.toBe(hash);
  expect(hashToken(createSecretKey(Buffer.alloc(32, 2)), 'api', token)).not.toBe(hash);
});

test('the part that is shown leaves 200 bits unknown', () => {
  const token = newApiToken();
  expect(token.startsWith(shownPrefix(token))).toBe(true);
  expect((token.length - shownPrefix(token).length) * 6).toBeGreaterThan(200);
});
