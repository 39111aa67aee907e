import type Hls from 'hls.js/light';
import { type ErrorData, Events } from 'hls.js/light';
import { askedToWaitMs } from './hls-faults';
import { isAtEndOf, placeToMake } from './seek-place';
import type { Steady } from './steady';

/** The server holds a segment that it is just making; made ones come sooner. */
const HELD_MS = 1200;
/** So often in a row a segment may be not there yet, 8 s held each time, before that counts as a fault. */
const PATIENCE = 40;

/** Who asked for too many places waits as long as the server says, and not longer than it counts. */
const PAUSE_MS = 5000;
const LONGEST_PAUSE_MS = 60_000;

type Hooks = {
  steady: Steady;
  /** Tells whether there are segments that are not made; a line that is slow is something else. */
  mayHold(): boolean;
  onWait(): void;
};

/**
 * Notices that a segment has to be made first: its answer does not begin, or is "not yet" (contracts.md §8), or "not so many"
 * (§9). Whoever jumps to a place that may not be made begins there with the lowest quality, which is made soonest.
 */
export class HlsWaits {
  readonly #hls: Hls;
  readonly #video: HTMLVideoElement;
  readonly #hooks: Hooks;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #pause: ReturnType<typeof setTimeout> | undefined;
  #waited = 0;

  constructor(hls: Hls, video: HTMLVideoElement, hooks: Hooks) {
    this.#hls = hls;
    this.#video = video;
    this.#hooks = hooks;
    // Before hls.js hears of it, and chooses.
    video.addEventListener('seeking', this.#onSeek);
    video.addEventListener('waiting', this.#onEmpty);
    hls.on(Events.FRAG_LOADING, (_event, { frag }) => {
      clearTimeout(this.#timer);
      if (!hooks.mayHold()) return;
      this.#timer = setTimeout(() => {
        if (frag.stats.loading.first === 0) hooks.onWait();
      }, HELD_MS);
    });
    hls.on(Events.FRAG_LOADED, (_event, { frag }) => {
      clearTimeout(this.#timer);
      this.#waited = 0;
      // The sound, or what was before the place, says nothing of it.
      if (frag.type === 'main' && !isAtEndOf(frag, video.currentTime)) hooks.steady.lowestOnly = false;
    });
  }

  /** True when the report was of a pause that the server asked for, after which it goes on by itself. */
  take({ frag, response, fatal, networkDetails }: ErrorData): boolean {
    const code = response?.code;
    if (!frag || (code !== 503 && code !== 429)) return false;
    this.#waited += 1;
    this.#hooks.onWait();
    if (this.#waited >= PATIENCE) return false;
    if (code === 503) {
      // hls.js asks again after a second as long as it has not counted too many faults.
      for (const level of this.#hls.levels) level.fragmentError = 0;
      return false;
    }
    // In Auto it looks first whether another quality of this place is made.
    this.#hooks.steady.lowestOnly = false;
    if (this.#hls.autoLevelEnabled && !fatal) return true;
    this.#hls.stopLoad();
    clearTimeout(this.#pause);
    const asked = askedToWaitMs(networkDetails) ?? PAUSE_MS;
    this.#pause = setTimeout(this.goOn, Math.min(asked, LONGEST_PAUSE_MS));
    return true;
  }

  /** Ends a pause: another place or another quality may be made. */
  readonly goOn = (): void => {
    if (this.#pause === undefined) return;
    clearTimeout(this.#pause);
    this.#pause = undefined;
    this.#hls.startLoad(placeOf(this.#hls, this.#video));
  };

  /** Where to seek for a place, so that the fewest segments have to be made for it. */
  placeFor(seconds: number): number {
    if (!this.#hooks.mayHold() || this.#isBuffered(seconds)) return seconds;
    // The list of each quality may lie a little elsewhere.
    const places = this.#hls.levels.map(({ details }) => placeToMake(details?.fragments ?? [], seconds));
    return Math.max(seconds, ...places);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#pause);
    this.#pause = undefined;
    this.#video.removeEventListener('seeking', this.#onSeek);
    this.#video.removeEventListener('waiting', this.#onEmpty);
  }

  readonly #onEmpty = (): void => {
    if (this.#pause !== undefined) this.#hooks.onWait();
  };

  readonly #onSeek = (): void => {
    const isThere = this.#isBuffered(this.#video.currentTime);
    this.#hooks.steady.lowestOnly = !isThere && this.#hooks.mayHold();
    if (!isThere) this.goOn();
  };

  #isBuffered(seconds: number): boolean {
    const { buffered } = this.#video;
    return Array.from({ length: buffered.length }, (_, i) => i).some(
      (i) => buffered.start(i) <= seconds && seconds < buffered.end(i),
    );
  }
}

/** Where to load on: where the picture is, or where it is to begin while there was none. */
export const placeOf = (hls: Hls, { currentTime, played }: HTMLVideoElement): number =>
  currentTime > 0 || played.length > 0 ? currentTime : hls.config.startPosition;
