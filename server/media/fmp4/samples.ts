import { boxAt, boxesIn } from './boxes.ts';
import type { SampleDefaults, Track } from './tracks.ts';

/** One sample of a fragment; times in units of its track, without the edit list. */
export type Sample = {
  track: Track;
  /** Where it stands in the stream. */
  offset: number;
  sizeBytes: number;
  decodeTime: number;
  /** Presentation minus decoding time; may be below zero. */
  delay: number;
  duration: number;
  sync: boolean;
};

const NOT_SYNC = 0x10000;
const MOST_SAMPLES = 100_000;

/**
 * The samples of a `moof` box in the order of their bytes (ISO/IEC 14496-12 §8.8.4-8.8.8). `nextTimes` holds where each
 * track has come to, for fragments that do not say it. Throws a plain Error when the box is damaged.
 */
export function samplesOf(
  moof: Buffer,
  moofAt: number,
  tracks: readonly Track[],
  nextTimes: Map<number, number>,
): Sample[] {
  const samples: Sample[] = [];
  let dataAt = moofAt;
  for (const { type, body } of boxesIn(moof)) {
    if (type !== 'traf') continue;
    const header = boxAt(body, 'tfhd');
    if (!header) throw new Error('a fragment does not name its track');
    const { id, base, defaults } = headerOf(header);
    const track = tracks.find((one) => one.id === id);
    const told = boxAt(body, 'tfdt');
    let time = told ? timeOf(told) : (nextTimes.get(id) ?? 0);
    const baseAt = base ?? (header.readUInt32BE(0) & 0x20000 ? moofAt : dataAt);
    dataAt = baseAt;
    for (const box of boxesIn(body)) {
      if (box.type !== 'trun') continue;
      const run = new Run(box.body, { ...(track?.defaults ?? NONE), ...defaults });
      dataAt = run.dataOffset === null ? dataAt : baseAt + run.dataOffset;
      for (const { sizeBytes, duration, delay, flags } of run.rows()) {
        const sync = (flags & NOT_SYNC) === 0;
        if (track)
          samples.push({ track, offset: dataAt, sizeBytes, decodeTime: time, delay, duration, sync });
        dataAt += sizeBytes;
        time += duration;
      }
    }
    nextTimes.set(id, time);
  }
  return samples.sort((a, b) => a.offset - b.offset);
}

const NONE: SampleDefaults = { duration: 0, sizeBytes: 0, flags: 0 };

/** Track fragment header: the fields that it has, in their order. */
function headerOf(box: Buffer): { id: number; base: number | null; defaults: Partial<SampleDefaults> } {
  const flags = box.readUIntBE(1, 3);
  let at = 8;
  const base = flags & 0x01 ? Number(box.readBigUInt64BE(at)) : null;
  at += (flags & 0x01 ? 8 : 0) + (flags & 0x02 ? 4 : 0);
  const defaults: Partial<SampleDefaults> = {};
  const next = (): number => {
    at += 4;
    return box.readUInt32BE(at - 4);
  };
  if (flags & 0x08) defaults.duration = next();
  if (flags & 0x10) defaults.sizeBytes = next();
  if (flags & 0x20) defaults.flags = next();
  return { id: box.readUInt32BE(4), base, defaults };
}

const timeOf = (tfdt: Buffer): number =>
  tfdt[0] === 1 ? Number(tfdt.readBigUInt64BE(4)) : tfdt.readUInt32BE(4);

type Row = { sizeBytes: number; duration: number; delay: number; flags: number };

/** One track run. */
class Run {
  readonly #box: Buffer;
  readonly #defaults: SampleDefaults;
  readonly #flags: number;
  readonly #firstFlags: number | null;
  readonly #rowsAt: number;
  readonly dataOffset: number | null;

  constructor(box: Buffer, defaults: SampleDefaults) {
    this.#box = box;
    this.#defaults = defaults;
    this.#flags = box.readUIntBE(1, 3);
    let at = 8;
    this.dataOffset = this.#flags & 0x01 ? box.readInt32BE(at) : null;
    at += this.#flags & 0x01 ? 4 : 0;
    this.#firstFlags = this.#flags & 0x04 ? box.readUInt32BE(at) : null;
    this.#rowsAt = at + (this.#flags & 0x04 ? 4 : 0);
  }

  *rows(): Generator<Row> {
    const box = this.#box;
    const signed = box[0] !== 0;
    const count = box.readUInt32BE(4);
    if (count > MOST_SAMPLES) throw new Error('a fragment has too many samples');
    let at = this.#rowsAt;
    const field = (flag: number, otherwise: number): number => {
      if ((this.#flags & flag) === 0) return otherwise;
      at += 4;
      return flag === 0x800 && signed ? box.readInt32BE(at - 4) : box.readUInt32BE(at - 4);
    };
    for (let index = 0; index < count; index++) {
      const duration = field(0x100, this.#defaults.duration);
      const sizeBytes = field(0x200, this.#defaults.sizeBytes);
      const ownFlags = field(0x400, this.#defaults.flags);
      const delay = field(0x800, 0);
      const flags = index === 0 && this.#firstFlags !== null ? this.#firstFlags : ownFlags;
      yield { sizeBytes, duration, delay, flags };
    }
  }
}
