import { readFile, writeFile } from 'node:fs/promises';
import { LRUCache } from 'lru-cache';
import { singleFlight } from '../../core/single-flight.ts';
import { openWorkroom } from '../../media/workroom.ts';
import { isMissing } from '../../store/index.ts';
import type { Generation } from '../generation.ts';
import { generationKey } from '../open-grids.ts';
import type { VodPorts } from '../ports.ts';
import { rawKey } from '../stage.ts';
import { mayCopy, probeOriginal } from './probe.ts';
import { type OriginalPorts, originalSegment } from './segment.ts';
import type { OriginalTable } from './table.ts';

/** Videos that are given out as they were uploaded, in segments that are copied out of the file when they are wanted. */
export type Originals = {
  /** Where the file is cut; read from it on first use. Null when it can only be given out converted. */
  table(generation: Generation): Promise<OriginalTable | null>;
  /** The table if it is known by now; if not, it begins to be read. */
  known(generation: Generation): Promise<OriginalTable | null>;
  /** Segment k, made once for all who wait; NOT_FOUND behind the end. */
  segment(generation: Generation, table: OriginalTable, k: number): Promise<Buffer>;
};

const KEPT_TABLES = 200;
const FILE = 'original.json';
/** A table of another number is read anew. */
const VERSION = 1;

type Kept = { table: OriginalTable | null };

export function createOriginals(ports: VodPorts, signal: AbortSignal): Originals {
  const tables = new LRUCache<string, Kept>({ max: KEPT_TABLES });
  const [readOnce, makeOnce] = [singleFlight<OriginalTable | null>(), singleFlight<Buffer>()];
  const keyOf = ({ videoId, gen }: Generation): string => generationKey(videoId, gen);

  const remembered = async (generation: Generation): Promise<Kept | null> => {
    const key = keyOf(generation);
    if (!mayCopy(generation.facts)) return { table: null };
    const kept = tables.get(key) ?? (await storedAt(ports.store.path(`${key}/${FILE}`)));
    if (kept) tables.set(key, kept);
    return kept;
  };
  const table = (generation: Generation): Promise<OriginalTable | null> =>
    readOnce(keyOf(generation), async () => {
      const kept = await remembered(generation);
      if (kept) return kept.table;
      const found = await probeOriginal(copyPorts(ports, generation, signal), generation.plan);
      await keep(ports, keyOf(generation), found);
      return found;
    });
  return {
    table,
    async known(generation) {
      const kept = await remembered(generation);
      if (kept) return kept.table;
      table(generation).catch((error: unknown) =>
        ports.log.warn(
          { error: String(error), videoId: generation.videoId },
          'a file could not be read for its cuts',
        ),
      );
      return null;
    },
    segment: (generation, cuts, k) =>
      makeOnce(`${keyOf(generation)}/${k}`, () =>
        originalSegment(copyPorts(ports, generation, signal), cuts, k),
      ),
  };
}

function copyPorts(ports: VodPorts, { videoId, facts }: Generation, signal: AbortSignal): OriginalPorts {
  const { store, owner, decoder, supervisor } = ports;
  return {
    ...{ supervisor, facts, signal },
    openRoom: (folders) =>
      openWorkroom({
        dir: store.path(`temp/work/${owner.roomName()}`),
        sourcePath: store.path(rawKey(videoId)),
        ...{ decoder, folders },
      }),
  };
}

/** Null where there is none. */
async function storedAt(path: string): Promise<Kept | null> {
  try {
    const { version, table } = JSON.parse(await readFile(path, 'utf8')) as Kept & { version: number };
    return version === VERSION ? { table } : null;
  } catch (error) {
    if (isMissing(error) || error instanceof SyntaxError) return null;
    throw error;
  }
}

async function keep({ store, owner }: VodPorts, key: string, table: OriginalTable | null): Promise<void> {
  const fresh = store.path(`temp/work/${owner.roomName()}`);
  await writeFile(fresh, JSON.stringify({ version: VERSION, table } satisfies Kept & { version: number }));
  await store.put(`${key}/${FILE}`, fresh);
}
