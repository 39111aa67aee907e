import { eq } from 'drizzle-orm';
import { provider } from '../../../drizzle/schema/catalog.ts';
import { AppError } from '../../core/errors.ts';
import type { Tx } from '../../db/index.ts';
import { identityOf } from '../identity.ts';
import type { CatalogPorts } from '../ports.ts';
import type { ListInput } from './input.ts';
import * as merge from './merge.ts';

/** What is known of an import besides its bytes. */
export type ImportDetails = {
  readonly name?: string | undefined;
  readonly providerId?: string | undefined;
  readonly maxConnections?: number | undefined;
  readonly dryRun: boolean;
};

/** Details and input together, once both are known. */
export type Merge = ImportDetails & { readonly input: ListInput };

/** The provider that an import goes to; `id` is null while it has to be made, `found` when its entries gave it away. */
export type Target = { id: string | null; name: string; found: boolean };

/** The provider an import refreshes: the one named, the one with this address, or the one its entries belong to. */
export async function findTarget(tx: Tx, ports: CatalogPorts, options: Merge): Promise<Target> {
  const { input, providerId } = options;
  const providers = await tx.select().from(provider).where(eq(provider.kind, 'm3u'));
  const known = (id: string | null): Target | null => {
    const row = providers.find((candidate) => candidate.id === id);
    return row ? { id: row.id, name: row.name, found: providerId === undefined } : null;
  };
  if (providerId !== undefined) {
    const named = known(providerId);
    if (!named) throw new AppError('NOT_FOUND');
    return named;
  }
  const fresh: Target = { id: null, name: options.name?.trim() || defaultName(input), found: false };
  if (input.kind !== 'url') return known(await merge.ownerOfEntries(tx)) ?? fresh;
  const wanted = identityOf(input.url);
  const same = providers.find(
    (row) => row.urlEnc !== null && identityOf(ports.secrets.decrypt(row.urlEnc)) === wanted,
  );
  return known(same?.id ?? null) ?? fresh;
}

function defaultName(input: ListInput): string {
  if (input.kind === 'url') return URL.parse(input.url)?.hostname || 'List';
  return input.kind === 'file' ? 'Uploaded list' : 'Pasted list';
}

/** Makes the provider of a new list. */
export async function createProvider(
  tx: Tx,
  ports: CatalogPorts,
  options: Merge,
  name: string,
): Promise<string> {
  const urlEnc = options.input.kind === 'url' ? ports.secrets.encrypt(options.input.url) : null;
  const [row] = await tx
    .insert(provider)
    .values({ kind: 'm3u', name, urlEnc })
    .returning({ id: provider.id });
  if (!row) throw new AppError('INTERNAL');
  return row.id;
}
