import { open } from 'node:fs/promises';
import { fileTypeFromBuffer } from 'file-type';
import type { ErrorCode } from '../../lib/contract/errors.ts';

/** Why a file is refused before any decoder sees it; `message` is more exact than the catalogue's where we know more. */
export type Refusal = { code: ErrorCode; message?: string };

const HEAD_BYTES = 256 * 1024;
const PLAYLISTS: readonly RegExp[] = [
  /^#EXTM3U/i,
  /^#EXTINF/i,
  /^ffconcat version/i,
  /^\[playlist\]/i,
  /<MPD[\s>]/i,
  /<smil[\s>]/i,
  /<ASX[\s>]/i,
  /^v=0\r?\no=/,
  /^concat:|^subfile,|^rtsp:\/\//i,
];

/**
 * Looks at the first bytes only and says whether the file can be refused at once: empty, a playlist under another
 * name, or a kind of file that holds no moving picture. Null when a probe has to decide.
 */
export async function refuseByHead(path: string): Promise<Refusal | null> {
  const { head, sizeBytes } = await readHead(path);
  if (sizeBytes === 0) return { code: 'MEDIA_EMPTY' };
  const text = head
    .subarray(0, 4096)
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart();
  if (isText(head) && PLAYLISTS.some((pattern) => pattern.test(text))) return { code: 'MEDIA_PLAYLIST' };
  if (hidesPlaylist(head)) return { code: 'MEDIA_PLAYLIST' };
  const type = await fileTypeFromBuffer(head).catch(() => undefined);
  if (type && isOtherKind(type.mime)) {
    const message = `This is a .${type.ext} file, not a video. Choose the video file and upload it again.`;
    return { code: 'MEDIA_NOT_VIDEO', message };
  }
  return isIsoMedia(head) ? truncatedBoxes(path, sizeBytes) : null;
}

/** A subtitle chunk of an AVI that is really a playlist. */
function hidesPlaylist(head: Buffer): boolean {
  const at = head.indexOf('GAB2\0', 0, 'latin1');
  return at >= 0 && /#EXTM3U|#EXTINF|ffconcat version/.test(head.toString('latin1', at, at + 4096));
}

async function readHead(path: string): Promise<{ head: Buffer; sizeBytes: number }> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(HEAD_BYTES, size)), 0, undefined, 0);
    return { head: buffer.subarray(0, bytesRead), sizeBytes: size };
  } finally {
    await file.close();
  }
}

const isText = (head: Buffer): boolean => !head.subarray(0, 512).includes(0);
const isOtherKind = (mime: string): boolean =>
  !/^(video|audio)\//.test(mime) && mime !== 'application/mxf' && !/ogg|asf|mp4|quicktime/.test(mime);
const isIsoMedia = (head: Buffer): boolean =>
  /^(ftyp|moov|mdat|wide|free|skip)$/.test(head.toString('latin1', 4, 8));

/**
 * Walks the top-level boxes of an MP4 or MOV (ISO/IEC 14496-12 §4.2): a box that ends behind the file, or no index at
 * all, means that the end is missing.
 */
async function truncatedBoxes(path: string, sizeBytes: number): Promise<Refusal | null> {
  const file = await open(path, 'r');
  try {
    let offset = 0;
    let index = false;
    for (let boxes = 0; offset + 8 <= sizeBytes && boxes < 10_000; boxes++) {
      const { buffer } = await file.read(Buffer.alloc(16), 0, 16, offset);
      const name = buffer.toString('latin1', 4, 8);
      if (!/^[\x20-\x7e\xa9]{4}$/.test(name)) break;
      const size = boxSize(buffer, sizeBytes - offset);
      if (size < 8) break;
      index ||= name === 'moov';
      if (offset + size > sizeBytes && (name === 'mdat' || name === 'moov'))
        return { code: 'MEDIA_TRUNCATED' };
      offset += size;
    }
    return index ? null : { code: 'MEDIA_TRUNCATED' };
  } finally {
    await file.close();
  }
}

function boxSize(header: Buffer, restBytes: number): number {
  const size = header.readUInt32BE(0);
  if (size === 0) return restBytes;
  return size === 1 ? Number(header.readBigUInt64BE(8)) : size;
}
