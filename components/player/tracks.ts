import type { Track } from './types';

type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem'>;

/** What is remembered of a choice over all videos: its language, else its name. */
const tongue = ({ language, label }: Pick<Track, 'language' | 'label'>): string => language ?? label;

const names = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });

const languageName = (language: string | null): string | null => {
  try {
    // `und` is the word of files for "not said".
    return language === null || language === 'und' ? null : (names.of(language) ?? null);
  } catch {
    return null;
  }
};

/** Names for sound tracks by their languages (`en`, `eng`, …); two of one language are told apart by a number. */
export const soundLabels = (languages: readonly (string | null)[]): string[] => {
  const seen = new Map<string, number>();
  return languages.map((language, index) => {
    const name = languageName(language);
    if (name === null) return `Sound ${index + 1}`;
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name} ${count}`;
  });
};

const SOUND_KEY = 'siaran.sound';
const SUBTITLES_KEY = 'siaran.subtitles';
/** Stands before the language of subtitles that are turned off, so that the next `c` brings the same ones back. */
const OFF = '-';

export const rememberSound = (track: Track, storage: Pick<Storage, 'setItem'>): void =>
  storage.setItem(SOUND_KEY, tongue(track));

/** The sound track that the viewer chose last by its language; null where there is none of it. */
export const rememberedSound = (
  tracks: readonly Track[],
  storage: Pick<Storage, 'getItem'>,
): Track | null => {
  const wanted = storage.getItem(SOUND_KEY);
  return tracks.find((track) => tongue(track) === wanted) ?? null;
};

export const rememberSubtitle = (tracks: readonly Track[], id: string | null, storage: Storage): void => {
  const chosen = tracks.find((track) => track.id === id);
  const last = storage.getItem(SUBTITLES_KEY)?.replace(/^-/, '') ?? '';
  storage.setItem(SUBTITLES_KEY, chosen ? tongue(chosen) : `${OFF}${last}`);
};

/** Subtitles are off unless the viewer had them on the last time, in a language that is here. */
export const rememberedSubtitle = (
  tracks: readonly Track[],
  storage: Pick<Storage, 'getItem'>,
): string | null => {
  const stored = storage.getItem(SUBTITLES_KEY);
  return tracks.find((track) => tongue(track) === stored)?.id ?? null;
};

/** What `c` turns on: the subtitles that were shown last, else the first. */
export const subtitleToShow = (
  tracks: readonly Track[],
  storage: Pick<Storage, 'getItem'>,
): string | null => {
  const last = storage.getItem(SUBTITLES_KEY)?.replace(/^-/, '');
  return (tracks.find((track) => tongue(track) === last) ?? tracks[0])?.id ?? null;
};
