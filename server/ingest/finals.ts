import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../core/errors.ts';
import { finishUpload, isMoved } from './finish.ts';
import { joinParts } from './join.ts';
import type { IngestPorts } from './ports.ts';
import { partIdsOf } from './protocol.ts';
import type { Rows, UploadRow } from './rows.ts';

export type Finals = {
  /**
   * Puts an upload of parts together and sends its video on its way; done once however many ask. Answers after
   * `waitMs` at most, while the work goes on; throws what ended it within that time.
   */
  complete(row: UploadRow, waitMs: number): Promise<void>;
  /** The uploads that are put together now. */
  busy(): string[];
  /** Ends the work under way; it is taken up again by the next `complete`. */
  close(): Promise<void>;
};

/** The uploads that are made of parts (concatenation extension). */
export function createFinals(ports: IngestPorts, rows: Rows): Finals {
  const running = new Map<string, Promise<void>>();
  const ending = new AbortController();

  const work = async (row: UploadRow): Promise<void> => {
    // Cut between the move and the rows there is nothing left to join, and only the rows are missing.
    if (!(await isMoved(ports, row))) {
      const ids = partIdsOf(row.concat);
      const sizes = new Map((await rows.partsOf(row.id)).map((part) => [part.id, part.sizeBytes ?? 0]));
      const parts = ids.map((id) => ({ id, sizeBytes: sizes.get(id) ?? 0 }));
      await joinParts(ports.store, row.id, parts, ending.signal);
    }
    await finishUpload(ports, row.id);
  };
  const start = (row: UploadRow): Promise<void> => {
    const known = running.get(row.id);
    if (known) return known;
    const run = work(row).finally(() => running.delete(row.id));
    running.set(row.id, run);
    run.catch((error: unknown) =>
      ports.log.warn({ id: row.id, error: messageOf(error) }, 'an upload could not be put together yet'),
    );
    return run;
  };
  return {
    async complete(row, waitMs) {
      const answered = new AbortController();
      try {
        await Promise.race([
          start(row),
          delay(waitMs, undefined, { signal: answered.signal }).catch(() => undefined),
        ]);
      } finally {
        answered.abort();
      }
    },
    busy: () => [...running.keys()],
    async close() {
      ending.abort();
      await Promise.allSettled(running.values());
    },
  };
}
