import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DecoderIdentity } from './types.ts';

const FIRST_UID = 58_000;
const UID_COUNT = 1_000;

/**
 * The unprivileged uid under which decoders run when the server is root: unused on this machine, recorded in
 * `DATA_DIR/decoder-uid`, and never one of `avoid` (the database's). Null when we are not root.
 */
export function decoderIdentity(dataDir: string, avoid: readonly number[]): DecoderIdentity | null {
  if (process.getuid?.() !== 0) return null;
  const path = join(dataDir, 'decoder-uid');
  const recorded = readRecorded(path);
  if (recorded !== null && !avoid.includes(recorded)) return { uid: recorded, gid: recorded };
  const taken = new Set([...idsIn('/etc/passwd'), ...idsIn('/etc/group'), ...avoid]);
  const start = Math.floor(Math.random() * UID_COUNT);
  for (let i = 0; i < UID_COUNT; i++) {
    const uid = FIRST_UID + ((start + i) % UID_COUNT);
    if (taken.has(uid)) continue;
    writeFileSync(path, `${uid}\n`, { mode: 0o600 });
    return { uid, gid: uid };
  }
  return null;
}

function readRecorded(path: string): number | null {
  try {
    const uid = Number(readFileSync(path, 'utf8').trim());
    return Number.isInteger(uid) && uid >= FIRST_UID && uid < FIRST_UID + UID_COUNT ? uid : null;
  } catch {
    return null;
  }
}

function idsIn(path: string): number[] {
  try {
    const lines = readFileSync(path, 'utf8').split('\n');
    return lines.map((line) => Number(line.split(':')[2])).filter(Number.isInteger);
  } catch {
    return [];
  }
}
