import type Hls from 'hls.js/light';
import { Events, type Fragment, type LevelDetails } from 'hls.js/light';
import { lowerIndex } from './bandwidth';
import type { Refusal } from './hls-faults';
import { Steady } from './steady';
import { switchPoint } from './switch-point';
import { WarmUp } from './warm-up';

type Ports = {
  /** The list of a video that is still being made looks alike, but its qualities need no start. */
  live: boolean;
  video: HTMLVideoElement;
  signed: (address: string) => string;
  /** The source's own picture, which needs no encoder. */
  isSource: (level: number) => boolean;
  /** Some qualities cannot be made now; the sentence is the server's, when it has just said so. */
  onRefused: (sentence: string | null) => void;
};

const PACE_MS = 400;
const LEAST_READING_S = 0.7;

/**
 * The way from one live quality to another: it is started first, the old one is loaded on until there is something to
 * play, and what the server refuses is left alone for a while. Levels are those of hls.js, lowest first.
 */
export class LiveLevels {
  readonly steady = new Steady(() => performance.now());
  readonly #ports: Ports;
  readonly #warmUp: WarmUp;
  #hls: Hls | null = null;
  /** What the viewer holds on to, and what is taken for it while it cannot be had; -1 = Auto. */
  #held = -1;
  #goal = -1;
  /** Its list has been asked for; when it is there, what is buffered of the old quality may go. */
  #coming = -1;
  #restTimer: ReturnType<typeof setTimeout> | undefined;
  #loading: Fragment | null = null;
  #paceTimer: ReturnType<typeof setInterval> | undefined;

  constructor(ports: Ports) {
    this.#ports = ports;
    this.#warmUp = new WarmUp({
      nowMs: () => performance.now(),
      address: (level) => this.#addressOf(level),
      onReady: (level) => this.#onReady(level),
      onRefused: (level, sentence, retryAfterMs) => void this.goAround({ level, sentence, retryAfterMs }),
    });
    this.steady.isReady = (level) => this.#warmUp.isReady(level);
  }

  attach(hls: Hls): void {
    this.#hls = hls;
    hls.on(Events.FRAG_LOADING, (_event, { frag }) => {
      this.#loading = frag;
    });
    this.#paceTimer = setInterval(() => this.#checkPace(), PACE_MS);
  }

  /** What hls.js begins with is held from then on. */
  begin(level: number): void {
    this.#held = level;
    this.#goal = level;
  }

  /** The viewer chose a level, or Auto (-1). */
  take(level: number): void {
    this.#held = level;
    this.#coming = -1;
    this.#warmUp.cancel();
    if (level === -1) this.#goal = -1;
    else this.#goTo(level);
  }

  /** A list came: its quality works, and one that was waited for can be shown soon. */
  onList(level: number, details: LevelDetails): void {
    this.steady.proved(level);
    if (level !== this.#coming || !this.#hls) return;
    this.#coming = -1;
    const { levels, bandwidthEstimate, mainForwardBufferInfo } = this.#hls;
    const { currentTime, paused } = this.#ports.video;
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
    if (from === null) return;
    this.#hls.trigger(Events.BUFFER_FLUSHING, {
      startOffset: from,
      endOffset: Number.POSITIVE_INFINITY,
      type: null,
    });
  }

  /** The server refused a quality: plays on in another one; false when it has refused all. */
  goAround({ level, sentence, retryAfterMs }: Refusal): boolean {
    const restMs = this.steady.rest(level, retryAfterMs);
    this.#ports.onRefused(sentence);
    clearTimeout(this.#restTimer);
    this.#restTimer = setTimeout(() => this.#onRested(), restMs + 50);
    const hls = this.#hls;
    if (!hls) return false;
    const other = this.steady.nearest(level, hls.levels.length);
    if (this.steady.isResting(other)) return false;
    if (this.#held === -1) {
      // Auto that only asked for it stays where it is; its next choice passes over it.
      if (hls.loadLevel === level) hls.nextLoadLevel = other;
    } else this.#goTo(level);
    return true;
  }

  dispose(): void {
    clearTimeout(this.#restTimer);
    clearInterval(this.#paceTimer);
    this.#warmUp.cancel();
  }

  /** A segment that comes too slowly will be the last of its quality: a lower one is started while it comes. */
  #checkPace(): void {
    const hls = this.#hls;
    const stats = this.#loading?.stats;
    if (!hls?.autoLevelEnabled || !stats || stats.loading.end > 0 || stats.loading.first === 0) return;
    const seconds = (performance.now() - stats.loading.first) / 1000;
    if (seconds < LEAST_READING_S) return;
    const level = hls.loadLevel;
    const bitrates = hls.levels.map(({ maxBitrate }) => maxBitrate);
    const lower = lowerIndex(bitrates, level, (stats.loaded * 8) / seconds);
    if (lower < level) this.#warmUp.isReady(this.steady.nearest(lower, bitrates.length));
  }

  /** To this level, or to the nearest that can be had. */
  #goTo(level: number): void {
    const hls = this.#hls;
    if (!hls) return;
    this.#goal = this.steady.nearest(level, hls.levels.length);
    // What is loaded now stays until then, and Auto does not go anywhere else meanwhile.
    const now = hls.loadLevel;
    if (hls.autoLevelEnabled && !this.steady.isResting(now)) hls.loadLevel = now;
    if (this.steady.isResting(now) || this.#warmUp.isReady(this.#goal)) this.#onReady(this.#goal);
  }

  #onReady(level: number): void {
    if (!this.#hls || this.#goal !== level || this.#hls.loadLevel === level) return;
    this.#coming = level;
    this.#hls.loadLevel = level;
  }

  /** A refused quality may be asked for again. */
  #onRested(): void {
    this.#ports.onRefused(null);
    if (this.#held !== -1 && this.#goal !== this.#held) this.#goTo(this.#held);
  }

  /** What plays already needs no start either. */
  #addressOf(level: number): string | null {
    const known = this.#hls?.levels[level];
    if (!known || !this.#ports.live || this.#hls?.latestLevelDetails?.live !== true) return null;
    return level === this.#hls.loadLevel || this.#ports.isSource(level)
      ? null
      : this.#ports.signed(known.uri);
  }
}
