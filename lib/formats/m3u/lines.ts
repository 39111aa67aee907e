/** One line of a list, without its terminator; `overlong` lines come cut and are only good for a report. */
export type Line = { readonly number: number; readonly text: string; readonly overlong: boolean };

const LF = 10;
const CR = 13;

/** Longest line that is read; playlists have lines of a few hundred bytes, 20 MB ones are an attack or damage. */
export const MAX_LINE_BYTES = 65_536;

/**
 * Cuts a stream of bytes into lines (LF, CRLF, CR) with bounded memory. Each line is UTF-8 or, when it is not valid
 * UTF-8, Windows-1252; UTF-16 is recognised by its mark or by the zero bytes around the first character.
 */
export class LineSplitter {
  #number = 1;
  #parts: Uint8Array[] = [];
  #size = 0;
  #afterCr = false;
  #utf16: TextDecoder | null = null;
  #started = false;
  #head = new Uint8Array(0);
  #utf8 = new TextDecoder('utf-8', { fatal: true });
  #latin = new TextDecoder('windows-1252');

  /** Feeds a chunk and calls back once per finished line. */
  push(chunk: Uint8Array, onLine: (line: Line) => void): void {
    const bytes = this.#started ? chunk : this.#start(chunk, false);
    if (bytes.length > 0) this.#split(this.#toUtf8(bytes, true), onLine);
  }

  /** Feeds the rest: a last line needs no terminator. */
  end(onLine: (line: Line) => void): void {
    if (!this.#started) this.#split(this.#toUtf8(this.#start(new Uint8Array(0), true), true), onLine);
    if (this.#utf16) this.#split(this.#toUtf8(new Uint8Array(0), false), onLine);
    if (this.#size > 0) this.#emit(onLine);
  }

  /** Waits for the first three bytes, which tell the encoding, and takes the byte order mark away. */
  #start(chunk: Uint8Array, last: boolean): Uint8Array {
    const head = concat([this.#head, chunk]);
    if (head.length < 3 && !last) {
      this.#head = head;
      return new Uint8Array(0);
    }
    this.#started = true;
    this.#head = new Uint8Array(0);
    const [a, b, c] = head;
    if (a === 0xef && b === 0xbb && c === 0xbf) return head.subarray(3);
    if ((a === 0xff && b === 0xfe) || (a !== 0 && b === 0 && a !== undefined))
      this.#utf16 = new TextDecoder('utf-16le');
    else if ((a === 0xfe && b === 0xff) || (a === 0 && b !== 0 && b !== undefined)) {
      this.#utf16 = new TextDecoder('utf-16be');
    }
    return head;
  }

  #toUtf8(bytes: Uint8Array, more: boolean): Uint8Array {
    if (!this.#utf16) return bytes;
    return new TextEncoder().encode(this.#utf16.decode(bytes, { stream: more }));
  }

  #split(bytes: Uint8Array, onLine: (line: Line) => void): void {
    let start = 0;
    if (this.#afterCr && bytes[0] === LF) start = 1;
    if (bytes.length > 0) this.#afterCr = false;
    for (let end = nextBreak(bytes, start); end !== -1; end = nextBreak(bytes, start)) {
      this.#keep(bytes.subarray(start, end));
      this.#emit(onLine);
      const crlf = bytes[end] === CR && bytes[end + 1] === LF;
      this.#afterCr = bytes[end] === CR && end + 1 === bytes.length;
      start = end + (crlf ? 2 : 1);
    }
    this.#keep(bytes.subarray(start));
  }

  #keep(part: Uint8Array): void {
    const room = MAX_LINE_BYTES - this.#size;
    // A copy, so that a short rest of a line does not hold the whole chunk in memory.
    if (room > 0 && part.length > 0) this.#parts.push(part.slice(0, room));
    this.#size += part.length;
  }

  #emit(onLine: (line: Line) => void): void {
    const overlong = this.#size > MAX_LINE_BYTES;
    const text = this.#decode(this.#parts.length === 1 ? this.#parts[0]! : concat(this.#parts));
    onLine({ number: this.#number++, text, overlong });
    this.#parts = [];
    this.#size = 0;
  }

  #decode(bytes: Uint8Array): string {
    let text: string;
    try {
      text = this.#utf8.decode(bytes);
    } catch {
      text = this.#latin.decode(bytes);
    }
    return text.includes('\0') ? text.replaceAll('\0', '') : text;
  }
}

function nextBreak(bytes: Uint8Array, from: number): number {
  const lf = bytes.indexOf(LF, from);
  const window = lf === -1 ? bytes.subarray(from) : bytes.subarray(from, lf);
  const cr = window.indexOf(CR);
  return cr === -1 ? lf : from + cr;
}

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
