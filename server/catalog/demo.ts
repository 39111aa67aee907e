import { eq, sql } from 'drizzle-orm';
import { channel, type ProvidedChannel, source } from '../../drizzle/schema/catalog.ts';
import { AppError } from '../core/errors.ts';
import type { Tx } from '../db/index.ts';
import { LOCKS } from '../db/lock-numbers.ts';
import { EMPTY, shown } from './edit.ts';
import type { CatalogPorts } from './ports.ts';

const DEMO_PATH = 'test-card';

/** The one channel whose source is a generator; nothing but this makes that kind of source. */
export async function createDemoChannel(ports: CatalogPorts): Promise<string> {
  const id = await ports.db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${LOCKS.demo})`);
    const [known] = await tx.select({ id: channel.id }).from(channel).where(eq(channel.demo, true));
    return known?.id ?? (await insertDemo(tx, ports));
  });
  ports.events.emit('catalog.changed', { reason: 'created' });
  return id;
}

/** The demo channel's id; null when it is not loaded. */
export async function findDemoChannel({ db }: Pick<CatalogPorts, 'db'>): Promise<string | null> {
  const [row] = await db.select({ id: channel.id }).from(channel).where(eq(channel.demo, true));
  return row?.id ?? null;
}

async function insertDemo(tx: Tx, { secrets }: CatalogPorts): Promise<string> {
  const provided: ProvidedChannel = { ...EMPTY, name: 'Test card', group: 'Demo' };
  const [taken] = await tx.select({ id: channel.id }).from(channel).where(eq(channel.outputPath, DEMO_PATH));
  const [row] = await tx
    .insert(channel)
    .values({ provided, ...shown(provided), demo: true, outputPath: taken ? null : DEMO_PATH })
    .returning({ id: channel.id });
  if (!row) throw new AppError('INTERNAL');
  await tx
    .insert(source)
    .values({ channelId: row.id, position: 0, kind: 'generator', urlEnc: secrets.encrypt('') });
  return row.id;
}
