import { qualityLabel, type Rung } from './quality';
import type { PlayerMode, PlayerSource, QualityChoice, QualityFile } from './types';

type Abilities = { hlsJs: boolean; nativeHls: boolean };

/** The ways this source can come, best first; the uploaded file itself only for those who chose it. */
export const modesOf = (
  source: Pick<PlayerSource, 'hls' | 'mp4' | 'files' | 'original'>,
  choice: QualityChoice,
  can: Abilities,
): PlayerMode[] => {
  const modes: PlayerMode[] = [];
  if (choice === 'original' && source.original) modes.push('original');
  if (source.hls !== null && can.hlsJs) modes.push('hls');
  else if (source.hls !== null && can.nativeHls) modes.push('native');
  if (source.mp4 || (source.files?.length ?? 0) > 0) modes.push('file');
  return modes;
};

const linesOf = (id: string): number => Number.parseInt(id, 10) || 0;

/** The qualities of whole files; one unnamed file has none to choose from. */
export const fileRungs = (files: readonly QualityFile[] | undefined) =>
  (files ?? []).map((file, index) => ({
    id: file.id,
    label: file.id,
    bandwidth: file.bandwidth,
    lines: linesOf(file.id),
    index,
    src: file.src,
  }));

/**
 * What can be chosen while these qualities can: where they have no copy of the uploaded file, the file itself stands above
 * them; beside it alone stand those of the lists.
 */
export const rungsBeside = <T extends Rung>(
  { original, ladder }: Pick<PlayerSource, 'original' | 'ladder'>,
  rungs: readonly T[],
): readonly (T | Rung)[] => {
  if (!original || rungs.some(({ id }) => id === 'original')) return rungs;
  const { lines } = original;
  const own = { id: 'original', label: qualityLabel('original', lines), bandwidth: null, lines, index: -1 };
  const others = rungs.length > 0 ? rungs : (ladder ?? []).map((one) => ({ ...one, index: -1 }));
  return [own, ...others];
};
