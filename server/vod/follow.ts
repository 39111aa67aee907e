import { messageOf } from '../core/errors.ts';
import { PIECES_QUEUE } from './pieces/rows.ts';
import type { VodPorts } from './ports.ts';
import type { Making } from './stage-rendition.ts';

/**
 * Lets the work on pieces follow what happens, here and in other processes: new pieces are looked for at once, a pause or a
 * cancel is obeyed at once, and of a removed video nothing that was still being made stays. Comes back with what ends it.
 */
export function followEvents(
  { events, store, log }: Pick<VodPorts, 'events' | 'store' | 'log'>,
  { grids, worker }: Making,
): () => Promise<void> {
  const removals = new Set<Promise<void>>();
  const look = () => {
    worker.check();
    worker.wake();
  };
  const clear = async (videoId: string): Promise<void> => {
    await worker.stop(videoId);
    await grids.forget(videoId);
    await store.remove(`processed/${videoId}`);
  };
  const off = [
    events.on('work.waiting', ({ queue }) => {
      if (queue === PIECES_QUEUE) worker.wake();
    }),
    // Whoever had as many running as he may have can have another one now.
    events.on('video.piece', () => worker.wake()),
    events.on('video.state', look),
    events.on('video.changed', look),
    events.on('peers.missed', look),
    events.on('video.removed', ({ videoId }) => {
      const removal = clear(videoId)
        .catch((error: unknown) =>
          log.warn({ videoId, error: messageOf(error) }, 'files of a removed video are left'),
        )
        .finally(() => removals.delete(removal));
      removals.add(removal);
    }),
  ];
  return async () => {
    for (const stop of off) stop();
    await Promise.all(removals);
  };
}
