import type Hls from 'hls.js/light';
import { type ErrorData, Events } from 'hls.js/light';
import { expectedBitsPerSecond, firstIndex, rememberBitsPerSecond } from './bandwidth';
import type { Fault } from './fault';
import { type HlsBuild, lightBuild } from './hls-build';
import { hlsConfig } from './hls-config';
import { HlsEnd } from './hls-end';
import { faultOf, refusalOf } from './hls-faults';
import { HlsMeter, type StreamFacts } from './hls-meter';
import { HlsShown } from './hls-shown';
import { HlsSounds } from './hls-sounds';
import { HlsWaits, placeOf } from './hls-waits';
import { resign } from './links';
import { LiveLevels } from './live-levels';
import { type Rung, rungsOf } from './quality';
import { viewerStorage } from './state';
import type { Track } from './types';

/** What the engine gives a session and hears from it. */
export type SessionHooks = {
  build: HlsBuild;
  live: boolean;
  startPosition: number;
  /** Whether there are segments that are made only when they are asked for. */
  mayHold: () => boolean;
  /** The variant to begin with and whether to stay on it; null = adaptive. */
  pick: (rungs: readonly Rung[]) => { rung: Rung | null; held: boolean };
  /** A newer signed address of the same resource. */
  freshLink: () => string | null;
  onRungs: (rungs: readonly Rung[]) => void;
  onQuality: (id: string | null) => void;
  /** Which qualities the server cannot make now, and its sentence when it has just said so. */
  onRefused: (ids: readonly string[], sentence: string | null) => void;
  onSounds: (tracks: readonly Track[], current: string | null) => void;
  /** The next part is still being made. */
  onWait: () => void;
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
  readonly #levels: LiveLevels;
  readonly #storage = viewerStorage();
  readonly #meter: HlsMeter;
  readonly #shown: HlsShown;
  readonly #sounds: HlsSounds;
  readonly #waits: HlsWaits;
  readonly #end: HlsEnd;
  #rungs: Rung[] = [];
  #disposed = false;
  readonly #resize = new ResizeObserver(() => this.#onResize());
  #resizeTimer: ReturnType<typeof setTimeout> | undefined;
  #width = 0;

  constructor(video: HTMLVideoElement, src: string, hooks: SessionHooks) {
    this.#video = video;
    this.#hooks = hooks;
    const signed = (url: string): string => resign(url, hooks.freshLink());
    this.#levels = new LiveLevels({
      live: hooks.live,
      video,
      signed,
      isSource: (level) => this.#idOf(level) === 'source',
      onRefused: (sentence) => this.#tellRefused(sentence),
    });
    this.#hls = new hooks.build(
      hlsConfig({
        build: hooks.build,
        startPosition: hooks.startPosition,
        steady: this.#levels.steady,
        bitsPerSecond: expectedBitsPerSecond(this.#storage, navigator),
        signed,
        mayLeave: () => this.#hls.autoLevelEnabled,
      }),
    );
    this.#levels.attach(this.#hls);
    this.#meter = new HlsMeter(this.#hls);
    this.#shown = new HlsShown(this.#hls, video, (level) => hooks.onQuality(this.#idOf(level)));
    this.#sounds = new HlsSounds(this.#hls, this.#storage, hooks);
    this.#waits = new HlsWaits(this.#hls, video, { ...hooks, steady: this.#levels.steady });
    this.#end = new HlsEnd(this.#hls, video);
    this.#hls.on(Events.MANIFEST_PARSED, () => this.#onManifest());
    this.#hls.on(Events.LEVELS_UPDATED, () => this.#readRungs());
    this.#hls.on(Events.LEVEL_UPDATED, (_event, { level, details }) => this.#levels.onList(level, details));
    this.#hls.on(Events.ERROR, (_event, data) => this.#onError(data));
    this.#hls.loadSource(src);
    this.#hls.attachMedia(video);
    this.#resize.observe(video);
    window.addEventListener('pagehide', this.#sayGoodbye);
  }

  static get supported(): boolean {
    return lightBuild.isSupported();
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

  /** The list of a video has no end yet. */
  get growing(): boolean {
    return !this.#hooks.live && this.#hls.latestLevelDetails?.live === true;
  }

  get facts(): StreamFacts {
    const { levels, bandwidthEstimate } = this.#hls;
    return this.#meter.facts(levels[this.#shown.level], bandwidthEstimate);
  }

  /**
   * The viewer chose a quality, or Auto (null). While playing the switch comes with a later segment, without a stop; a
   * still picture of a video changes at once, and so does one near its end, where no later segment would bring the switch.
   */
  setQuality(rung: Rung | null): void {
    this.#levels.steady.ceiling = null;
    this.#switch(rung);
    this.#waits.goOn();
  }

  #switch(rung: Rung | null): void {
    if (rung === null) {
      this.#hls.capLevelToPlayerSize = true;
      this.#levels.take(-1);
      this.#hls.loadLevel = -1;
      return;
    }
    if (this.#hooks.live && this.#hls.latestLevelDetails?.live === true) {
      this.#levels.take(rung.index);
      return;
    }
    const rest = this.#video.duration - this.#video.currentTime;
    const last = Number.isFinite(rest) && rest < LAST_SECONDS;
    if (this.#video.paused || last) this.#hls.currentLevel = rung.index;
    else this.#hls.nextLevel = rung.index;
  }

  setSound(id: string): void {
    this.#sounds.choose(id);
  }

  /** Where to seek for a place, so that it is shown soonest. */
  placeFor(seconds: number): number {
    return this.#hooks.live ? seconds : this.#waits.placeFor(seconds);
  }

  resume(): void {
    this.#hls.startLoad(placeOf(this.#hls, this.#video));
  }

  /** A new decoder; `recoverMediaError` alone would meet the same damaged frame again, so it goes on later. */
  recover(skipSeconds: number): void {
    const at = this.#video.currentTime;
    const goOn = (): void => {
      if (this.#disposed) return;
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
    this.#levels.dispose();
    this.#waits.dispose();
    this.#shown.dispose();
    this.#resize.disconnect();
    window.removeEventListener('pagehide', this.#sayGoodbye);
    this.#sayGoodbye();
    this.#hls.destroy();
  }

  /** The page may go: what is known of the line is kept, and a live channel hears that nobody is left here. */
  readonly #sayGoodbye = (): void => {
    if (this.#hls.levels.some(({ loaded }) => loaded !== undefined))
      rememberBitsPerSecond(this.#storage, this.#hls.bandwidthEstimate);
    const level = this.#hls.levels[Math.max(0, this.#hls.currentLevel)];
    if (!this.#hooks.live || !level?.details?.live) return;
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
      this.#levels.begin(rung.index);
      this.#hls.loadLevel = rung.index;
      return;
    }
    // What the station preselects is meant for every size: a smaller one would cost it an encoder.
    this.#levels.steady.ceiling = rung.index;
    this.#hls.capLevelToPlayerSize = false;
    const { levels, bandwidthEstimate } = this.#hls;
    this.#hls.startLevel = firstIndex(
      levels.map(({ bitrate }) => bitrate),
      rung.index,
      bandwidthEstimate,
    );
  }

  #onError(data: ErrorData): void {
    const refusal = refusalOf(data);
    if (refusal && this.#levels.goAround(refusal)) return;
    if (this.#waits.take(data)) return;
    if (!this.#hooks.live && this.#end.take(data)) return;
    if (data.fatal) this.#hooks.onFault(faultOf(data));
  }

  #tellRefused(sentence: string | null): void {
    const resting = this.#rungs.filter(({ index }) => this.#levels.steady.isResting(index));
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
