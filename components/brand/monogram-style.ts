/** Grounds on which white letters stand at 4.5:1 or better, in the order of the colour wheel. */
export const GROUNDS = [
  '#A6192E',
  '#B5450B',
  '#8A5A00',
  '#5F6B00',
  '#2E7030',
  '#0C6F57',
  '#0B6A7D',
  '#175CA8',
  '#3B49B5',
  '#6335EB',
  '#8A1F9C',
  '#A3195F',
] as const;

const SKIP = new Set(['the', 'tv', 'hd', 'uhd', 'fhd', 'sd', '4k', 'channel', 'and', 'of', 'de', 'la', 'el']);

/** A small stable hash (FNV-1a), the same in every browser. */
export const hashName = (name: string): number => {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i += 1) {
    hash ^= name.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
};

/** One or two characters that stand for a name: "Arena 1" → A1, "Nusantara One" → NO, "Bahari" → BA. */
export const initials = (name: string): string => {
  const words = name
    .normalize('NFC')
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
  const telling = words.filter((word) => !SKIP.has(word.toLowerCase()));
  const [first, second] = telling.length > 0 ? telling : words;
  if (first === undefined) return '?';
  const head = [...first];
  const letters = second === undefined ? head.slice(0, 2) : [head[0]!, [...second][0]!];
  return letters.join('').toUpperCase();
};

export type MonogramStyle = { ground: string; figure: number; letters: string };

/** How a channel without a logo looks: colour and figure come from its name, so they never change. */
export const monogramStyle = (name: string): MonogramStyle => {
  const hash = hashName(name.trim().toLowerCase());
  return { ground: GROUNDS[hash % GROUNDS.length]!, figure: (hash >>> 8) % 5, letters: initials(name) };
};
