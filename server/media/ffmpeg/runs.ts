import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { signalGroup, startMark } from './identity.ts';

/** What is known of a running child, kept as a file so that a later server can end it. */
export type RunRecord = {
  pid: number;
  startMark: string;
  ownerPid: number;
  ownerStartMark: string;
  label: string;
};

const FILE_NAME = /^ffmpeg-(\d+)\.json$/;

/** Writes the record of a child that this process has just started. */
export function writeRun(runDir: string, pid: number, label: string): void {
  const mark = startMark(pid);
  const ownerStartMark = startMark(process.pid);
  if (mark === null || ownerStartMark === null) return;
  mkdirSync(runDir, { recursive: true, mode: 0o700 });
  const record: RunRecord = { pid, startMark: mark, ownerPid: process.pid, ownerStartMark, label };
  const path = join(runDir, `ffmpeg-${pid}.json`);
  writeFileSync(`${path}.part`, JSON.stringify(record), { mode: 0o600 });
  renameSync(`${path}.part`, path);
}

/** Forgets a child that has ended. */
export function removeRun(runDir: string, pid: number): void {
  rmSync(join(runDir, `ffmpeg-${pid}.json`), { force: true });
}

/**
 * Ends every recorded child whose owner is gone, and removes its record. A pid that now belongs to another
 * process (its start differs from the record) is never touched. Returns how many groups were killed.
 */
export function reapRuns(runDir: string, isMine: (pid: number) => boolean): number {
  let killed = 0;
  for (const name of listRuns(runDir)) {
    const record = readRun(join(runDir, name));
    if (record === null) {
      rmSync(join(runDir, name), { force: true });
      continue;
    }
    const alive = startMark(record.pid) === record.startMark;
    if (alive && ownerLives(record, isMine)) continue;
    if (alive && signalGroup(record.pid, 'SIGKILL')) killed++;
    removeRun(runDir, record.pid);
  }
  return killed;
}

function ownerLives(record: RunRecord, isMine: (pid: number) => boolean): boolean {
  if (startMark(record.ownerPid) !== record.ownerStartMark) return false;
  return record.ownerPid !== process.pid || isMine(record.pid);
}

function listRuns(runDir: string): string[] {
  try {
    return readdirSync(runDir).filter((name) => FILE_NAME.test(name));
  } catch {
    return [];
  }
}

function readRun(path: string): RunRecord | null {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return isRunRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function isRunRecord(value: unknown): value is RunRecord {
  if (typeof value !== 'object' || value === null) return false;
  const record = value as Partial<RunRecord>;
  const numbers = [record.pid, record.ownerPid].every((n) => Number.isInteger(n) && Number(n) > 1);
  return numbers && typeof record.startMark === 'string' && typeof record.ownerStartMark === 'string';
}
