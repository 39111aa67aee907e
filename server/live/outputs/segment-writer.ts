import { AUDIO_PID, FRAMES_PER_PES, groupAudio, PSI_PIDS, VIDEO_PID } from '../../media/ts/identity.ts';
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
  /** Packets of each PID in this segment. */
  readonly #written = new Map<number, number>();
  readonly #pcrBefore: number | null;

  constructor(packets: PacketWriter, sink: PacketSink) {
    this.#packets = packets;
    this.#sink = sink;
    this.#pcrBefore = packets.pcr;
    packets.psi(sink);
    for (const pid of PSI_PIDS) this.#written.set(pid, 1);
  }

  video(unit: VideoUnit): void {
    this.#count(VIDEO_PID, this.#packets.video(unit, this.#sink));
  }

  audio(unit: AudioUnit): void {
    this.#sound.push(unit);
    if (unit.durationTicks === null || this.#sound.length >= FRAMES_PER_PES) this.finish();
  }

  /** Writes the sound that waits for its group. */
  finish(): void {
    if (this.#sound.length === 0) return;
    for (const group of groupAudio(this.#sound))
      this.#count(AUDIO_PID, this.#packets.audio(group, this.#sink));
    this.#sound = [];
  }

  /** The newest segment is thrown away: the next one follows on the one before it. */
  takeBack(): void {
    this.#packets.takeBack(this.#written, this.#pcrBefore);
  }

  #count(pid: number, packets: number): void {
    this.#written.set(pid, (this.#written.get(pid) ?? 0) + packets);
  }
}
