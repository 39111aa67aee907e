/** One box of an ISO base media file (ISO/IEC 14496-12 §4.2) and what is inside of it. */
export type Box = { type: string; body: Buffer };

const HEADER_BYTES = 8;
const LONG_HEADER_BYTES = 16;

/** Walks through the boxes of a buffer; stops where a size leaves it. */
export function* boxesIn(bytes: Buffer, from = 0): Generator<Box> {
  for (let at = from; at + HEADER_BYTES <= bytes.length; ) {
    const { sizeBytes, headerBytes } = headerAt(bytes, at);
    const end = sizeBytes === null ? bytes.length : at + sizeBytes;
    if (end > bytes.length || end < at + headerBytes) return;
    yield { type: bytes.toString('latin1', at + 4, at + 8), body: bytes.subarray(at + headerBytes, end) };
    at = end;
  }
}

/** The first box at a path of types, or null. */
export function boxAt(bytes: Buffer, ...path: string[]): Buffer | null {
  let inside: Buffer | null = bytes;
  for (const type of path) {
    if (!inside) return null;
    inside = [...boxesIn(inside)].find((box) => box.type === type)?.body ?? null;
  }
  return inside;
}

function headerAt(bytes: Buffer, at: number): { sizeBytes: number | null; headerBytes: number } {
  const size = bytes.readUInt32BE(at);
  if (size === 0) return { sizeBytes: null, headerBytes: HEADER_BYTES };
  if (size !== 1) return { sizeBytes: size, headerBytes: HEADER_BYTES };
  if (at + LONG_HEADER_BYTES > bytes.length) return { sizeBytes: size, headerBytes: LONG_HEADER_BYTES };
  return { sizeBytes: Number(bytes.readBigUInt64BE(at + 8)), headerBytes: LONG_HEADER_BYTES };
}

type Ports = {
  /** A box that was kept whole, and where it began in the stream. */
  onBox(box: Box, offset: number): void;
  /** A piece of media data, and where it stands in the stream. */
  onData(piece: Buffer, offset: number): void;
};

const KEPT = new Set(['moov', 'moof']);
/** Larger than any index of a fragment or of a file's tracks. */
const LARGEST_KEPT_BYTES = 4 * 1024 * 1024;

/** Cuts a stream of bytes into boxes: `moov` and `moof` are kept, `mdat` is passed on as it comes, others are skipped. */
export class BoxStream {
  readonly #ports: Ports;
  #head: Buffer = Buffer.alloc(0);
  #kept: Buffer[] = [];
  #type: string | null = null;
  #begunAt = 0;
  #left = 0;
  #at = 0;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** Throws a plain Error when this is no such stream. */
  push(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) rest = this.#type === null ? this.#header(rest) : this.#body(rest);
  }

  /** True between two boxes. */
  get whole(): boolean {
    return this.#type === null && this.#head.length === 0;
  }

  reset(): void {
    this.#head = Buffer.alloc(0);
    this.#kept = [];
    this.#type = null;
    this.#at = 0;
  }

  #header(rest: Buffer): Buffer {
    const carried = this.#head.length;
    const bytes = carried > 0 ? Buffer.concat([this.#head, rest.subarray(0, LONG_HEADER_BYTES)]) : rest;
    const wanted = bytes.length >= 4 && bytes.readUInt32BE(0) === 1 ? LONG_HEADER_BYTES : HEADER_BYTES;
    if (bytes.length < wanted) {
      this.#head = Buffer.from(bytes);
      return Buffer.alloc(0);
    }
    const { sizeBytes, headerBytes } = headerAt(bytes, 0);
    const type = bytes.toString('latin1', 4, 8);
    const left = sizeBytes === null ? Number.POSITIVE_INFINITY : sizeBytes - headerBytes;
    if (!/^[\x20-\x7e]{4}$/.test(type) || left < 0)
      throw new Error('it is damaged: a box has no name or size');
    if (KEPT.has(type) && left > LARGEST_KEPT_BYTES) throw new Error(`its ${type} box is too large`);
    this.#head = Buffer.alloc(0);
    this.#type = type;
    this.#begunAt = this.#at;
    this.#left = left;
    this.#at += headerBytes;
    if (left === 0) this.#finish(type);
    return rest.subarray(headerBytes - carried);
  }

  #body(rest: Buffer): Buffer {
    const type = this.#type!;
    const piece = rest.length > this.#left ? rest.subarray(0, this.#left) : rest;
    if (type === 'mdat') this.#ports.onData(piece, this.#at);
    else if (KEPT.has(type)) this.#kept.push(piece);
    this.#at += piece.length;
    this.#left -= piece.length;
    if (this.#left === 0) this.#finish(type);
    return rest.subarray(piece.length);
  }

  #finish(type: string): void {
    this.#type = null;
    if (!KEPT.has(type)) return;
    const body = Buffer.concat(this.#kept);
    this.#kept = [];
    this.#ports.onBox({ type, body }, this.#begunAt);
  }
}
