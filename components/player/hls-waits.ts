import type Hls from 'hls.js/light';
import { Events } from 'hls.js/light';

/** The server holds a segment that it is just making; made ones come sooner. */
const HELD_MS = 1200;
/** So often in a row a segment may be not there yet, 8 s held each time, before that counts as a fault. */
const PATIENCE = 40;

type Hooks = {
  /** Tells whether there are segments that are not made; a line that is slow is something else. */
  mayHold(): boolean;
  onWait(): void;
};

/**
 * Notices that a segment has to be made first: its answer does not begin, or is "not yet" (contracts.md §8). Whoever jumps to
 * a place that may not be made begins there with the lowest quality, which is made soonest.
 */
export class HlsWaits {
  readonly #hls: Hls;
  readonly #video: HTMLVideoElement;
  readonly #mayHold: () => boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waited = 0;

  constructor(hls: Hls, video: HTMLVideoElement, { mayHold, onWait }: Hooks) {
    this.#hls = hls;
    this.#video = video;
    this.#mayHold = mayHold;
    // Before hls.js hears of it, and chooses.
    video.addEventListener('seeking', this.#onSeek);
    hls.on(Events.FRAG_LOADING, (_event, { frag }) => {
      clearTimeout(this.#timer);
      if (!mayHold()) return;
      this.#timer = setTimeout(() => {
        if (frag.stats.loading.first === 0) onWait();
      }, HELD_MS);
    });
    hls.on(Events.FRAG_LOADED, () => {
      clearTimeout(this.#timer);
      this.#waited = 0;
    });
    hls.on(Events.ERROR, (_event, { frag, response }) => {
      if (!frag || response?.code !== 503) return;
      this.#waited += 1;
      onWait();
      // hls.js asks again after a second as long as it has not counted too many faults.
      if (this.#waited < PATIENCE) for (const level of hls.levels) level.fragmentError = 0;
    });
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#video.removeEventListener('seeking', this.#onSeek);
  }

  readonly #onSeek = (): void => {
    const { buffered, currentTime } = this.#video;
    const isThere = Array.from({ length: buffered.length }, (_, i) => i).some(
      (i) => buffered.start(i) <= currentTime && currentTime < buffered.end(i),
    );
    if (!isThere && this.#mayHold() && this.#hls.autoLevelEnabled)
      this.#hls.nextAutoLevel = this.#hls.minAutoLevel;
  };
}
