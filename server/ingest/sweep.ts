import { stat } from 'node:fs/promises';
import { messageOf } from '../core/errors.ts';
import { finishUpload, uploadKey } from './finish.ts';
import type { IngestPorts } from './ports.ts';
import type { Rows } from './rows.ts';

const ORPHAN_MS = 3_600_000;

/** Ends what rested too long, finishes what is whole, removes files that no row knows. */
export async function sweepUploads(ports: IngestPorts, rows: Rows): Promise<void> {
  const { store, log } = ports;
  for (const { id, videoId } of await rows.expire()) {
    await store.remove(uploadKey(id));
    await ports.abandon(videoId, 'UPLOAD_EXPIRED');
    log.info({ videoId }, 'an upload that rested too long was removed');
  }
  const receiving = await rows.receiving();
  for (const row of receiving) {
    const size = await store.size(uploadKey(row.id));
    const moved = size === null && (await store.size(`raw/${row.videoId}`)) === row.sizeBytes;
    if (size !== row.sizeBytes && !moved) continue;
    await finishUpload(ports, row.id).catch((error: unknown) =>
      log.warn({ videoId: row.videoId, error: messageOf(error) }, 'a whole upload could not be handed on'),
    );
  }
  const known = new Set(receiving.map((row) => row.id));
  for (const name of await store.list('temp/uploads')) if (!known.has(name)) await removeOrphan(ports, name);
}

/** A file is made a moment before its row, so only an old one is nobody's. */
async function removeOrphan({ store }: IngestPorts, name: string): Promise<void> {
  const changedAt = await stat(store.path(uploadKey(name))).then(
    (info) => info.mtimeMs,
    () => Date.now(),
  );
  if (Date.now() - changedAt > ORPHAN_MS) await store.remove(uploadKey(name));
}
