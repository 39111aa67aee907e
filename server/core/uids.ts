import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ensureDataDir } from './data-dir.ts';

type Purpose = 'postgres' | 'decoder';
type Recorded = Partial<Record<Purpose, number>>;

const FIRST = 52_000;
const LAST = 59_999;

/**
 * The uid under which a kind of child runs when the panel itself runs as root; undefined when it does not. Each purpose
 * gets an uid of its own that no account uses, recorded in DATA_DIR so that files keep their owner (contracts.md §7).
 */
export function dedicatedUid(dataDir: string, purpose: Purpose): number | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const file = path.join(dataDir, 'uids.json');
  const recorded = read(file);
  const known = recorded[purpose];
  if (known !== undefined) return known;
  const taken = new Set([...accounts().map((a) => a.uid), ...Object.values(recorded)]);
  let uid = FIRST + Math.floor(Math.random() * (LAST - FIRST));
  while (taken.has(uid)) uid = uid === LAST ? FIRST : uid + 1;
  ensureDataDir(dataDir);
  writeFileSync(`${file}.partial`, `${JSON.stringify({ ...recorded, [purpose]: uid })}\n`, { mode: 0o600 });
  renameSync(`${file}.partial`, file);
  return uid;
}

function read(file: string): Recorded {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Recorded;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

/** The system's accounts; empty where there is no such file. */
export function accounts(): { name: string; uid: number }[] {
  try {
    const rows = readFileSync('/etc/passwd', 'utf8').split('\n').filter(Boolean);
    return rows.map((row) => row.split(':')).map(([name = '', , uid]) => ({ name, uid: Number(uid) }));
  } catch {
    return []; // a system without that file has no accounts to clash with
  }
}
