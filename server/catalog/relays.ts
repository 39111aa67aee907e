import { asc, eq, isNotNull } from 'drizzle-orm';
import type { z } from 'zod';
import { channel } from '../../drizzle/schema/catalog.ts';
import type { Relay, RelayInput } from '../../lib/contract/channels.ts';
import { AppError } from '../core/errors.ts';
import { createChannel, patchChannel } from './edit.ts';
import type { CatalogPorts } from './ports.ts';
import { labelOf, openSource, sourcesOf } from './sources.ts';

/** A relay as the seed's API shows it; a relay is a channel that has an output path. */
export type RelayView = Omit<z.infer<typeof Relay>, 'urls'>;

/** All channels with an output path, in the order of their numbers. */
export async function listRelays(ports: CatalogPorts): Promise<RelayView[]> {
  const rows = await ports.db
    .select()
    .from(channel)
    .where(isNotNull(channel.outputPath))
    .orderBy(asc(channel.num));
  return Promise.all(rows.map((row) => present(ports, row)));
}

/** One relay by its uuid. */
export async function findRelay(ports: CatalogPorts, id: string): Promise<RelayView & { version: number }> {
  const [row] = await ports.db.select().from(channel).where(eq(channel.id, id));
  if (!row || row.outputPath === null) throw new AppError('CHANNEL_NOT_FOUND');
  return { ...(await present(ports, row)), version: row.version };
}

/** Makes a relay; answers its id. */
export const createRelay = (ports: CatalogPorts, input: z.infer<typeof RelayInput>): Promise<string> =>
  createChannel(ports, {
    name: input.name,
    outputPath: input.output_path,
    sources: input.source_urls.map((url) => ({ url, headers: {} })),
  });

/** Changes a relay; an address given back as it was shown (with `***`) keeps its source as it is. */
export async function updateRelay(
  ports: CatalogPorts,
  id: string,
  input: Partial<z.infer<typeof RelayInput>>,
  version: number | null,
): Promise<void> {
  await findRelay(ports, id);
  const sources = input.source_urls && (await keepKnown(ports, id, input.source_urls));
  await patchChannel(
    ports,
    id,
    {
      ...(input.name !== undefined && { name: input.name }),
      ...(input.output_path !== undefined && { outputPath: input.output_path }),
      ...(sources && { sources }),
    },
    version,
  );
}

async function keepKnown(ports: CatalogPorts, id: string, urls: readonly string[]) {
  const known = (await sourcesOf(ports.db, id)).map((row) => openSource(row, ports.secrets));
  return urls.map((url) => {
    const at = known.findIndex(
      (source) => source.kind === 'url' && (source.url === url || labelOf(source.url) === url),
    );
    const [kept] = at === -1 ? [] : known.splice(at, 1);
    return kept ? { id: kept.id } : { url, headers: {} };
  });
}

async function present(ports: CatalogPorts, row: typeof channel.$inferSelect): Promise<RelayView> {
  const sources = await sourcesOf(ports.db, row.id);
  return {
    id: row.id,
    num: row.num,
    name: row.name,
    output_path: row.outputPath ?? '',
    source_urls: sources.map((source) => openSource(source, ports.secrets).label),
  };
}
