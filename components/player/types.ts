/** One quality as the menu shows it; `bandwidth` in bits a second. */
export type Quality = { id: string; label: string; bandwidth: number | null };

/** A whole file of one quality, for browsers and moments that HLS does not serve. */
export type QualityFile = { id: string; bandwidth: number | null; src: string };

/** What the player plays. Addresses are signed; `expiresAt` says until when. */
export type PlayerSource = {
  kind: 'live' | 'vod';
  id: string;
  title: string;
  hls: string | null;
  mp4?: string | null;
  files?: readonly QualityFile[];
  poster?: string | null;
  startPosition?: number;
  expiresAt?: string | null;
  /** Taken when the viewer has not chosen yet; adaptive when absent. */
  defaultQuality?: string;
};

/** Fresh addresses of the same thing. */
export type PlayerLinks = Pick<PlayerSource, 'hls' | 'mp4' | 'files' | 'expiresAt'>;

/** How the picture comes: hls.js on MediaSource, the browser's own HLS, or a whole file. */
export type PlayerMode = 'hls' | 'native' | 'file';

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
  | { type: 'retry' };

/** What a page may do with a player (S2.7); `autoplay` and `poster` are properties of the component. */
export type PlayerApi = {
  getQualities: () => readonly Quality[];
  getQuality: () => { choice: QualityChoice; current: string | null };
  setQuality: (choice: QualityChoice) => void;
  play: () => void;
  pause: () => void;
  seek: (seconds: number) => void;
};
