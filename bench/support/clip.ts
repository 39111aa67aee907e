import { execFileSync } from 'node:child_process';
import { muxSegment } from '../../server/media/ts/muxer.ts';
import {
  PACKET_BYTES,
  readTimestamp,
  TICKS_PER_SECOND,
  writePcr,
  writeTimestamp,
} from '../../server/media/ts/packet.ts';
import { demux } from '../../server/media/ts/test-clips.ts';

/** A clip that can be played again and again: its counters run on by themselves, its times are rewritten. */
export type LoopClip = { bytes: Buffer; durationS: number; bitsPerSecond: number };

/** A transport stream of `seconds` at 5 Mb/s with a keyframe every 2 s, H.264 and AAC. */
export function makeLoopClip(seconds: number): LoopClip {
  const source = execFileSync('ffmpeg', encodeArgs(seconds), { maxBuffer: 256 * 1024 * 1024 });
  const { program, video, audio } = demux(source);
  const start = video[0]!.pts;
  const durationTicks = seconds * TICKS_PER_SECOND;
  const bytes = muxSegment({
    layout: { video: program.video, audio: program.audio },
    video,
    audio: audio.filter((unit) => unit.pts >= start && unit.pts < start + durationTicks),
  });
  return { bytes, durationS: seconds, bitsPerSecond: (bytes.length * 8) / seconds };
}

function encodeArgs(seconds: number): string[] {
  const picture = `testsrc2=s=1280x720:r=25:d=${seconds},noise=alls=12:allf=t`;
  const rate = ['-b:v', '4650k', '-minrate', '4650k', '-maxrate', '4650k', '-bufsize', '4650k'];
  const gop = ['-g', '50', '-keyint_min', '50', '-sc_threshold', '0', '-bf', '2'];
  return [
    ...['-nostdin', '-v', 'error', '-f', 'lavfi', '-i', picture],
    ...['-f', 'lavfi', '-i', `sine=f=440:r=48000:d=${seconds}`],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-x264-params', 'nal-hrd=cbr', '-pix_fmt', 'yuv420p'],
    ...[...rate, ...gop, '-c:a', 'aac', '-b:a', '128k', '-ac', '2', '-f', 'mpegts', 'pipe:1'],
  ];
}

/** The clip as its n-th repetition: every PTS, DTS and PCR later by n times its length. */
export function repetition(clip: LoopClip, n: number): Buffer {
  const out = Buffer.from(clip.bytes);
  const shift = n * clip.durationS * TICKS_PER_SECOND;
  for (let at = 0; at < out.length; at += PACKET_BYTES) shiftPacket(out, at, shift);
  return out;
}

function shiftPacket(out: Buffer, at: number, shift: number): void {
  const hasField = (out[at + 3]! & 0x20) !== 0;
  const fieldBytes = hasField ? out[at + 4]! : 0;
  if (fieldBytes >= 7 && (out[at + 5]! & 0x10) !== 0)
    writePcr(out, at + 6, out.readUInt32BE(at + 6) * 2 + (out[at + 10]! >> 7) + shift);
  const pes = at + 4 + (hasField ? fieldBytes + 1 : 0);
  const starts = (out[at + 1]! & 0x40) !== 0 && pes + 19 < at + PACKET_BYTES;
  if (!starts || out.readUIntBE(pes, 3) !== 1) return;
  const flags = out[pes + 7]! >> 6;
  if (flags >= 2) writeTimestamp(out, pes + 9, flags, readTimestamp(out, pes + 9) + shift);
  if (flags === 3) writeTimestamp(out, pes + 14, 1, readTimestamp(out, pes + 14) + shift);
}
