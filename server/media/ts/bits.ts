/** Reads bits and Exp-Golomb numbers; past the end it gives zeros and `overrun` becomes true. */
export class BitReader {
  readonly #bytes: Buffer;
  #at = 0;
  overrun = false;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  bit(): number {
    const byte = this.#bytes[this.#at >> 3];
    if (byte === undefined) this.overrun = true;
    const value = ((byte ?? 0) >> (7 - (this.#at & 7))) & 1;
    this.#at++;
    return value;
  }

  bits(count: number): number {
    let value = 0;
    for (let index = 0; index < count; index++) value = value * 2 + this.bit();
    return value;
  }

  /** ue(v) of ISO/IEC 14496-10 §9.1. */
  unsigned(): number {
    let zeros = 0;
    while (this.bit() === 0) {
      zeros++;
      if (this.overrun || zeros > 32) {
        this.overrun = true;
        return 0;
      }
    }
    return 2 ** zeros - 1 + this.bits(zeros);
  }

  /** se(v) of §9.1.1. */
  signed(): number {
    const value = this.unsigned();
    return value % 2 === 0 ? -value / 2 : (value + 1) / 2;
  }
}

/** Takes the emulation prevention bytes out of a NAL unit (§7.4.1). */
export function unescapeNal(nal: Buffer): Buffer {
  const out = Buffer.allocUnsafe(nal.length);
  let size = 0;
  let zeros = 0;
  for (const byte of nal) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
    out[size++] = byte;
  }
  return out.subarray(0, size);
}

/** Walks over the start codes of a byte stream: the position after each `00 00 01`, until the visitor says stop. */
export function eachStartCode(bytes: Buffer, visit: (at: number) => 'stop' | undefined): void {
  let from = 0;
  for (;;) {
    const one = bytes.indexOf(1, from);
    if (one < 0 || one + 1 >= bytes.length) return;
    if (one >= 2 && bytes[one - 1] === 0 && bytes[one - 2] === 0 && visit(one + 1) === 'stop') return;
    from = one + 1;
  }
}

/** The NAL unit that begins at `at`, up to the next start code. */
export function nalAt(bytes: Buffer, at: number): Buffer {
  for (let end = at; end + 2 < bytes.length; end++) {
    if (bytes[end] === 0 && bytes[end + 1] === 0 && bytes[end + 2]! <= 1) return bytes.subarray(at, end);
  }
  return bytes.subarray(at);
}
