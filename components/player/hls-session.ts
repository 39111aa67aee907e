import Hls, { type ErrorData, Events, type LevelDetails } from 'hls.js/light';
import { expectedBitsPerSecond, firstIndex, rememberBitsPerSecond } from './bandwidth';
import type { Fault } from './fault';
import { hlsConfig } from './hls-config';
import { faultOf, type Refusal, refusalOf } from './hls-faults';
import { HlsMeter, type StreamFacts } from './hls-meter';
import { resign } from './links';
import { type Rung, rungsOf } from './quality';
import { viewerStorage } from './state';
import { Steady } from './steady';
import { switchPoint } from './switch-point';

/** What the engine gives a session and hears from it. */
export type SessionHooks = {
  startPosition: number;
  /** The variant to begin with and whether to stay on it; null = adaptive. */
  pick: (rungs: readonly Rung[]) => { rung: Rung | null; held: boolean };
  /** A newer signed address of the same resource. */
  freshLink: () => string | null;
  onRungs: (rungs: readonly Rung[]) => void;
  onQuality: (id: string | null) => void;
  /** Which qualities the server cannot make now, and its sentence when it has just said so. */
  onRefused: (ids: readonly string[], sentence: string | null) => void;
  onFault: (fault: Fault) => void;
};

/** About two segments: so much of a film is usually buffered behind the one that plays. */
const LAST_SECONDS = 12;

/** A picture that grew this much deserves another quality, and hls.js has read the new size after so long. */
const GROWN = 1.3;
const SIZE_READ_MS = 1500;

/** One hls.js on one video element. It reports facts; every decision about a fault is the engine's. */
export class HlsSession {
  readonly #hls: Hls;
  readonly #video: HTMLVideoElement;
  readonly #hooks: SessionHooks;
  readonly #steady = new Steady(() => performance.now());
  readonly #storage = viewerStorage();
  readonly #meter: HlsMeter;
  #rungs: Rung[] = [];
  /** What the viewer holds on to; null = adaptive. */
  #held: Rung | null = null;
  /** Its list has been asked for; when it is there, what is buffered of the old quality may go. */
  #coming = -1;
  #restTimer: ReturnType<typeof setTimeout> | undefined;
  #disposed = false;
  readonly #resize = new ResizeObserver(() => this.#onResize());
  #resizeTimer: ReturnType<typeof setTimeout> | undefined;
  #width = 0;

  constructor(video: HTMLVideoElement, src: string, hooks: SessionHooks) {
    this.#video = video;
    this.#hooks = hooks;
    this.#hls = new Hls(
      hlsConfig({
        startPosition: hooks.startPosition,
        steady: this.#steady,
        bitsPerSecond: expectedBitsPerSecond(this.#storage, navigator),
        signed: (url) => resign(url, hooks.freshLink()),
      }),
    );
    this.#meter = new HlsMeter(this.#hls);
    this.#hls.on(Events.MANIFEST_PARSED, () => this.#onManifest());
    this.#hls.on(Events.LEVELS_UPDATED, () => this.#readRungs());
    this.#hls.on(Events.LEVEL_UPDATED, (_event, { level, details }) => this.#onList(level, details));
    this.#hls.on(Events.LEVEL_SWITCHED, (_event, { level }) => hooks.onQuality(this.#idOf(level)));
    this.#hls.on(Events.ERROR, (_event, data) => this.#onError(data));
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

  /** Seconds behind the newest picture that the server has; null before the first playlist. */
  get latencySeconds(): number | null {
    return this.#hls.liveSyncPosition === null ? null : this.#hls.latency;
  }

  get edge(): number | null {
    return this.#hls.liveSyncPosition;
  }

  get facts(): StreamFacts {
    const { levels, currentLevel, bandwidthEstimate } = this.#hls;
    return this.#meter.facts(levels[currentLevel], bandwidthEstimate);
  }

  /** The viewer chose a quality, or Auto (null). */
  setQuality(rung: Rung | null): void {
    this.#steady.ceiling = null;
    this.#hold(rung);
  }

  /**
   * While playing the switch comes with a later segment, without a stop; a still picture changes at once, and so does
   * one near its end, where no later segment would bring the switch. A live quality may have to be started first: until
   * its list is there, the old one is loaded no further but plays on.
   */
  #hold(rung: Rung | null): void {
    this.#held = rung;
    this.#coming = -1;
    if (rung === null) this.#hls.loadLevel = -1;
    else if (this.#steady.isResting(rung.index)) this.#standIn(rung.index);
    else if (this.#isLive) {
      this.#coming = rung.index;
      this.#hls.loadLevel = rung.index;
    } else {
      const rest = this.#video.duration - this.#video.currentTime;
      const last = Number.isFinite(rest) && rest < LAST_SECONDS;
      if (this.#video.paused || last) this.#hls.currentLevel = rung.index;
      else this.#hls.nextLevel = rung.index;
    }
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
    clearTimeout(this.#restTimer);
    this.#resize.disconnect();
    window.removeEventListener('pagehide', this.#sayGoodbye);
    this.#sayGoodbye();
    this.#hls.destroy();
  }

  get #isLive(): boolean {
    return this.#hls.latestLevelDetails?.live === true;
  }

  /** The page may go: what is known of the line is kept, and a live channel hears that nobody is left here. */
  readonly #sayGoodbye = (): void => {
    if (this.#hls.levels.some(({ loaded }) => loaded !== undefined))
      rememberBitsPerSecond(this.#storage, this.#hls.bandwidthEstimate);
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
    const { rung, held } = this.#hooks.pick(this.#rungs);
    if (rung === null) return;
    if (held) {
      this.#held = rung;
      this.#hls.loadLevel = rung.index;
      return;
    }
    this.#steady.ceiling = rung.index;
    const { levels, bandwidthEstimate } = this.#hls;
    this.#hls.startLevel = firstIndex(
      levels.map(({ bitrate }) => bitrate),
      rung.index,
      bandwidthEstimate,
    );
  }

  /** A live list came: a quality that was refused works again, and one that was chosen can be shown soon. */
  #onList(level: number, details: LevelDetails): void {
    this.#steady.proved(level);
    if (level !== this.#coming) return;
    this.#coming = -1;
    const { levels, bandwidthEstimate, mainForwardBufferInfo } = this.#hls;
    const { currentTime, paused } = this.#video;
    if (paused) {
      this.#hls.currentLevel = level;
      return;
    }
    const from = switchPoint({
      starts: details.fragments.map(({ start }) => start),
      segmentSeconds: details.averagetargetduration ?? details.targetduration,
      bitsPerSecond: levels[level]?.bitrate ?? 0,
      lineBitsPerSecond: bandwidthEstimate,
      atSeconds: currentTime,
      bufferedToSeconds: mainForwardBufferInfo?.end ?? currentTime,
    });
    if (from !== null)
      this.#hls.trigger(Events.BUFFER_FLUSHING, {
        startOffset: from,
        endOffset: Number.POSITIVE_INFINITY,
        type: null,
      });
  }

  #onError(data: ErrorData): void {
    const refusal = refusalOf(data);
    if (refusal && this.#goAround(refusal)) return;
    if (data.fatal) this.#hooks.onFault(faultOf(data));
  }

  /** Plays on in another quality; false when there is none that the server has not refused. */
  #goAround({ level, sentence, retryAfterMs }: Refusal): boolean {
    const restMs = this.#steady.rest(level, retryAfterMs);
    this.#tellRefused(sentence);
    this.#askAgainAfter(restMs);
    return this.#standIn(level);
  }

  #standIn(level: number): boolean {
    const { levels } = this.#hls;
    const other = this.#steady.nearest(level, levels.length);
    if (this.#steady.isResting(other)) return false;
    this.#coming = -1;
    if (this.#held) this.#hls.loadLevel = other;
    else this.#hls.nextLoadLevel = other;
    return true;
  }

  #askAgainAfter(restMs: number): void {
    clearTimeout(this.#restTimer);
    this.#restTimer = setTimeout(() => {
      this.#tellRefused(null);
      if (this.#held && this.#hls.loadLevel !== this.#held.index) this.#hold(this.#held);
    }, restMs + 50);
  }

  #tellRefused(sentence: string | null): void {
    const resting = this.#rungs.filter(({ index }) => this.#steady.isResting(index));
    this.#hooks.onRefused(
      resting.map(({ id }) => id),
      sentence,
    );
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
