import type { Chapter } from '../../lib/contract/videos.ts';

/** One quality as the menu shows it; `bandwidth` in bits a second. */
export type Quality = { id: string; label: string; bandwidth: number | null };

/** A whole file of one quality, for browsers and moments that HLS does not serve. */
export type QualityFile = { id: string; bandwidth: number | null; src: string };

/** A sound track or subtitles, as a menu shows them. */
export type Track = { id: string; label: string; language: string | null };

/** Subtitles and the WebVTT file that holds them. */
export type SubtitleFile = Track & { src: string };

/** What the player plays. Addresses are signed; `expiresAt` says until when. */
export type PlayerSource = {
  kind: 'live' | 'vod';
  id: string;
  title: string;
  hls: string | null;
  mp4?: string | null;
  files?: readonly QualityFile[];
  /** The file as it was uploaded, where browsers play it and no quality of the HLS lists is its copy. */
  original?: { src: string; lines: number } | null;
  /** The qualities of the HLS lists, to be offered while something else plays. */
  ladder?: readonly (Quality & { lines: number })[];
  poster?: string | null;
  /** Seconds from which to go on. */
  startPosition?: number;
  expiresAt?: string | null;
  /** False while segments are still made: one that is not there yet is waited for. */
  complete?: boolean;
  /** More than one takes the larger build of hls.js. */
  soundTracks?: number;
  subtitles?: readonly SubtitleFile[];
  chapters?: readonly Chapter[];
  /** WebVTT with the pictures for the position bar. */
  storyboard?: string | null;
  /** Taken when the viewer has not chosen yet; adaptive when absent. */
  defaultQuality?: string;
};

/** Fresh addresses of the same thing. */
export type PlayerLinks = Pick<
  PlayerSource,
  'hls' | 'mp4' | 'files' | 'original' | 'subtitles' | 'storyboard' | 'expiresAt'
>;

/** How the picture comes: hls.js on MediaSource, the browser's own HLS, a whole file, or the uploaded file itself. */
export type PlayerMode = 'hls' | 'native' | 'file' | 'original';

export type PlayerPhase = 'empty' | 'loading' | 'paused' | 'playing' | 'waiting' | 'ended' | 'failed';

/** `auto`, or the id of a quality. */
export type QualityChoice = string;

/** Everything the controls show. Only the engine writes it; buttons send requests. */
export type PlayerState = {
  phase: PlayerPhase;
  mode: PlayerMode | null;
  live: boolean;
  /** A frame of this source has been shown. */
  started: boolean;
  currentTime: number;
  duration: number;
  bufferedTo: number;
  /** Where the seekable part begins and ends; for a file or VOD 0 and the duration. */
  seekFrom: number;
  seekTo: number;
  /** A video whose length is not known yet: more is added at its end. */
  growing: boolean;
  /** Where it went on by itself from the last time, until that is old news. */
  resumedAt: number | null;
  /** How fast it plays, 1 = as it was made. */
  rate: number;
  /** Live: seconds behind the newest moment that can be played; null when unknown. */
  behindSeconds: number | null;
  /** Live: seconds behind the newest picture of the server; null when unknown. */
  latencySeconds: number | null;
  volume: number;
  muted: boolean;
  /** The browser allowed the start only without sound. */
  mutedByBrowser: boolean;
  qualities: readonly Quality[];
  choice: QualityChoice;
  /** The quality on the screen. */
  quality: string | null;
  /** Qualities that the server cannot make now. */
  refused: readonly string[];
  /** Sound tracks to choose from; empty where there is only one. */
  sounds: readonly Track[];
  sound: string | null;
  subtitles: readonly Track[];
  /** The subtitles that are shown. */
  subtitle: string | null;
  /** A sentence beside a picture that plays on. */
  aside: string | null;
  /** A sentence while the engine repairs something. */
  notice: string | null;
  /** The notice is the server's own sentence: it knows why, so there is nothing to spin for. */
  noticeFromServer: boolean;
  error: { code: string; sentence: string } | null;
};

export type PlayerRequest =
  | { type: 'play' }
  | { type: 'pause' }
  | { type: 'toggle' }
  | { type: 'seek'; to: number }
  | { type: 'step'; by: number }
  | { type: 'edge' }
  | { type: 'volume'; to: number }
  | { type: 'mute'; muted: boolean }
  | { type: 'quality'; choice: QualityChoice }
  | { type: 'rate'; to: number }
  /** One picture on or back. */
  | { type: 'frame'; by: 1 | -1 }
  | { type: 'sound'; id: string }
  /** Shows them; null shows none. */
  | { type: 'subtitle'; id: string | null }
  | { type: 'captions' }
  | { type: 'retry' };

/**
 * What a page may do with a player (S2.7): the `ref` of the component, and `siaran` of its element for scripts. `autoplay`
 * and `poster` are properties of the component and its source. Without `setQuality` it adapts.
 */
export type PlayerApi = {
  /** The ladder, best first; empty until the lists are read. */
  getQualities: () => readonly Quality[];
  /** What was chosen, and what is on the screen. */
  getQuality: () => { choice: QualityChoice; current: string | null };
  /** '720p', 'source', 'original', or 'auto'; the place is kept. One that is not there gives the best that is not better. */
  setQuality: (choice: QualityChoice) => void;
  play: () => void;
  pause: () => void;
  seek: (seconds: number) => void;
};
