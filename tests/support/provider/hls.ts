import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { damaged } from './damage.ts';
import { wallMs } from './faults.ts';
import type { ProviderStream } from './stream.ts';

const SEGMENT_MS = 2000;
const WINDOW = 6;
const JUMP = 1000;
/** A break in the clock, in ticks. */
const BREAK_TICKS = 50_000_000;
const HUGE_BYTES = 10 * 1024 * 1024;
const LONG_BYTES = 3 * 1024 * 1024;
const BOMB_PART_BYTES = 16 * 1024 * 1024;
const BOMB_PARTS = 128;
const DRIP_MS = 1000;
let bomb: Buffer | null = null;

/** The number of the segment that is being made. */
const liveNumber = (stream: ProviderStream, atMs = stream.nowMs()): number => Math.floor(atMs / SEGMENT_MS);

/** Remembers what the stream was when a fault of its playlist began. */
export function beginPlaylistFault(stream: ProviderStream): void {
  const kind = stream.fault?.kind;
  const newest = liveNumber(stream);
  if (kind === 'seq_reset') stream.sequenceShift = WINDOW - newest;
  if (kind === 'seq_jump') stream.sequenceShift = JUMP;
  if (kind === 'disc') stream.breakAt = newest;
  // Made before somebody waits for it.
  if (kind === 'gzip_bomb') bomb ??= gzipBomb();
}

/** Answers the media playlist; its segments are named by their real numbers, whatever the sequence says. */
export function sendPlaylist(stream: ProviderStream, res: ServerResponse, token: string): void {
  const fault = stream.fault;
  res.setHeader('Content-Type', 'application/vnd.apple.mpegurl');
  if (fault?.kind === 'gzip_bomb') {
    res.setHeader('Content-Encoding', 'gzip').end(bomb);
    return;
  }
  let text = playlist(stream, token);
  if (fault?.kind === 'huge_m3u8') text += '#EXTINF:2.0,\nno-such.ts\n'.repeat(HUGE_BYTES / 24);
  if (fault?.kind === 'long_line') text += `#EXTINF:2.0,${'x'.repeat(LONG_BYTES)}\nno-such.ts\n`;
  res.end(text);
}

/** A playlist of 2 GB in 2 MB. */
function gzipBomb(): Buffer {
  const part = gzipSync(Buffer.alloc(BOMB_PART_BYTES));
  return Buffer.concat([gzipSync('#EXTM3U\n'), ...Array<Buffer>(BOMB_PARTS).fill(part)]);
}

function playlist(stream: ProviderStream, token: string): string {
  const still = stream.fault?.kind === 'frozen' || stream.fault?.kind === 'endlist_mid';
  const atMs = still ? stream.nowMs() - (wallMs() - stream.faultAtMs) : stream.nowMs();
  const next = liveNumber(stream, atMs);
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:3',
    `#EXT-X-TARGETDURATION:${SEGMENT_MS / 1000}`,
    `#EXT-X-MEDIA-SEQUENCE:${next - WINDOW + stream.sequenceShift}`,
  ];
  for (let number = next - WINDOW; number < next; number++) {
    if (number === stream.breakAt) lines.push('#EXT-X-DISCONTINUITY');
    lines.push(`#EXTINF:${(SEGMENT_MS / 1000).toFixed(3)},`, `${stream.name}-${number}.ts${token}`);
  }
  if (stream.fault?.kind === 'endlist_mid') lines.push('#EXT-X-ENDLIST');
  return `${lines.join('\n')}\n`;
}

function segmentBytes(stream: ProviderStream, number: number): Buffer {
  const { clip } = stream;
  const place = (at: number) => clip.keyAt(at * SEGMENT_MS).place;
  const afterBreak = stream.breakAt !== null && number >= stream.breakAt;
  const baseTicks = stream.baseTicks + (afterBreak ? BREAK_TICKS : 0);
  const bytes = clip.read(place(number), place(number + 1), baseTicks);
  return damaged(Buffer.concat([clip.psi, bytes]), stream.fault?.kind, clip);
}

/** Answers a segment, or what the fault makes of it. Segments of the future do not exist. */
export function sendSegment(stream: ProviderStream, number: number, res: ServerResponse): void {
  const kind = stream.fault?.kind;
  const newest = liveNumber(stream);
  if (kind === 'seg_404' || number >= newest || number < newest - 10 * WINDOW) {
    res.writeHead(404).end();
    return;
  }
  const bytes = segmentBytes(stream, number);
  res.writeHead(200, { 'Content-Type': 'video/mp2t', 'Content-Length': bytes.length });
  if (kind === 'seg_short') res.write(bytes.subarray(0, bytes.length >> 1), () => res.socket?.destroySoon());
  else if (kind === 'seg_stall') res.write(bytes.subarray(0, bytes.length >> 1));
  else if (kind === 'seg_drip') drip(bytes, res);
  else res.end(bytes);
}

function drip(bytes: Buffer, res: ServerResponse): void {
  let at = 0;
  const timer = setInterval(() => res.write(bytes.subarray(at, (at += 188))), DRIP_MS);
  res.once('close', () => clearInterval(timer));
}
