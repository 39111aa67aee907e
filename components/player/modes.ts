import type { PlayerMode, PlayerSource, QualityFile } from './types';

type Abilities = { hlsJs: boolean; nativeHls: boolean };

/** The ways this source can come, best first. */
export const modesOf = (
  source: Pick<PlayerSource, 'hls' | 'mp4' | 'files'>,
  can: Abilities,
): PlayerMode[] => {
  const modes: PlayerMode[] = [];
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
