const MIB = 1024 * 1024;

/** The first piece is small so that the server soon knows the file, the others are as large as the station says. */
export const FIRST_CHUNK_BYTES = 4 * MIB;
/** Until the station has said its own size (UPLOAD_CHUNK_SIZE). */
export const USUAL_CHUNK_BYTES = 64 * MIB;
/** The largest size that a station can be set to. */
const MAX_CHUNK_BYTES = 1024 * MIB;
export const MIN_CHUNK_BYTES = MIB / 4;
/** After so many pieces without trouble a size that was halved for a bad line is doubled again. */
const CLEAN_CHUNKS = 3;

type Remembered = { limit: number; ceiling: number };
type Memory = Pick<Storage, 'getItem' | 'setItem'>;

const clamp = (bytes: number, ceiling: number): number =>
  Math.min(ceiling, Math.max(MIN_CHUNK_BYTES, Math.floor(bytes)));

const read = (memory: Memory, key: string): Remembered => {
  const whole = { limit: MAX_CHUNK_BYTES, ceiling: MAX_CHUNK_BYTES };
  try {
    const value: unknown = JSON.parse(memory.getItem(key) ?? 'null');
    if (typeof value !== 'object' || value === null || !('limit' in value) || !('ceiling' in value))
      return whole;
    const { limit, ceiling } = value;
    if (typeof limit !== 'number' || typeof ceiling !== 'number') return whole;
    const top = clamp(ceiling, MAX_CHUNK_BYTES);
    return { limit: clamp(limit, top), ceiling: top };
  } catch {
    return whole;
  }
};

/**
 * How much to send at once to one host. A refusal for size (413) lowers the ceiling for good; a time-out or a cut line
 * (408, reset) halves the size until some pieces went through again. Both are remembered for the next visit.
 */
export class ChunkPolicy {
  readonly #memory: Memory;
  readonly #key: string;
  readonly #wantedBytes: () => number;
  #size: Remembered;
  #clean = 0;

  /** `wantedBytes` is the size the station is set to; it may change while the page is open. */
  constructor(memory: Memory, host: string, wantedBytes: () => number) {
    this.#wantedBytes = wantedBytes;
    this.#memory = memory;
    this.#key = `siaran.chunk.${host}`;
    this.#size = read(memory, this.#key);
  }

  /** The size of the next piece of an upload that has sent `offset` bytes. */
  next(offset: number): number {
    const size = Math.min(this.#wantedBytes(), this.#size.limit);
    return offset === 0 ? Math.min(FIRST_CHUNK_BYTES, size) : size;
  }

  accepted(): void {
    this.#clean += 1;
    if (this.#clean < CLEAN_CHUNKS || this.#size.limit >= this.#size.ceiling) return;
    this.#clean = 0;
    this.#save({ ...this.#size, limit: clamp(this.#size.limit * 2, this.#size.ceiling) });
  }

  /** `sentBytes` = the size of the piece that did not go through. False when it cannot become smaller. */
  refused(reason: 'too-large' | 'cut', sentBytes: number): boolean {
    this.#clean = 0;
    const before = Math.min(this.#size.limit, sentBytes);
    const limit = clamp(before / 2, this.#size.ceiling);
    this.#save({ limit, ceiling: reason === 'too-large' ? limit : this.#size.ceiling });
    return before > MIN_CHUNK_BYTES;
  }

  #save(size: Remembered): void {
    this.#size = size;
    this.#memory.setItem(this.#key, JSON.stringify(size));
  }
}
