import { audioPes, buildPsi, type Layout, videoPes, writePsi } from './identity.ts';
import { TICKS_PER_SECOND } from './packet.ts';
import type { PacketSink } from './packet-sink.ts';
import { type Counters, packetCount, writePes } from './pes-writer.ts';
import type { AudioUnit, VideoUnit } from './streams.ts';

/** Sound comes behind its picture by this much at most; the clock stays back with it. */
export const LONGEST_LAG_TICKS = TICKS_PER_SECOND;

/** Writes an endless stream unit by unit with counters that run on, for relays. Takes timestamps that grow without wrapping. */
export class PacketWriter {
  readonly #counters: Counters = new Map();
  #layout: Layout;
  #version = 0;
  #psi: ReturnType<typeof buildPsi>;
  #announce = false;
  #videoDts: number | null = null;
  #lagTicks: number;
  #lastPcr: number | null = null;

  /** A `lagTicks` that is known from the beginning saves the clock from standing still when the first sound comes. */
  constructor(layout: Layout, { lagTicks = 0 }: { lagTicks?: number } = {}) {
    this.#layout = layout;
    this.#lagTicks = lagTicks;
    this.#psi = buildPsi(layout, 0);
  }

  get layout(): Layout {
    return this.#layout;
  }

  /** Other codecs from here on: the version of the program map rises (media-decisions.md Q2 rule 7). True when it did. */
  changeLayout(layout: Layout): boolean {
    const same = typesOf(layout) === typesOf(this.#layout);
    this.#layout = layout;
    if (same) return false;
    this.#version = (this.#version + 1) & 0x1f;
    this.#psi = buildPsi(layout, this.#version);
    return true;
  }

  /** The next packet with a clock says that the clock jumped (rule 6). */
  announceSplice(): void {
    this.#announce = true;
  }

  /** The newest clock that was written, in ticks. */
  get pcr(): number | null {
    return this.#lastPcr;
  }

  /** As if the newest `packets` of each PID had never been written; the clock goes back to `pcr`. */
  takeBack(packets: ReadonlyMap<number, number>, pcr: number | null): void {
    for (const [pid, count] of packets)
      this.#counters.set(pid, ((this.#counters.get(pid) ?? 0) - count) & 0x0f);
    this.#lastPcr = pcr;
  }

  /** PAT and PMT. */
  psi(sink: PacketSink): void {
    writePsi(sink, this.#psi, this.#counters);
  }

  /** Answers how many packets it took. */
  video(unit: VideoUnit, sink: PacketSink): number {
    const announced = this.#announce;
    this.#announce = false;
    this.#videoDts = unit.dts;
    const pes = videoPes(unit, announced);
    pes.pcr = this.#clock((pes.pcr ?? unit.dts) - this.#lagTicks);
    const count = packetCount(pes);
    writePes(sink, pes, count, this.#counters);
    return count;
  }

  /** Answers how many packets it took. */
  audio(units: readonly AudioUnit[], sink: PacketSink): number {
    const pts = units[0]!.pts;
    // Sound that comes behind its picture must not come behind the clock: the clock stays back with it.
    if (this.#layout.video && this.#videoDts !== null)
      this.#lagTicks = Math.min(LONGEST_LAG_TICKS, Math.max(this.#lagTicks, this.#videoDts - pts));
    const pes = audioPes(units, this.#layout);
    const count = packetCount(pes);
    writePes(sink, pes, count, this.#counters);
    return count;
  }

  /** The clock only moves forward. */
  #clock(ticks: number): number {
    this.#lastPcr = this.#lastPcr === null ? ticks : Math.max(ticks, this.#lastPcr + 1);
    return this.#lastPcr;
  }
}

const typesOf = (layout: Layout): string => `${layout.video?.streamType}/${layout.audio?.streamType}`;
