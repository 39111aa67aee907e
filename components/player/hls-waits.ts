import type Hls from 'hls.js/light';
import { Events } from 'hls.js/light';

/** The server holds a segment that it is just making; made ones come sooner. */
const HELD_MS = 1200;
/** So often in a row a segment may be not there yet, 8 s held each time, before that counts as a fault. */
const PATIENCE = 40;

/** Notices that a segment has to be made first: its answer does not begin, or is "not yet" (contracts.md §8). */
export class HlsWaits {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waited = 0;

  /** `mayHold` tells whether there are segments that are not made; a line that is slow is something else. */
  constructor(hls: Hls, mayHold: () => boolean, onWait: () => void) {
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
  }
}
