import { createDecipheriv } from 'node:crypto';
import { cutShort, unreadable } from './failures.ts';

type Pieces = AsyncIterable<Buffer>;

/** What comes after the first `sizeBytes`: what a reader has already got of a segment that it fetches again. */
export async function* after(pieces: Pieces, sizeBytes: number): AsyncGenerator<Buffer> {
  let left = sizeBytes;
  for await (const piece of pieces) {
    if (piece.length > left) yield left > 0 ? piece.subarray(left) : piece;
    left = Math.max(0, left - piece.length);
  }
  if (left > 0) throw cutShort('a segment is shorter than before');
}

/** Exactly so many bytes; an error when there are fewer. */
export async function* exactly(pieces: Pieces, sizeBytes: number): AsyncGenerator<Buffer> {
  let left = sizeBytes;
  for await (const piece of pieces) {
    yield piece.length > left ? piece.subarray(0, left) : piece;
    left -= piece.length;
    if (left <= 0) return;
  }
  throw cutShort('a part of a segment is shorter than its range');
}

/** Decrypts AES-128 in CBC mode as the bytes come (RFC 8216 §5.2); an error when the end does not fit. */
export async function* decrypted(pieces: Pieces, key: Buffer, iv: Buffer): AsyncGenerator<Buffer> {
  const decipher = createDecipheriv('aes-128-cbc', key, iv);
  for await (const piece of pieces) {
    const plain = decipher.update(piece);
    if (plain.length > 0) yield plain;
  }
  let last: Buffer;
  try {
    last = decipher.final();
  } catch (error) {
    throw unreadable('a segment cannot be decrypted with its key', error);
  }
  if (last.length > 0) yield last;
}

/** The IV of a segment that has none of its own: its number (RFC 8216 §5.2). */
export function sequenceIv(sequence: number): Buffer {
  const iv = Buffer.alloc(16);
  iv.writeBigUInt64BE(BigInt(sequence), 8);
  return iv;
}

/** All pieces as one; an error past `maxBytes`. */
export async function joined(pieces: Pieces, maxBytes: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const piece of pieces) {
    parts.push(piece);
    size += piece.length;
    if (size > maxBytes) throw unreadable(`a key or initialisation section has more than ${maxBytes} bytes`);
  }
  return Buffer.concat(parts);
}
