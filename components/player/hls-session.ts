import Hls, { type ErrorData, Events, type HlsConfig } from 'hls.js';
import { type Fault, faultOfAnswer, faultOfEngine } from './fault';
import { resign } from './links';
import { type Rung, rungsOf } from './quality';

/** What the engine gives a session and hears from it. */
export type SessionHooks = {
  startPosition: number;
  /** The variant to hold on to; null = adaptive. */
  pick: (rungs: readonly Rung[]) => Rung | null;
  /** A newer signed address of the same resource. */
  freshLink: () => string | null;
  onRungs: (rungs: readonly Rung[]) => void;
  onQuality: (id: string | null) => void;
  onFault: (fault: Fault) => void;
};

/** A segment that is being made is held up to 8 s by the server, then 503 + Retry-After 1 (contracts.md §8). */
/** About two segments: so much of a film is usually buffered behind the one that plays. */
const LAST_SECONDS = 12;
const load = (tries: number) => ({
  default: {
    maxTimeToFirstByteMs: 20_000,
    maxLoadTimeMs: 60_000,
    timeoutRetry: { maxNumRetry: 2, retryDelayMs: 0, maxRetryDelayMs: 0 },
    errorRetry: { maxNumRetry: tries, retryDelayMs: 1000, maxRetryDelayMs: 4000 },
  },
});

const config = (hooks: SessionHooks): Partial<HlsConfig> => ({
  startPosition: hooks.startPosition,
  capLevelToPlayerSize: true,
  abrEwmaDefaultEstimate: 3_000_000,
  backBufferLength: 60,
  fragLoadPolicy: load(6),
  playlistLoadPolicy: load(2),
  manifestLoadPolicy: load(0),
  xhrSetup: (xhr, url) => {
    const signed = resign(url, hooks.freshLink());
    if (signed !== url) xhr.open('GET', signed, true);
  },
});

const header = (details: unknown, name: string): string | null =>
  details instanceof XMLHttpRequest ? details.getResponseHeader(name) : null;
const body = (details: unknown): string | null =>
  details instanceof XMLHttpRequest && (details.responseType === '' || details.responseType === 'text')
    ? details.responseText
    : null;

const faultOf = (data: ErrorData): Fault => {
  const status = data.response?.code ?? 0;
  if (data.type !== Hls.ErrorTypes.NETWORK_ERROR || (status >= 200 && status < 400)) {
    return faultOfEngine(data.type, data.details);
  }
  return faultOfAnswer(
    { status, retryAfter: header(data.networkDetails, 'retry-after'), text: body(data.networkDetails) },
    Date.now(),
  );
};

/** A picture that grew this much deserves another quality, and hls.js has read the new size after so long. */
const GROWN = 1.3;
const SIZE_READ_MS = 1500;

/** One hls.js on one video element. It reports facts; every decision about a fault is the engine's. */
export class HlsSession {
  readonly #hls: Hls;
  readonly #video: HTMLVideoElement;
  readonly #hooks: SessionHooks;
  #rungs: Rung[] = [];
  #disposed = false;
  readonly #resize = new ResizeObserver(() => this.#onResize());
  #resizeTimer: ReturnType<typeof setTimeout> | undefined;
  #width = 0;

  constructor(video: HTMLVideoElement, src: string, hooks: SessionHooks) {
    this.#video = video;
    this.#hooks = hooks;
    this.#hls = new Hls(config(hooks));
    this.#hls.on(Events.MANIFEST_PARSED, () => this.#onManifest());
    this.#hls.on(Events.LEVELS_UPDATED, () => this.#readRungs());
    this.#hls.on(Events.LEVEL_SWITCHED, (_event, { level }) => hooks.onQuality(this.#idOf(level)));
    this.#hls.on(Events.ERROR, (_event, data) => {
      if (data.fatal) hooks.onFault(faultOf(data));
    });
    this.#hls.loadSource(src);
    this.#hls.attachMedia(video);
    this.#resize.observe(video);
    window.addEventListener('pagehide', this.#sayGoodbye);
  }

  static get supported(): boolean {
    return Hls.isSupported();
  }

  get hasPlaylist(): boolean {
    return this.#rungs.length > 0;
  }

  /** Seconds behind the newest moment that plays safely; null before the first playlist. */
  get behindSeconds(): number | null {
    const edge = this.#hls.liveSyncPosition;
    return edge === null ? null : Math.max(0, edge - this.#video.currentTime);
  }

  get edge(): number | null {
    return this.#hls.liveSyncPosition;
  }

  /**
   * While playing the switch comes with the next segment, without a stop; a still picture changes at once, and so does
   * one near its end, where no next segment would bring the switch.
   */
  setQuality(rung: Rung | null): void {
    const rest = this.#video.duration - this.#video.currentTime;
    const last = Number.isFinite(rest) && rest < LAST_SECONDS;
    if (rung === null) this.#hls.loadLevel = -1;
    else if (this.#video.paused || last) this.#hls.currentLevel = rung.index;
    else this.#hls.nextLevel = rung.index;
  }

  resume(): void {
    this.#hls.startLoad(this.#video.currentTime);
  }

  /** A new decoder; `recoverMediaError` alone would meet the same damaged frame again, so it goes on later. */
  recover(skipSeconds: number): void {
    const at = this.#video.currentTime;
    const goOn = (): void => {
      this.#video.currentTime = at + skipSeconds;
      this.#video.play().catch(() => undefined);
    };
    this.#video.addEventListener('loadedmetadata', goOn, { once: true });
    this.#hls.recoverMediaError();
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    clearTimeout(this.#resizeTimer);
    this.#resize.disconnect();
    window.removeEventListener('pagehide', this.#sayGoodbye);
    this.#sayGoodbye();
    this.#hls.destroy();
  }

  /** A live channel hears that nobody is left here: its connection may be wanted for the next one. */
  readonly #sayGoodbye = (): void => {
    const level = this.#hls.levels[Math.max(0, this.#hls.currentLevel)];
    if (!level?.details?.live) return;
    const address = resign(level.uri, this.#hooks.freshLink());
    void fetch(address, { method: 'DELETE', keepalive: true }).catch(() => undefined);
  };

  /** What lies ahead was chosen for a small picture: after going to full screen it is fetched again, better. */
  #onResize(): void {
    const width = this.#video.clientWidth;
    const grown = this.#width > 0 && width > this.#width * GROWN;
    this.#width = width;
    clearTimeout(this.#resizeTimer);
    if (!grown) return;
    this.#resizeTimer = setTimeout(() => {
      const { autoLevelEnabled, nextAutoLevel, currentLevel } = this.#hls;
      if (autoLevelEnabled && nextAutoLevel > currentLevel) this.#hls.nextLevel = -1;
    }, SIZE_READ_MS);
  }

  #onManifest(): void {
    this.#readRungs();
    const held = this.#hooks.pick(this.#rungs);
    if (held !== null) this.#hls.loadLevel = held.index;
  }

  #readRungs(): void {
    this.#rungs = rungsOf(
      this.#hls.levels.map(({ uri, width, height, bitrate }) => ({
        url: uri,
        width,
        height,
        bandwidth: bitrate,
      })),
    );
    this.#hooks.onRungs(this.#rungs);
  }

  #idOf(level: number): string | null {
    const exact = this.#rungs.find((rung) => rung.index === level);
    if (exact) return exact.id;
    const lines = this.#hls.levels[level]?.height;
    return this.#rungs.find((rung) => rung.lines === lines)?.id ?? null;
  }
}
