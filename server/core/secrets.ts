import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { ensureDataDir } from './data-dir.ts';

/** The purposes for which keys are derived from the master secret (contracts.md §9). */
type Purpose = 'session' | 'media-v1' | 'credentials-v1' | 'postgres' | 'fingerprint' | 'tokens-v1';

export type Secrets = {
  /** A 256-bit key for one purpose (HKDF-SHA256). */
  key(purpose: Purpose): KeyObject;
  /** Same as text, for parts that take a password. */
  text(purpose: Purpose): string;
  /** Encrypts a small text at rest (AES-256-GCM); the answer is `v1.` + base64url. */
  encrypt(plain: string): string;
  decrypt(sealed: string): string;
  /** Tells whether a database was made under this secret, without telling the secret. */
  fingerprint: string;
};

/** Reads SIARAN_SECRET, or the master secret of the data folder, which is made once with mode 0600. */
export function loadSecrets(options: { secret: string | null; dataDir: string }): Secrets {
  return secretsFrom(options.secret ?? masterFile(options.dataDir));
}

function masterFile(dataDir: string): string {
  const folder = path.join(dataDir, 'secrets');
  const file = path.join(folder, 'master');
  const known = readMaster(file);
  if (known !== null) return known;
  ensureDataDir(dataDir);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const secret = randomBytes(32).toString('base64url');
  const partial = `${file}.${process.pid}`;
  const fd = openSync(partial, 'w', 0o600);
  try {
    writeSync(fd, `${secret}\n`);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  if (!place(partial, file)) return readMaster(file) ?? masterFile(dataDir);
  const directory = openSync(folder, 'r');
  try {
    fsyncSync(directory); // a power cut must not take back the name of what the database is bound to
  } finally {
    closeSync(directory);
  }
  return secret;
}

/** Gives a file its name unless another process was quicker: two that start at once have to go on with one secret. */
function place(partial: string, file: string): boolean {
  try {
    linkSync(partial, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    renameSync(partial, file); // a file system without links
    return true;
  } finally {
    rmSync(partial, { force: true });
  }
}

function readMaster(file: string): string | null {
  let secret: string;
  try {
    secret = readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  if (secret.length < 32)
    throw new Error('The file secrets/master in the data folder is damaged. Put it back from a backup.');
  return secret;
}

export function secretsFrom(master: string): Secrets {
  const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', master, 'siaran', purpose, 32));
  const keys = new Map<Purpose, KeyObject>();
  const key = (purpose: Purpose): KeyObject => {
    const known = keys.get(purpose) ?? createSecretKey(derive(purpose));
    keys.set(purpose, known);
    return known;
  };
  return {
    key,
    text: (purpose) => derive(purpose).toString('base64url'),
    encrypt: (plain) => seal(key('credentials-v1'), plain),
    decrypt: (sealed) => open(key('credentials-v1'), sealed),
    fingerprint: createHmac('sha256', key('fingerprint')).update('siaran').digest('hex').slice(0, 32),
  };
}

/** Encrypts under a key of the purpose `credentials-v1`; worker threads get the key alone. */
export function seal(key: KeyObject, plain: string): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
  return `v1.${Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')}`;
}

function open(key: KeyObject, sealed: string): string {
  if (!sealed.startsWith('v1.')) throw new Error('This was not encrypted by Siaran.');
  const all = Buffer.from(sealed.slice(3), 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', key, all.subarray(0, 12), { authTagLength: 16 });
  decipher.setAuthTag(all.subarray(12, 28));
  return Buffer.concat([decipher.update(all.subarray(28)), decipher.final()]).toString('utf8');
}
