import { stat } from 'node:fs/promises';
import { AppError, messageOf } from '../core/errors.ts';
import type { Finals } from './finals.ts';
import { finishUpload, isMoved, joinKey, uploadKey } from './finish.ts';
import type { UploadLocker } from './locker.ts';
import type { IngestPorts } from './ports.ts';
import { PARTIAL } from './protocol.ts';
import { isFinal, type Rows, type UploadRow } from './rows.ts';

const ORPHAN_MS = 3_600_000;
/** How long one upload of parts may hold up the sweep; its work goes on. */
const JOIN_WAIT_MS = 2000;

/** Finishes what is whole, ends what rested too long, removes files that no row knows. */
export async function sweepUploads(
  ports: IngestPorts,
  { rows, finals, locker }: { rows: Rows; finals: Finals; locker: UploadLocker },
): Promise<void> {
  const { store, log } = ports;
  // Names before rows: a file that comes into being meanwhile has a row that is not known here.
  const names = await store.list('temp/uploads');
  const open = await rows.open();
  for (const row of open) {
    if (row.state !== 'receiving' || !(await isReady(ports, row))) continue;
    const end = isFinal(row)
      ? finals.complete(row, JOIN_WAIT_MS)
      : locker.hold([row.id], () => settle(ports, rows, row.id));
    await end.catch((error: unknown) =>
      log.warn({ videoId: row.videoId, error: messageOf(error) }, 'a whole upload could not be handed on'),
    );
  }
  // What is whole was finished before, or is being put together: it does not wait for its sender, however long the server was off.
  for (const row of await rows.expire(finals.busy()))
    await giveUp(ports, rows, row).catch((error: unknown) =>
      log.warn({ videoId: row.videoId, error: messageOf(error) }, 'an upload could not be given up'),
    );
  const known = new Set(open.flatMap(({ id }) => [uploadKey(id), joinKey(id)]));
  for (const name of names) if (!known.has(uploadKey(name))) await removeOrphan(ports, name);
}

/** True when every byte is there although the rows do not say so: the step at the end was cut short. */
export async function isReady(ports: IngestPorts, row: UploadRow): Promise<boolean> {
  if (isFinal(row) || row.state === 'stored') return true;
  if (row.concat === PARTIAL || row.sizeBytes === null || row.videoId === null) return false;
  const size = await ports.store.size(uploadKey(row.id));
  return size === row.sizeBytes || (size === null && (await isMoved(ports, row)));
}

/**
 * Finishes an upload that is whole although its rows do not say so, and answers its row. Its lock has to be held: a
 * request that still has the file open may cut off what it brought, and would do so in `raw/` after the move.
 */
export async function settle(ports: IngestPorts, rows: Rows, id: string): Promise<UploadRow> {
  const row = await rows.find(id);
  if (row === null) throw new AppError('UPLOAD_NOT_FOUND');
  if (row.state !== 'receiving' || !(await isReady(ports, row))) return row;
  await finishUpload(ports, id);
  return (await rows.find(id)) ?? row;
}

async function giveUp({ store, log, abandon }: IngestPorts, rows: Rows, row: UploadRow): Promise<void> {
  await store.remove(uploadKey(row.id));
  if (isFinal(row)) {
    await store.remove(joinKey(row.id));
    for (const part of await rows.partsOf(row.id)) await store.remove(uploadKey(part.id));
  }
  if (row.videoId !== null) await abandon(row.videoId, 'UPLOAD_EXPIRED');
  log.info({ videoId: row.videoId }, 'an upload that rested too long was removed');
}

/** A file is made a moment before its row, so only an old one is nobody's. */
async function removeOrphan({ store }: IngestPorts, name: string): Promise<void> {
  const changedAt = await stat(store.path(uploadKey(name))).then(
    (info) => info.mtimeMs,
    () => Date.now(),
  );
  if (Date.now() - changedAt > ORPHAN_MS) await store.remove(uploadKey(name));
}
