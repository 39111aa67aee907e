import { FRAMES_PER_PES, groupAudio } from '../../media/ts/identity.ts';
import type { PacketSink } from '../../media/ts/packet-sink.ts';
import type { PacketWriter } from '../../media/ts/packet-writer.ts';
import type { AudioUnit, VideoUnit } from '../../media/ts/streams.ts';

/**
 * Writes the units of one segment, which begins with PAT and PMT. The counters run on from the segment before, so the
 * segments of a rung in their order are one unbroken stream.
 */
export class SegmentWriter {
  readonly #packets: PacketWriter;
  readonly #sink: PacketSink;
  #sound: AudioUnit[] = [];

  constructor(packets: PacketWriter, sink: PacketSink) {
    this.#packets = packets;
    this.#sink = sink;
    packets.psi(sink);
  }

  video(unit: VideoUnit): void {
    this.#packets.video(unit, this.#sink);
  }

  audio(unit: AudioUnit): void {
    this.#sound.push(unit);
    if (unit.durationTicks === null || this.#sound.length >= FRAMES_PER_PES) this.finish();
  }

  /** Writes the sound that waits for its group. */
  finish(): void {
    if (this.#sound.length === 0) return;
    for (const group of groupAudio(this.#sound)) this.#packets.audio(group, this.#sink);
    this.#sound = [];
  }
}
