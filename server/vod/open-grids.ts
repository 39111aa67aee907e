import { LRUCache } from 'lru-cache';
import { openWorkroom } from '../media/workroom.ts';
import type { Generation } from './generation.ts';
import { Gate } from './grid/gate.ts';
import { createMaker, type Maker } from './grid/maker.ts';
import type { GridPlan } from './grid/plan.ts';
import { GridStore, type Row } from './grid/store.ts';
import { Neighbours } from './neighbours.ts';
import type { VodPorts } from './ports.ts';
import { rawKey } from './stage.ts';

/** The segments of one generation, open in this process. */
export type OpenGrid = {
  plan: GridPlan;
  store: GridStore;
  maker: Maker;
  /** Tells of each segment that is made here; `mine` is false when another process was faster. */
  onSegment(listener: SegmentListener): () => void;
};

type SegmentListener = (row: Row, k: number, mine: boolean) => void;

/** The grids that this process works on or gives out, each opened once. */
export type OpenGrids = {
  open(generation: Generation): Promise<OpenGrid>;
  /** The grid of a generation if it is open. */
  known(videoId: string, gen: number): Promise<OpenGrid> | null;
  /** Forgets a video whose files go, and ends what is being made of it for viewers. */
  forget(videoId: string): Promise<void>;
  /** Held while a viewer of this machine waits: all work that nobody waits for stands still (contracts.md §8). */
  readonly batches: Gate;
};

/** A grid is a few sets of numbers; more than these are opened again when they are needed. */
const KEPT_OPEN = 500;

export const generationKey = (videoId: string, gen: number): string => `processed/${videoId}/${gen}`;

export function createOpenGrids(ports: VodPorts, signal: AbortSignal): OpenGrids {
  const waiting = new Gate();
  const batches = new Gate();
  const neighbours = new Neighbours({ events: ports.events, waiting, batches });
  signal.addEventListener('abort', () => neighbours.close(), { once: true });
  const segments = ports.metrics.counter(
    'siaran_video_segments_total',
    'Segments of one quality or sound that this process has made',
    ['outcome'],
  );
  const grids = new LRUCache<string, Promise<OpenGrid>>({ max: KEPT_OPEN });
  const open = async ({ videoId, gen, plan, facts }: Generation): Promise<OpenGrid> => {
    const store = await GridStore.open(ports.store.path(generationKey(videoId, gen)), plan);
    const listeners = new Set<SegmentListener>();
    const maker = createMaker({
      supervisor: ports.supervisor,
      decoder: ports.decoder,
      openRoom: (folders) =>
        openWorkroom({
          dir: ports.store.path(`temp/work/${ports.owner.roomName()}`),
          sourcePath: ports.store.path(rawKey(videoId)),
          decoder: ports.decoder,
          folders,
        }),
      ...{ facts, plan, store, signal, waiting },
      threads: ports.settings.get('ffmpegThreads'),
      onSegment: (row, k, mine) => {
        segments.inc({ outcome: mine ? 'kept' : 'too_late' });
        for (const listener of listeners) listener(row, k, mine);
      },
    });
    return {
      ...{ plan, store, maker },
      onSegment(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    };
  };
  return {
    batches,
    known: (videoId, gen) => grids.get(generationKey(videoId, gen)) ?? null,
    open(generation) {
      const key = generationKey(generation.videoId, generation.gen);
      const known = grids.get(key);
      if (known) return known;
      const opening = open(generation);
      grids.set(key, opening);
      opening.catch(() => grids.delete(key));
      return opening;
    },
    async forget(videoId) {
      for (const [key, opening] of grids.entries()) {
        if (!key.startsWith(generationKey(videoId, 0).slice(0, -1))) continue;
        grids.delete(key);
        const { maker } = await opening;
        const running = maker.running();
        for (const run of running) run.stop();
        await Promise.allSettled(running.map((run) => run.ended));
      }
    },
  };
}
