import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { loadSecrets, secretsFrom } from './secrets.ts';

const folders: string[] = [];
let dataDir = '';

beforeEach(() => {
  dataDir = mkdtempSync(path.join(os.tmpdir(), 'secrets-'));
  folders.push(dataDir);
});
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const MASTER = 'm'.repeat(40);
const masterFile = () => path.join(dataDir, 'secrets', 'master');

describe('WEB-06 the master secret', () => {
  test('is made once, for nobody else to read, and found again', () => {
    const first = loadSecrets({ secret: null, dataDir });
    expect(statSync(masterFile()).mode & 0o777).toBe(0o600);
    expect(statSync(path.dirname(masterFile())).mode & 0o777).toBe(0o700);
    expect(readFileSync(masterFile(), 'utf8').trim()).toMatch(/^[\w-]{43}$/);
    expect(loadSecrets({ secret: null, dataDir }).fingerprint).toBe(first.fingerprint);
  });

  test('is another one in another data folder', () => {
    const first = loadSecrets({ secret: null, dataDir });
    rmSync(dataDir, { recursive: true });
    expect(loadSecrets({ secret: null, dataDir }).fingerprint).not.toBe(first.fingerprint);
  });

  test('from the environment leaves no file', () => {
    loadSecrets({ secret: MASTER, dataDir });
    expect(existsSync(masterFile())).toBe(false);
  });

  test('that was emptied is refused instead of used', () => {
    loadSecrets({ secret: null, dataDir });
    writeFileSync(masterFile(), '\n');
    expect(() => loadSecrets({ secret: null, dataDir })).toThrow(/secrets\/master/);
  });
});

describe('keys', () => {
  test('each purpose has a key of its own, the same at every start', () => {
    const one = secretsFrom(MASTER);
    const texts = (['session', 'media-v1', 'credentials-v1', 'postgres', 'tokens-v1'] as const).map(one.text);
    expect(new Set(texts).size).toBe(texts.length);
    expect(secretsFrom(MASTER).text('session')).toBe(one.text('session'));
    expect(one.key('session').equals(secretsFrom(MASTER).key('session'))).toBe(true);
    expect(one.key('session').equals(secretsFrom(`${MASTER}x`).key('session'))).toBe(false);
  });

  test('the fingerprint tells masters apart and nothing else', () => {
    const { fingerprint, text } = secretsFrom(MASTER);
    expect(fingerprint).toBe(secretsFrom(MASTER).fingerprint);
    expect(fingerprint).not.toBe(secretsFrom(`${MASTER}x`).fingerprint);
    expect(Buffer.from(text('fingerprint'), 'base64url').toString('hex')).not.toContain(fingerprint);
  });
});

describe('encryption at rest', () => {
  const { encrypt, decrypt } = secretsFrom(MASTER);

  test.each(['', 'word', 'Ünïcode ✓ 📺', 'x'.repeat(100_000)])(
    'what was encrypted is read again',
    (plain) => {
      expect(decrypt(encrypt(plain))).toBe(plain);
    },
  );

  test('the same text looks different each time and never shows', () => {
    const [one, two] = [encrypt('password'), encrypt('password')];
    expect(one).not.toBe(two);
    expect(Buffer.from(one.slice(3), 'base64url').toString('latin1')).not.toContain('password');
  });

  test('every changed byte is noticed', () => {
    const bytes = Buffer.from(encrypt('word').slice(3), 'base64url');
    for (let i = 0; i < bytes.length; i++) {
      const changed = Buffer.from(bytes);
      changed[i] = (changed[i] ?? 0) ^ 1;
      expect(() => decrypt(`v1.${changed.toString('base64url')}`)).toThrow();
    }
  });

  test.each(['', 'word', 'v2.abc', 'v1.', 'v1.AAAA'])('"%s" was not encrypted here', (sealed) => {
    expect(() => decrypt(sealed)).toThrow();
  });

  test('a cut-off seal does not pass with a shorter tag', () => {
    const bytes = Buffer.from(encrypt('').slice(3), 'base64url');
    expect(() => decrypt(`v1.${bytes.subarray(0, 16).toString('base64url')}`)).toThrow();
  });

  test('another master cannot read it', () => {
    expect(() => secretsFrom(`${MASTER}x`).decrypt(encrypt('word'))).toThrow();
  });
});
