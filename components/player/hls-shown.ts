import type Hls from 'hls.js/light';
import { Events, type Fragment } from 'hls.js/light';

/**
 * Tells which level is on the screen. hls.js itself looks only while it loads, so whoever waits because the server asked for
 * a pause would see the level of before, or none.
 */
export class HlsShown {
  readonly #hls: Hls;
  readonly #video: HTMLVideoElement;
  readonly #onLevel: (level: number) => void;
  /** What was put into the buffer, the newest of each place last. */
  #frags: Fragment[] = [];
  #level = -1;

  constructor(hls: Hls, video: HTMLVideoElement, onLevel: (level: number) => void) {
    this.#hls = hls;
    this.#video = video;
    this.#onLevel = onLevel;
    hls.on(Events.LEVEL_SWITCHED, (_event, { level }) => this.#tell(level));
    hls.on(Events.FRAG_BUFFERED, (_event, { frag }) => {
      if (frag.type === 'main') this.#frags = withNewest(this.#frags, frag, this.#bufferedFrom());
    });
    video.addEventListener('timeupdate', this.#look);
  }

  /** -1 = none yet. */
  get level(): number {
    return this.#level;
  }

  dispose(): void {
    this.#video.removeEventListener('timeupdate', this.#look);
  }

  readonly #look = (): void => {
    if (this.#hls.loadingEnabled) return;
    const level = levelAt(this.#frags, this.#video.currentTime);
    if (level !== null && level !== this.#level) this.#tell(level);
  };

  #tell(level: number): void {
    this.#level = level;
    this.#onLevel(level);
  }

  #bufferedFrom(): number {
    const { buffered } = this.#video;
    return buffered.length > 0 ? buffered.start(0) : 0;
  }
}

type Place = Pick<Fragment, 'start' | 'end' | 'level'>;

/** A newly buffered segment takes the place of those that began within it; what left the buffer is forgotten. */
export const withNewest = <T extends Place>(frags: readonly T[], newest: T, bufferedFrom: number): T[] => [
  ...frags.filter(
    ({ start, end }) => end > bufferedFrom && !(start >= newest.start - SLACK && end <= newest.end + SLACK),
  ),
  newest,
];

/** Lists of two levels differ by the rounding of their numbers, and a picture may begin a little before its segment. */
const SLACK = 0.1;

export const levelAt = (frags: readonly Place[], seconds: number): number | null =>
  frags.findLast(({ start, end }) => start - SLACK <= seconds && seconds < end)?.level ?? null;
