import type { VariantLine } from '../../media/hls/playlists.ts';
import type { Generation } from '../generation.ts';
import { createOriginals } from '../original/index.ts';
import { originalPlaylist, originalVariant } from '../original/playlist.ts';
import type { PlaylistText } from '../playlists.ts';
import type { VodPorts } from '../ports.ts';
import type { Generations } from './generations.ts';
import type { ViewerSegment } from './segments.ts';

/** The row of a video's own file, as it was uploaded. */
export const ORIGINAL = 'original';

export type OriginalRow = {
  /** Null where the file is only given out converted. */
  list(generation: Generation): Promise<PlaylistText | null>;
  /** Its line in the master: only where players may change between it and the made qualities, once that is known. */
  lines(generation: Generation): Promise<VariantLine[]>;
  segment(videoId: string, gen: number, k: number): Promise<ViewerSegment | null>;
};

export function createOriginalRow(
  ports: VodPorts,
  generations: Generations,
  signal: AbortSignal,
): OriginalRow {
  const originals = createOriginals(ports, signal);
  return {
    async list(generation) {
      const table = await originals.table(generation);
      return table && { text: originalPlaylist(table, generation.gen), gen: generation.gen };
    },
    async lines(generation) {
      const table = generation.complete ? await originals.known(generation) : null;
      return table?.aligned ? [originalVariant(table, generation.facts)] : [];
    },
    async segment(videoId, gen, k) {
      const generation = await generations.find(videoId, gen);
      const table = generation && (await originals.table(generation));
      if (!generation || !table || !Number.isSafeInteger(k) || k >= table.cutsSeconds.length) return null;
      return {
        contentType: 'video/mp2t',
        // Copying takes a moment only: it is done when the bytes are wanted, once for all who wait.
        made: true,
        make: async () => undefined,
        bytes: () => originals.segment(generation, table, k),
      };
    },
  };
}
