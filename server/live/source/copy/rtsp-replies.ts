import { Transform, type TransformCallback } from 'node:stream';

const FRAME_SIGN = 0x24;
const FRAME_HEADER_BYTES = 4;
const LONGEST_HEAD_BYTES = 32 * 1024;

/**
 * Reads along what an RTSP server answers (RFC 2326 §6, and the interleaved packets of §10.12): remembers its last
 * status, and stops at a redirect, because ffmpeg would follow it to any address without asking the guard.
 */
export class RtspReplies extends Transform {
  /** Status of the latest answer. */
  status: number | null = null;
  /** Where the server sends its client to, as it stood in the answer. */
  location: string | null = null;
  #head = Buffer.alloc(0);
  #skip = 0;

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const error = this.#read(chunk);
    if (error) done(error);
    else done(null, chunk);
  }

  #read(chunk: Buffer): Error | null {
    let at = 0;
    while (at < chunk.length) {
      const skipped = Math.min(this.#skip, chunk.length - at);
      this.#skip -= skipped;
      at += skipped;
      if (at === chunk.length) return null;
      const known = this.#head.length;
      const head = known > 0 ? Buffer.concat([this.#head, chunk.subarray(at)]) : chunk.subarray(at);
      const size = this.#message(head);
      if (size === 0) {
        if (head.length > LONGEST_HEAD_BYTES) return new Error('an answer without an end');
        this.#head = Buffer.from(head);
        return null;
      }
      this.#head = Buffer.alloc(0);
      if (this.location !== null) return new Error('redirected');
      this.#skip = size - known;
    }
    return null;
  }

  /** Size of the message or packet that begins here; 0 while its head is not whole. */
  #message(bytes: Buffer): number {
    if (bytes[0] === FRAME_SIGN)
      return bytes.length < FRAME_HEADER_BYTES ? 0 : FRAME_HEADER_BYTES + bytes.readUInt16BE(2);
    const end = bytes.indexOf('\r\n\r\n');
    if (end < 0) return 0;
    const head = bytes.toString('latin1', 0, end);
    const status = /^RTSP\/\d\.\d (\d{3})/.exec(head)?.[1];
    if (status !== undefined) this.status = Number(status);
    if (status?.startsWith('3')) this.location = field(head, 'location') ?? '';
    return end + 4 + (Number(field(head, 'content-length')) || 0);
  }
}

const field = (head: string, name: string): string | null =>
  new RegExp(`^${name}:\\s*(.*?)\\s*$`, 'im').exec(head)?.[1] ?? null;
