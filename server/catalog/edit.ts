import { eq, inArray, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { type ChannelOverrides, channel, type ProvidedChannel } from '../../drizzle/schema/catalog.ts';
import type { ChannelBulk, ChannelCreate, ChannelPatch } from '../../lib/contract/channels.ts';
import { AppError } from '../core/errors.ts';
import { sortNumber } from './import/staged.ts';
import { setOutputPath } from './output-path.ts';
import type { CatalogPorts } from './ports.ts';
import { replaceSources } from './sources.ts';
import { mergedSettings } from './stream-settings.ts';

type Row = typeof channel.$inferSelect;
type Fields = Required<ChannelOverrides>;

const FIELDS = ['name', 'group', 'chno', 'tvgId', 'logo'] as const;
/** A channel of which nobody said anything yet. */
export const EMPTY: ProvidedChannel = {
  name: '',
  group: '',
  chno: null,
  tvgId: null,
  tvgName: null,
  logo: null,
  attributes: {},
};

/** Makes a channel by hand; answers its id. */
export async function createChannel(ports: CatalogPorts, input: ChannelCreate): Promise<string> {
  const id = await ports.db.transaction(async (tx) => {
    const provided: ProvidedChannel = { ...EMPTY, ...fieldsIn(input) };
    const [row] = await tx
      .insert(channel)
      .values({
        provided,
        ...shown(provided),
        enabled: input.enabled ?? true,
        settings: mergedSettings({}, input.settings ?? {}),
      })
      .returning({ id: channel.id });
    if (!row) throw new AppError('INTERNAL');
    await replaceSources(tx, row.id, input.sources ?? [], ports.secrets);
    await withPath(() => setOutputPath(tx, row.id, input.outputPath ?? null, ports.clock.now()));
    return row.id;
  });
  ports.events.emit('catalog.changed', { reason: 'created' });
  return id;
}

/** Merges a patch into a channel that is still at `version` (null = whatever it is at). */
export async function patchChannel(
  ports: CatalogPorts,
  id: string,
  patch: ChannelPatch,
  version: number | null,
): Promise<void> {
  await ports.db.transaction(async (tx) => {
    const [row] = await tx.select().from(channel).where(eq(channel.id, id)).for('update');
    if (!row) throw new AppError('CHANNEL_NOT_FOUND');
    if (version !== null && row.version !== version) throw new AppError('EDIT_CONFLICT');
    await tx
      .update(channel)
      .set({
        ...merged(row, fieldsIn(patch)),
        enabled: patch.enabled ?? row.enabled,
        settings: mergedSettings(row.settings, patch.settings ?? {}),
        version: row.version + 1,
        updatedAt: new Date(ports.clock.now()),
      })
      .where(eq(channel.id, id));
    if (patch.sources) await replaceSources(tx, id, patch.sources, ports.secrets);
    const path = patch.outputPath;
    if (path !== undefined) await withPath(() => setOutputPath(tx, id, path, ports.clock.now()));
  });
  ports.events.emit('catalog.changed', { reason: 'edited' });
}

/** What an admin changes stands beside what the provider says; the same value again takes the change back. */
function merged(row: Row, fields: Partial<Fields>) {
  if (row.entryKey === null) {
    const provided = { ...row.provided, ...fields };
    return { provided, ...shown(provided) };
  }
  const overrides: Record<string, unknown> = { ...row.overrides, ...fields };
  for (const name of FIELDS) if (overrides[name] === row.provided[name]) delete overrides[name];
  return { overrides: overrides as ChannelOverrides, ...shown({ ...row.provided, ...overrides }) };
}

/** The columns kept beside for lists and search. */
export const shown = (fields: Pick<ProvidedChannel, 'name' | 'group' | 'chno'>) => ({
  name: fields.name,
  group: fields.group,
  sortNumber: sortNumber(fields.chno),
});

function fieldsIn(input: ChannelPatch): Partial<Fields> {
  const given = FIELDS.filter((name) => input[name] !== undefined).map((name) => [
    name,
    emptyToNull(name, input[name]),
  ]);
  const fields = Object.fromEntries(given) as Partial<Fields>;
  if (typeof fields.logo === 'string' && !/^https?:\/\//i.test(fields.logo)) {
    throw new AppError('ADDRESS_INVALID', {
      message: 'A logo is an address that begins with http:// or https://.',
    });
  }
  return fields;
}

const emptyToNull = (name: string, value: unknown): unknown =>
  value === '' && name !== 'name' && name !== 'group' ? null : value;

/** Two edits at once can both find a path free; the database lets one of them have it. */
async function withPath(set: () => Promise<void>): Promise<void> {
  try {
    await set();
  } catch (error) {
    const cause =
      error instanceof Error
        ? (error.cause as { code?: string; constraint?: string } | undefined)
        : undefined;
    if (cause?.code === '23505') throw new AppError('OUTPUT_PATH_TAKEN', { cause: error });
    throw error;
  }
}

/** Deletes one channel. */
export async function deleteChannel(ports: CatalogPorts, id: string): Promise<void> {
  const gone = await ports.db.delete(channel).where(eq(channel.id, id)).returning({ id: channel.id });
  if (gone.length === 0) throw new AppError('CHANNEL_NOT_FOUND');
  ports.events.emit('catalog.changed', { reason: 'deleted' });
}

/** Changes many channels in one statement; answers how many there were. */
export async function bulkEdit(
  ports: CatalogPorts,
  { ids, action }: z.infer<typeof ChannelBulk>,
): Promise<number> {
  const where = inArray(channel.id, ids);
  const stamp = { version: sql`${channel.version} + 1`, updatedAt: new Date(ports.clock.now()) };
  const returning = { id: channel.id };
  const changed = await ports.db.transaction(async (tx) => {
    if (action.type === 'delete') return tx.delete(channel).where(where).returning(returning);
    if (action.type === 'enable') {
      return tx
        .update(channel)
        .set({ enabled: action.enabled, ...stamp })
        .where(where)
        .returning(returning);
    }
    return tx
      .update(channel)
      .set({ ...groupColumns(action.group), ...stamp })
      .where(where)
      .returning(returning);
  });
  ports.events.emit('catalog.changed', { reason: action.type === 'delete' ? 'deleted' : 'edited' });
  return changed.length;
}

function groupColumns(group: string) {
  const patch = sql`jsonb_build_object('group', ${group}::text)`;
  const byHand = sql`${channel.entryKey} is null`;
  const asProvided = sql`${channel.provided}->>'group' = ${group}::text`;
  return {
    group,
    provided: sql`case when ${byHand} then ${channel.provided} || ${patch} else ${channel.provided} end`,
    overrides: sql`case when ${byHand} or ${asProvided} then ${channel.overrides} - 'group' else ${channel.overrides} || ${patch} end`,
  };
}
