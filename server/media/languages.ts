/** Words that say that nobody knows. */
const UNKNOWN = new Set(['und', 'unk', 'mis', 'mul', 'zxx', 'root']);

/** A language tag (BCP 47) for what containers write, `ger` and `deu` being `de`; null when it names no language. */
export function languageTag(code: string | null): string | null {
  if (code === null || UNKNOWN.has(code.trim().toLowerCase())) return null;
  try {
    return Intl.getCanonicalLocales(code.trim())[0] ?? null;
  } catch {
    return null;
  }
}

const names = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });

/** How a track is called in menus: its title, else its language, else its number counted from 1. */
export function trackName(
  kind: string,
  track: { language: string | null; title: string | null },
  number: number,
): string {
  const tag = languageTag(track.language);
  return track.title?.trim() || (tag && names.of(tag)) || `${kind} ${number}`;
}
