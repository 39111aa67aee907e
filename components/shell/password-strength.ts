export type Strength = { share: number; word: 'Too short' | 'Weak' | 'Fair' | 'Strong' };

const KINDS = [/\p{Ll}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{L}\p{N}]/u] as const;

/** A rough guess by length, kinds of characters and repetition; only a hint, the server decides by length. */
export const passwordStrength = (password: string, minimum: number): Strength => {
  const length = [...password].length;
  if (length < minimum) return { share: Math.min(0.24, (length / minimum) * 0.24), word: 'Too short' };
  const kinds = KINDS.filter((kind) => kind.test(password)).length;
  const variety = new Set(password.toLowerCase()).size / length;
  const score = Math.min(1, (length - 4) / 14) * 0.6 + (kinds / 4) * 0.2 + Math.min(1, variety * 1.3) * 0.2;
  if (score < 0.5 || variety < 0.3) return { share: 0.36, word: 'Weak' };
  return score < 0.7 ? { share: 0.62, word: 'Fair' } : { share: Math.min(1, score), word: 'Strong' };
};
