import { eq, sql } from 'drizzle-orm';
import { importRun, provider } from '../../../drizzle/schema/catalog.ts';
import type { ImportResult } from '../../../lib/contract/channels.ts';
import type { M3uKind } from '../../../lib/formats/m3u.ts';
import { AppError } from '../../core/errors.ts';
import type { Tx } from '../../db/index.ts';
import { identityOf } from '../identity.ts';
import type { CatalogPorts } from '../ports.ts';
import { type ListInput, type OpenList, openList } from './input.ts';
import * as merge from './merge.ts';
import { ListReader } from './reader.ts';

export type ImportOptions = {
  readonly input: ListInput;
  readonly name?: string | undefined;
  readonly providerId?: string | undefined;
  readonly dryRun: boolean;
  readonly userId?: string | undefined;
  readonly signal?: AbortSignal | undefined;
};

type Read = { entries: number; skipped: number; notHttp: number; skips: ImportResult['samples']['skipped'] };

const SAMPLES = 200;
const IMPORT_LOCK = 7_341_002;
/** One import at a time holds the lock, so none may hold it for ever. */
const TIME_LIMIT_MS = 10 * 60_000;

/** Thrown to roll a dry run back; it carries the result out of the transaction. */
class DryRun extends Error {
  readonly result: ImportResult;
  constructor(result: ImportResult) {
    super('dry run');
    this.result = result;
  }
}

/**
 * Imports one M3U list: parsed on a worker thread, staged in batches, merged in one transaction. A list that is
 * refused, cut off or cancelled changes nothing; a dry run does everything and rolls it back.
 */
export async function importList(ports: CatalogPorts, options: ImportOptions): Promise<ImportResult> {
  const startedMs = ports.clock.monotonicMs();
  const limit = AbortSignal.timeout(TIME_LIMIT_MS);
  const signal = options.signal ? AbortSignal.any([options.signal, limit]) : limit;
  const list = await openList(options.input, ports.net, signal);
  const { secrets } = ports;
  const keys = { credentials: secrets.key('credentials-v1'), fingerprint: secrets.key('fingerprint') };
  const reader = new ListReader(keys, list.baseUrl);
  const stop = () =>
    list.stream.destroy(new AppError('BAD_REQUEST', { message: 'The import was cancelled.' }));
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    const result = await ports.db.transaction(async (tx) => {
      const read = await stageList(tx, reader, list);
      const outcome = await mergeList(tx, ports, options, read);
      const done = { ...outcome, durationMs: Math.round(ports.clock.monotonicMs() - startedMs) };
      if (options.dryRun) throw new DryRun(done);
      await record(tx, done, options.userId);
      return done;
    });
    ports.events.emit('catalog.changed', { reason: 'import' });
    return result;
  } catch (error) {
    if (error instanceof DryRun) return error.result;
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    list.stream.destroy();
    await reader.close();
  }
}

async function stageList(tx: Tx, reader: ListReader, list: OpenList): Promise<Read> {
  await tx.execute(sql`select pg_advisory_xact_lock(${IMPORT_LOCK})`);
  await merge.createStaging(tx);
  const read: Read = { entries: 0, skipped: 0, notHttp: 0, skips: [] };
  let kind: M3uKind | null = null;
  const take = async (chunk: Uint8Array | null) => {
    const part = await reader.read(chunk);
    read.entries += part.rowCount;
    read.skipped += part.skipCount;
    read.notHttp += part.notHttp;
    read.skips.push(...part.skips);
    kind = part.kind;
    if (part.rows) await merge.stageRows(tx, part.rows);
  };
  for await (const chunk of list.stream) await take(chunk as Uint8Array);
  await take(null);
  refuse(kind, read);
  return read;
}

function refuse(kind: M3uKind | null, read: Read): void {
  if (kind === 'hls') throw new AppError('LIST_IS_STREAM');
  if (kind === 'empty') throw new AppError('LIST_EMPTY');
  if (kind !== 'list') throw new AppError('LIST_NOT_M3U');
  if (read.entries === 0) throw new AppError('LIST_EMPTY', { details: { skipped: read.skips.slice(0, 20) } });
}

type Target = { id: string | null; name: string; found: boolean };

async function mergeList(tx: Tx, ports: CatalogPorts, options: ImportOptions, read: Read) {
  const target = await findTarget(tx, ports, options);
  const id = target.id ?? (await createProvider(tx, ports, options, target.name));
  await merge.matchRows(tx, id);
  const counts = await merge.countRows(tx, id);
  const samples = {
    added: await merge.addedSamples(tx, SAMPLES),
    changed: await merge.changedSamples(tx, SAMPLES),
    skipped: read.skips,
  };
  await merge.applyRows(tx, id);
  const at = new Date(ports.clock.now());
  // The address is written again: its token may have changed although it is the same list.
  const address = options.input.kind === 'url' ? { urlEnc: ports.secrets.encrypt(options.input.url) } : {};
  await tx
    .update(provider)
    .set({ importedAt: at, updatedAt: at, ...address })
    .where(eq(provider.id, id));
  return {
    dryRun: options.dryRun,
    // A dry run of a new list leaves no provider behind.
    providerId: options.dryRun && target.id === null ? null : id,
    name: target.name,
    entries: read.entries + read.skipped,
    added: counts.added,
    changed: counts.changed,
    unchanged: counts.unchanged,
    skipped: read.skipped,
    missing: counts.missing,
    samples,
    warnings: warningsOf(counts, read, target, options),
    durationMs: 0,
  } satisfies ImportResult;
}

/** The provider an import refreshes: the one named, the one with this address, or the one its entries belong to. */
async function findTarget(tx: Tx, ports: CatalogPorts, options: ImportOptions): Promise<Target> {
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

async function createProvider(
  tx: Tx,
  ports: CatalogPorts,
  options: ImportOptions,
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

function warningsOf(counts: merge.Counts, read: Read, target: Target, options: ImportOptions): string[] {
  const warnings: string[] = [];
  if (target.found && options.input.kind !== 'url') {
    warnings.push(
      `Most of these entries belong to the list "${target.name}", so that one is brought up to date.`,
    );
  }
  if (counts.before > 0 && counts.missing * 2 > counts.before) {
    warnings.push(
      `${counts.missing} of ${counts.before} channels are not in the list any more. They are kept and marked missing.`,
    );
  }
  if (read.notHttp > 0) {
    warnings.push(
      `${read.notHttp} entries have addresses that cannot be played yet (RTMP, RTSP, UDP and the like). They are imported all the same.`,
    );
  }
  return warnings;
}

async function record(tx: Tx, result: ImportResult, userId: string | undefined): Promise<void> {
  if (result.providerId === null) throw new AppError('INTERNAL');
  const { added, changed, unchanged, skipped, missing, entries, durationMs } = result;
  await tx.insert(importRun).values({
    providerId: result.providerId,
    userId: userId ?? null,
    counts: { entries, added, changed, unchanged, skipped, missing, durationMs },
    diff: result.samples,
  });
}
