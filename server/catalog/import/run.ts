import { eq, sql } from 'drizzle-orm';
import { importRun, provider } from '../../../drizzle/schema/catalog.ts';
import type { ImportResult } from '../../../lib/contract/channels.ts';
import type { M3uKind } from '../../../lib/formats/m3u.ts';
import { AppError, isAppError } from '../../core/errors.ts';
import type { Tx } from '../../db/index.ts';
import { LOCKS } from '../../db/lock-numbers.ts';
import type { CatalogPorts } from '../ports.ts';
import { type ListInput, type OpenList, openList } from './input.ts';
import * as merge from './merge.ts';
import { ListReader } from './reader.ts';
import { createProvider, findTarget, type ImportDetails, type Merge, type Target } from './target.ts';

/** One import: its bytes, who asked for it, and the rest now or later. */
export type ImportOptions = {
  readonly input: ListInput;
  readonly userId?: string | undefined;
  readonly signal?: AbortSignal | undefined;
} & (
  | ImportDetails
  /** For forms, whose other fields may come after the file. */
  | { readonly details: Promise<ImportDetails> }
);

type Read = {
  entries: number;
  skipped: number;
  notPlayable: number;
  skips: ImportResult['samples']['skipped'];
};

const SAMPLES = 200;
const MAX_RUNNING = 4;
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

/** Imports take turns; more than a few waiting ones are sent away, because each holds a database connection. */
export function createImporter(ports: CatalogPorts): (options: ImportOptions) => Promise<ImportResult> {
  let running = 0;
  return async (options) => {
    if (running >= MAX_RUNNING) throw new AppError('TOO_MANY_REQUESTS', { retryAfterSeconds: 10 });
    running++;
    try {
      return await importList(ports, options);
    } finally {
      running--;
    }
  };
}

/**
 * Imports one M3U list: parsed on a worker thread, staged in batches, merged in one transaction. A list that is
 * refused, cut off or cancelled changes nothing; a dry run stops before the writes and rolls the rest back.
 */
async function importList(ports: CatalogPorts, options: ImportOptions): Promise<ImportResult> {
  const startedMs = ports.clock.monotonicMs();
  const limit = AbortSignal.timeout(TIME_LIMIT_MS);
  const signal = options.signal ? AbortSignal.any([options.signal, limit]) : limit;
  const list = await openList(options.input, ports.net, signal);
  const { secrets } = ports;
  const keys = { credentials: secrets.key('credentials-v1'), fingerprint: secrets.key('fingerprint') };
  const reader = new ListReader(keys, list.baseUrl);
  const stop = () =>
    list.stream.destroy(new AppError('BAD_REQUEST', { message: 'The import was cancelled.' }));
  // While the import waits for its turn nobody reads the list; an error without a listener would end the process.
  list.stream.on('error', () => {});
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    const result = await ports.db.transaction(async (tx) => {
      const read = await stageList(tx, reader, list);
      const known = 'details' in options ? await options.details : options;
      const outcome = await mergeList(tx, ports, { ...known, input: options.input }, read);
      const done = { ...outcome, durationMs: Math.round(ports.clock.monotonicMs() - startedMs) };
      if (known.dryRun) throw new DryRun(done);
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
  await tx.execute(sql`select pg_advisory_xact_lock(${LOCKS.imports})`);
  await merge.createStaging(tx);
  const read: Read = { entries: 0, skipped: 0, notPlayable: 0, skips: [] };
  let kind: M3uKind | null = null;
  let staging: Promise<void> = Promise.resolve();
  const take = async (chunk: Uint8Array | null) => {
    const part = await reader.read(chunk);
    read.entries += part.rowCount;
    read.skipped += part.skipCount;
    read.notPlayable += part.notPlayable;
    read.skips.push(...part.skips);
    kind = part.kind;
    await staging;
    // Written while the next piece is parsed; the next turn or the end waits for it and sees its error.
    staging = part.rows ? merge.stageRows(tx, part.rows) : Promise.resolve();
    staging.catch(() => {});
  };
  try {
    for await (const chunk of list.stream) await take(chunk as Uint8Array);
  } catch (error) {
    await staging.catch(() => {});
    throw brokenList(error, list);
  }
  await take(null);
  await staging;
  refuse(kind, read);
  return read;
}

/** A list that ended before its end, in the words of where it came from. */
function brokenList(error: unknown, list: OpenList): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (isAppError(error)) return error;
  if (code.startsWith('Z_')) return new AppError('LIST_NOT_M3U', { cause: error });
  if (list.stream.errored !== error) return error;
  return new AppError(list.baseUrl === null ? 'BAD_REQUEST' : 'UPSTREAM_UNREACHABLE', { cause: error });
}

function refuse(kind: M3uKind | null, read: Read): void {
  if (kind === 'hls') throw new AppError('LIST_IS_STREAM');
  if (kind === 'empty') throw new AppError('LIST_EMPTY');
  if (kind !== 'list') throw new AppError('LIST_NOT_M3U');
  if (read.entries === 0) throw new AppError('LIST_EMPTY', { details: { skipped: read.skips.slice(0, 20) } });
}

async function mergeList(tx: Tx, ports: CatalogPorts, options: Merge, read: Read) {
  const target = await findTarget(tx, ports, options);
  const id = target.id ?? (await createProvider(tx, ports, options, target.name));
  await merge.matchRows(tx, id);
  const counts = await merge.countRows(tx, id);
  const samples = {
    added: await merge.addedSamples(tx, SAMPLES),
    changed: await merge.changedSamples(tx, SAMPLES),
    skipped: read.skips,
  };
  if (!options.dryRun) await merge.applyRows(tx, id);
  const at = new Date(ports.clock.now());
  // The address is written again: its token may have changed although it is the same list.
  const address = options.input.kind === 'url' ? { urlEnc: ports.secrets.encrypt(options.input.url) } : {};
  const { maxConnections } = options;
  const limit = maxConnections === undefined ? {} : { maxConnections };
  await tx
    .update(provider)
    .set({ importedAt: at, updatedAt: at, version: sql`${provider.version} + 1`, ...address, ...limit })
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

function warningsOf(counts: merge.Counts, read: Read, target: Target, options: Merge): string[] {
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
  if (read.notPlayable > 0) {
    warnings.push(
      `${read.notPlayable} entries have addresses that cannot be played yet (MMS, RTMPE and the like). They are imported all the same.`,
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
