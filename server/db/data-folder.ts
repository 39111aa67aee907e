import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { eq } from 'drizzle-orm';
import { station } from '../../drizzle/schema/index.ts';
import { AppError } from '../core/errors.ts';
import type { Db } from './index.ts';

const KEY = 'data_folder';

/** Writes down which data folder belongs to the database, so that a worker can tell whether it has the same one. */
export async function claimDataFolder(db: Db, dataDir: string): Promise<void> {
  const value = markOf(dataDir) ?? writeMark(dataDir);
  await db
    .insert(station)
    .values({ key: KEY, value })
    .onConflictDoUpdate({ target: station.key, set: { value } });
}

/** A worker with another folder would take every video for one whose file is gone; it is refused instead. */
export async function checkDataFolder(db: Db, dataDir: string): Promise<void> {
  const [row] = await db.select().from(station).where(eq(station.key, KEY));
  if (row && row.value === markOf(dataDir)) return;
  throw new AppError('CONFLICT', {
    message:
      'The data folder of this worker is not the one of the station. Mount the folder that the other Siaran uses, set DATA_DIR to it, and start that one first.',
  });
}

const fileOf = (dataDir: string): string => path.join(dataDir, 'temp', 'folder-mark');

function markOf(dataDir: string): string | null {
  try {
    return readFileSync(fileOf(dataDir), 'utf8').trim() || null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function writeMark(dataDir: string): string {
  const mark = randomUUID();
  mkdirSync(path.dirname(fileOf(dataDir)), { recursive: true, mode: 0o711 });
  writeFileSync(fileOf(dataDir), `${mark}\n`, { mode: 0o644 });
  return mark;
}
