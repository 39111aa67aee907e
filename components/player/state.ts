import type { PlayerSource, PlayerState } from './types';

/** What a player shows before it knows anything of its source. */
export const initialState = (
  source: PlayerSource,
  sound: { volume: number; muted: boolean },
): PlayerState => ({
  phase: 'loading',
  mode: null,
  live: source.kind === 'live',
  started: false,
  currentTime: source.startPosition ?? 0,
  duration: 0,
  bufferedTo: 0,
  seekFrom: 0,
  seekTo: 0,
  growing: false,
  resumedAt: source.kind === 'vod' && source.startPosition ? source.startPosition : null,
  rate: 1,
  behindSeconds: null,
  ...sound,
  mutedByBrowser: false,
  qualities: [],
  choice: source.defaultQuality ?? 'auto',
  quality: null,
  refused: [],
  sounds: [],
  sound: null,
  subtitles: [],
  subtitle: null,
  latencySeconds: null,
  aside: null,
  notice: null,
  noticeFromServer: false,
  error: null,
});

/** localStorage, or nothing where the browser keeps it closed. */
export const viewerStorage = (): Pick<Storage, 'getItem' | 'setItem'> => {
  try {
    const storage = window.localStorage;
    storage.getItem('siaran.quality.vod');
    return storage;
  } catch {
    return { getItem: () => null, setItem: () => undefined };
  }
};

const VOLUME_KEY = 'siaran.volume';

export const rememberedVolume = (storage: Pick<Storage, 'getItem'>): number => {
  const stored = Number(storage.getItem(VOLUME_KEY) ?? 1);
  return stored >= 0 && stored <= 1 ? stored : 1;
};

export const rememberVolume = (share: number, storage: Pick<Storage, 'setItem'>): void =>
  storage.setItem(VOLUME_KEY, String(Math.round(share * 100) / 100));
