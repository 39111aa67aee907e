import type Hls from 'hls.js/light';
import { type ErrorData, Events, type Fragment, type LevelDetails, type MediaFragment } from 'hls.js/light';

/** A length that was announced may be wrong by so much (contracts.md §8). */
const LIE_SHARE = 0.01;

/**
 * A list that was written before the end was seen may promise segments at its end that do not exist. The first that is
 * missing is the end of the video then, not an error.
 */
export class HlsEnd {
  readonly #hls: Hls;
  readonly #video: HTMLVideoElement;

  constructor(hls: Hls, video: HTMLVideoElement) {
    this.#hls = hls;
    this.#video = video;
  }

  /** True when the report was of such a segment; the lists end before it from now on. */
  take(data: ErrorData): boolean {
    const frag = data.response?.code === 404 ? data.frag : undefined;
    if (!frag || !isMedia(frag)) return false;
    const details = this.#listsOf(frag).find((list) => list.fragments.includes(frag));
    if (!details || !isPromise(frag, details)) return false;
    for (const list of this.#listsOf(frag)) cut(list, frag);
    if (frag.type === 'main') this.#goToEnd(frag);
    if (data.fatal) this.#hls.startLoad(this.#video.currentTime);
    return true;
  }

  #listsOf(frag: Fragment): LevelDetails[] {
    const rows = frag.type === 'audio' ? this.#hls.allAudioTracks : this.#hls.levels;
    return rows.flatMap(({ details }) => (details && !details.live ? [details] : []));
  }

  /** What is buffered up to it is the whole rest; who jumped beyond the end is put before it. */
  #goToEnd({ start }: Fragment): void {
    const { currentTime } = this.#video;
    const bufferedTo = this.#hls.mainForwardBufferInfo?.end ?? currentTime;
    if (currentTime >= start || bufferedTo < start - 1) {
      if (currentTime >= start) this.#video.currentTime = Math.max(0, start - 0.5);
      return;
    }
    this.#hls.trigger(Events.BUFFER_EOS, { type: null });
  }
}

const isMedia = (frag: Fragment): frag is MediaFragment => typeof frag.sn === 'number';

const isPromise = ({ sn, start, duration }: MediaFragment, details: LevelDetails): boolean =>
  !details.live &&
  details.fragments.length > 1 &&
  (sn === details.endSN || details.edge - start - duration <= details.edge * LIE_SHARE);

/** Takes a segment and all after it out of a list. */
const cut = (details: LevelDetails, missing: MediaFragment): void => {
  const kept = details.fragments.filter(({ sn }) => sn < missing.sn);
  const last = kept.at(-1);
  if (!last || kept.length === details.fragments.length) return;
  last.endList = true;
  details.fragments = kept;
  details.endSN = last.sn;
  details.totalduration = kept.reduce((sum, { duration }) => sum + duration, 0);
};
