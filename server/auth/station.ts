import { eq } from 'drizzle-orm';
import { station } from '../../drizzle/schema/admin.ts';
import type { Db, Tx } from '../db/index.ts';

export const DEFAULT_STATION = 'Siaran';
const KEY = 'name';

/** The name that the station was given at setup or later. */
export async function stationName(db: Db): Promise<string> {
  const [row] = await db.select({ value: station.value }).from(station).where(eq(station.key, KEY));
  return row?.value ?? DEFAULT_STATION;
}

export async function renameStation(db: Pick<Tx, 'insert'>, name: string): Promise<void> {
  await db
    .insert(station)
    .values({ key: KEY, value: name })
    .onConflictDoUpdate({ target: station.key, set: { value: name } });
}
