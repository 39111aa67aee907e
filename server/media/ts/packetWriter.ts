import { audioPes, buildPsi, type Layout, videoPes } from './identity.ts';
import { writePsi } from './muxer.ts';
import { PACKET_BYTES } from './packet.ts';
import { type Counters, type PesPlan, packetCount, writePes } from './pesWriter.ts';
import type { AudioUnit, VideoUnit } from './streams.ts';

/** Writes an endless stream unit by unit with counters that run on; for relays, where segments are not. */
export class PacketWriter {
  readonly #counters: Counters = new Map();
  #layout: Layout;
  #version = 0;
  #psi: ReturnType<typeof buildPsi>;
  #announce = false;

  constructor(layout: Layout) {
    this.#layout = layout;
    this.#psi = buildPsi(layout, 0);
  }

  get layout(): Layout {
    return this.#layout;
  }

  /** Other codecs from here on: the version of the program map rises (media-decisions.md Q2 rule 7). */
  changeLayout(layout: Layout): void {
    const same = typesOf(layout) === typesOf(this.#layout);
    this.#layout = layout;
    if (same) return;
    this.#version = (this.#version + 1) & 0x1f;
    this.#psi = buildPsi(layout, this.#version);
  }

  /** The next packet with a clock says that the clock jumped (rule 6). */
  announceSplice(): void {
    this.#announce = true;
  }

  /** PAT and PMT. */
  psi(): Buffer {
    const out = Buffer.allocUnsafeSlow(2 * PACKET_BYTES);
    writePsi(out, 0, this.#psi, this.#counters);
    return out;
  }

  video(unit: VideoUnit): Buffer {
    const announced = this.#announce;
    this.#announce = false;
    return this.#write(videoPes(unit, announced));
  }

  audio(units: readonly AudioUnit[]): Buffer {
    return this.#write(audioPes(units, this.#layout));
  }

  #write(plan: PesPlan): Buffer {
    const count = packetCount(plan);
    const out = Buffer.allocUnsafeSlow(count * PACKET_BYTES);
    writePes(out, 0, plan, count, this.#counters);
    return out;
  }
}

const typesOf = (layout: Layout): string => `${layout.video?.streamType}/${layout.audio?.streamType}`;
