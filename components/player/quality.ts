import type { PlayerState, Quality, QualityChoice } from './types';

/** A variant of a master playlist, as far as naming it needs. */
export type Variant = { url: string; width: number; height: number; bandwidth: number };

/** A quality together with the number of its variant in the engine's own list. */
export type Rung = Quality & { index: number; lines: number };

const NAMED = /(?:^|\/)(source|original|\d{3,4}p)(?:\/playlist)?\.m3u8(?:$|\?)/;

/** Our addresses name the quality; for any other playlist the short side does. */
export const qualityId = ({ url, width, height }: Variant): string =>
  NAMED.exec(url)?.[1] ?? `${Math.min(width || height, height) || height}p`;

const WORDS: Record<string, string> = { source: 'Source', original: 'Original' };

/** "720p", "Source 1080p". */
export const qualityLabel = (id: string, lines: number): string => {
  const word = WORDS[id];
  if (word === undefined) return id;
  return lines > 0 ? `${word} ${lines}p` : word;
};

/** The menu's list: best first, the untouched one on top, each quality once. */
export const rungsOf = (variants: readonly Variant[]): Rung[] => {
  const byId = new Map<string, Rung>();
  variants.forEach((variant, index) => {
    const id = qualityId(variant);
    const lines = Math.min(variant.width || variant.height, variant.height);
    const known = byId.get(id);
    if (known && (known.bandwidth ?? 0) >= variant.bandwidth) return;
    byId.set(id, {
      id,
      index,
      lines,
      label: qualityLabel(id, lines),
      bandwidth: variant.bandwidth > 0 ? variant.bandwidth : null,
    });
  });
  return [...byId.values()].sort(bestFirst);
};

const rank = (id: string): number => (id === 'source' || id === 'original' ? 1 : 0);
const bestFirst = (a: Rung, b: Rung): number =>
  rank(b.id) - rank(a.id) || b.lines - a.lines || (b.bandwidth ?? 0) - (a.bandwidth ?? 0);

const linesOf = (id: string): number | null => (/^\d+p$/.test(id) ? Number.parseInt(id, 10) : null);

/**
 * Which quality a choice means here: itself, else the best that is not better, else the lowest. `null` = adaptive.
 * A choice of the source where there is none means the best one.
 */
export const pickQuality = <T extends { id: string; lines: number }>(
  rungs: readonly T[],
  choice: QualityChoice,
): T | null => {
  if (choice === 'auto' || rungs.length === 0) return null;
  const exact = rungs.find((rung) => rung.id === choice);
  if (exact) return exact;
  const byLines = [...rungs].sort((a, b) => b.lines - a.lines);
  const wanted = linesOf(choice);
  if (wanted === null) return byLines[0] ?? null;
  return byLines.find((rung) => rung.lines <= wanted) ?? byLines.at(-1) ?? null;
};

type Shown = {
  rungs: readonly { id: string; lines: number }[];
  choice: QualityChoice;
  preselected: boolean;
  quality: string | null;
};

/** A quality that was only preselected gives way on a slow line; then the choice reads Auto. */
export const shownChoice = ({ rungs, choice, preselected, quality }: Shown): QualityChoice => {
  if (!preselected || quality === null) return choice;
  const meant = pickQuality(rungs, choice);
  return meant === null || meant.id === quality ? choice : 'auto';
};

type Chosen = Pick<PlayerState, 'choice' | 'quality' | 'qualities' | 'started' | 'refused'>;

/** A choice as this stream has it: where there is no such quality, the one that is taken for it. */
export const choiceHere = ({
  choice,
  quality,
  qualities,
}: Pick<Chosen, 'choice' | 'quality' | 'qualities'>) =>
  choice === 'auto' || qualities.some(({ id }) => id === choice) ? choice : (quality ?? choice);

/** Whether a chosen quality is still on its way: the old one plays on meanwhile. */
export const isComing = (id: string, state: Chosen): boolean =>
  state.started &&
  choiceHere(state) === id &&
  id !== 'auto' &&
  state.quality !== id &&
  !state.refused.includes(id);

/** What the button and the first line of the menu say: "Auto (720p)", "480p". */
export const choiceLabel = (
  qualities: readonly Quality[],
  choice: QualityChoice,
  current: string | null,
): string => {
  const labelOf = (id: string | null): string | null =>
    qualities.find((quality) => quality.id === id)?.label ?? id;
  if (choice !== 'auto') return labelOf(choice) ?? choice;
  // Auto says how large the picture is now, also when it is the source's own: `Auto (720p)`.
  return current === null ? 'Auto' : `Auto (${labelOf(current)?.replace(/^\D+(?=\d)/, '')})`;
};

const CHOICE = /^(?:auto|source|original|\d{3,4}p)$/;
const storageKey = (kind: 'live' | 'vod'): string => `siaran.quality.${kind}`;

/** What the viewer chose last for this kind; null when never. */
export const rememberedChoice = (kind: 'live' | 'vod', storage: Pick<Storage, 'getItem'>): string | null => {
  const stored = storage.getItem(storageKey(kind));
  return stored !== null && CHOICE.test(stored) ? stored : null;
};

export const rememberChoice = (
  kind: 'live' | 'vod',
  choice: QualityChoice,
  storage: Pick<Storage, 'setItem'>,
): void => storage.setItem(storageKey(kind), choice);
