import type { PacketSink } from './packet-sink.ts';
import { type Counters, nextCounter, type PesPlan } from './pes-writer.ts';
import { buildPat, buildPmt, type MappedStream } from './psi.ts';
import type { AudioUnit, ElementaryStream, VideoUnit } from './streams.ts';

/** The one identity of everything we write; source PIDs and programs never show (media-decisions.md Q2 rule 1). */
export const PROGRAM = 1;
const PAT_PID = 0;
export const PMT_PID = 0x1000;
export const PSI_PIDS = [PAT_PID, PMT_PID] as const;
export const VIDEO_PID = 0x100;
export const AUDIO_PID = 0x101;

/** How far the clock runs ahead of the decoding time, in ticks. */
const PCR_DELAY_TICKS = 9000;
const VIDEO_STREAM_ID = 0xe0;
const AUDIO_STREAM_ID = 0xc0;
const PRIVATE_STREAM_ID = 0xbd;
const PRIVATE_TYPES = new Set([0x06, 0x81, 0x87]);
/** AAC frames in one PES: 85 ms at 48 kHz. */
export const FRAMES_PER_PES = 4;

/** What a written stream holds: the stream types and descriptors of its source. */
export type Layout = {
  video: Pick<ElementaryStream, 'streamType' | 'descriptors'> | null;
  audio: Pick<ElementaryStream, 'streamType' | 'descriptors'> | null;
};

/** PAT and PMT of a layout; their continuity counters are zero. */
export function buildPsi(layout: Layout, version = 0): { pat: Buffer; pmt: Buffer } {
  const streams: MappedStream[] = [];
  if (layout.video) streams.push({ ...layout.video, pid: VIDEO_PID });
  if (layout.audio) streams.push({ ...layout.audio, pid: AUDIO_PID });
  const pcrPid = layout.video ? VIDEO_PID : AUDIO_PID;
  return { pat: buildPat(PROGRAM, PMT_PID), pmt: buildPmt(PROGRAM, PMT_PID, pcrPid, streams, version) };
}

/** Writes PAT and PMT with their next counters. */
export function writePsi(sink: PacketSink, psi: { pat: Buffer; pmt: Buffer }, counters: Counters): void {
  for (const [pid, packet] of [
    [PAT_PID, psi.pat],
    [PMT_PID, psi.pmt],
  ] as const) {
    const at = sink.next();
    packet.copy(sink.bytes, at);
    sink.bytes[at + 3] = 0x10 | nextCounter(counters, pid);
  }
}

export function videoPes(unit: VideoUnit, discontinuity = false): PesPlan {
  return {
    pid: VIDEO_PID,
    streamId: VIDEO_STREAM_ID,
    pts: unit.pts,
    dts: unit.dts,
    parts: [unit.data],
    key: unit.key,
    pcr: unit.dts - PCR_DELAY_TICKS,
    discontinuity,
    bounded: false,
  };
}

/** One PES of several sound units; without pictures it carries the clock too. */
export function audioPes(units: readonly AudioUnit[], layout: Layout): PesPlan {
  const pts = units[0]!.pts;
  const isPrivate = PRIVATE_TYPES.has(layout.audio?.streamType ?? 0);
  const alone = layout.video === null;
  return {
    pid: AUDIO_PID,
    streamId: isPrivate ? PRIVATE_STREAM_ID : AUDIO_STREAM_ID,
    pts,
    dts: pts,
    parts: units.map((unit) => unit.data),
    key: alone,
    pcr: alone ? pts - PCR_DELAY_TICKS : null,
    discontinuity: false,
    bounded: true,
  };
}

/** Groups of units for one PES each: four AAC frames, or one unit that already holds several frames. */
export function groupAudio(units: readonly AudioUnit[]): AudioUnit[][] {
  const groups: AudioUnit[][] = [];
  for (const unit of units) {
    const open = groups.at(-1);
    if (
      open &&
      open.length < FRAMES_PER_PES &&
      open[0]!.durationTicks !== null &&
      unit.durationTicks !== null
    )
      open.push(unit);
    else groups.push([unit]);
  }
  return groups;
}
