import type Hls from 'hls.js/light';
import { Events, type Level } from 'hls.js/light';

const KEPT = 5;

/** What the picture on the screen is made of; null where it is not known. */
export type StreamFacts = {
  bitsPerSecond: number | null;
  fps: number | null;
  codecs: string | null;
  /** What the line was measured to carry. */
  lineBitsPerSecond: number | null;
};

/** Measures the bit rate of what was loaded last, for each quality by itself. */
export class HlsMeter {
  #level = -1;
  #recent: { bits: number; seconds: number }[] = [];

  constructor(hls: Hls) {
    hls.on(Events.FRAG_BUFFERED, (_event, { frag, stats }) => {
      if (frag.type !== 'main' || frag.level !== this.#level) this.#recent = [];
      this.#level = frag.level;
      this.#recent = [...this.#recent, { bits: stats.total * 8, seconds: frag.duration }].slice(-KEPT);
    });
  }

  facts(level: Level | undefined, lineBitsPerSecond: number): StreamFacts {
    const seconds = this.#recent.reduce((sum, one) => sum + one.seconds, 0);
    const bits = this.#recent.reduce((sum, one) => sum + one.bits, 0);
    const codecs = [level?.videoCodec, level?.audioCodec].filter(
      (codec) => codec !== undefined && codec !== '',
    );
    return {
      bitsPerSecond: seconds > 0 ? bits / seconds : null,
      fps: level && level.frameRate > 0 ? level.frameRate : null,
      codecs: codecs.length > 0 ? codecs.join(', ') : null,
      lineBitsPerSecond: Number.isFinite(lineBitsPerSecond) ? lineBitsPerSecond : null,
    };
  }
}
