import { audioPes, buildPsi, groupAudio, type Layout, videoPes, writePsi } from './identity.ts';
import { diff33 } from './packet.ts';
import { BufferSink } from './packet-sink.ts';
import { type Counters, type PesPlan, packetCount, payloadBytes, writePes } from './pes-writer.ts';
import type { AudioUnit, VideoUnit } from './streams.ts';

export type SegmentInput = {
  layout: Layout;
  video: readonly VideoUnit[];
  audio: readonly AudioUnit[];
  version?: number;
};

const CYCLE = 16;
/** A unit has to be shareable over a whole cycle of packets; nothing real is this small. */
const SMALLEST_UNIT_BYTES = 1;

/**
 * One segment as transport stream: PAT and PMT first, then pictures and sound by decoding time. Each PID takes a
 * multiple of 16 packets, so every segment begins at counter 0 and any row of segments is continuous without state
 * (media-decisions.md, "Counter trick").
 */
export function muxSegment({ layout, video, audio, version = 0 }: SegmentInput): Buffer {
  const plans = interleave(
    video.filter((unit) => unit.data.length > SMALLEST_UNIT_BYTES).map((unit) => videoPes(unit)),
    groupAudio(audio.filter((unit) => unit.data.length > SMALLEST_UNIT_BYTES)).map((group) =>
      audioPes(group, layout),
    ),
  );
  const counts = plans.map(packetCount);
  padCounts(plans, counts);
  const packets = counts.reduce((sum, count) => sum + count, 0);
  const sink = new BufferSink(packets + 2 * CYCLE);
  const counters: Counters = new Map();
  const psi = buildPsi(layout, version);
  let written = 0;
  plans.forEach((plan, index) => {
    const due = Math.floor((index * CYCLE) / plans.length) + 1;
    for (; written < due; written++) writePsi(sink, psi, counters);
    writePes(sink, plan, counts[index]!, counters);
  });
  for (; written < CYCLE; written++) writePsi(sink, psi, counters);
  return sink.bytes;
}

/** Sound goes before the picture that is decoded at its time. */
function interleave(video: PesPlan[], audio: PesPlan[]): PesPlan[] {
  const plans: PesPlan[] = [];
  let next = 0;
  for (const picture of video) {
    while (next < audio.length && diff33(audio[next]!.pts, picture.dts) <= 0) plans.push(audio[next++]!);
    plans.push(picture);
  }
  return plans.concat(audio.slice(next));
}

/** Raises the packets of the largest PES of each PID so that the PID's sum is a multiple of 16. */
function padCounts(plans: readonly PesPlan[], counts: number[]): void {
  const sums = new Map<number, number>();
  const largest = new Map<number, number>();
  plans.forEach((plan, index) => {
    sums.set(plan.pid, (sums.get(plan.pid) ?? 0) + counts[index]!);
    const known = largest.get(plan.pid);
    if (known === undefined || payloadBytes(plans[known]!) < payloadBytes(plan)) largest.set(plan.pid, index);
  });
  for (const [pid, index] of largest) counts[index]! += (CYCLE - (sums.get(pid)! % CYCLE)) % CYCLE;
}
