import type { Layout } from '../../media/ts/identity.ts';
import { FRAMES_PER_PES, groupAudio } from '../../media/ts/identity.ts';
import { NULL_PACKET, TICKS_PER_SECOND } from '../../media/ts/packet.ts';
import { PacketWriter } from '../../media/ts/packet-writer.ts';
import type { AudioUnit, VideoUnit } from '../../media/ts/streams.ts';
import { Crowd, type Follower } from './crowd.ts';
import { Ring } from './ring.ts';
import { type Slab, SlabWriter } from './slabs.ts';

/** Writes are put together for 50 ms or 256 KB: a quarter of the CPU of writing each packet. */
const FLUSH_MS = 50;
const FLUSH_BYTES = 256 * 1024;
const PSI_EVERY_TICKS = TICKS_PER_SECOND / 2;
const SOUND_KEY_EVERY_TICKS = TICKS_PER_SECOND;

/** Writes whole units as packets with our own PAT, PMT and counters into the ring, and wakes its followers. */
export class Relay {
  readonly ring: Ring;
  readonly #crowd = new Crowd();
  #writer: PacketWriter | null = null;
  readonly #nowMs: () => number;
  readonly #packets: SlabWriter;
  #pendingBytes = 0;
  #pendingKey = false;
  #sound: AudioUnit[] = [];
  #psiAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | null = null;

  constructor(ringBytes: number, nowMs: () => number) {
    this.ring = new Ring(ringBytes);
    this.#nowMs = nowMs;
    this.#packets = new SlabWriter((bytes, slab) => this.#push(bytes, slab));
  }

  follow(follower: Follower): () => void {
    return this.#crowd.join(follower);
  }

  /** A source begins; true when its codecs are others than those before, which many players do not survive. */
  splice(layout: Layout): boolean {
    this.#flushSound();
    if (!this.#writer) {
      this.#writer = new PacketWriter(layout);
      return false;
    }
    const changed = this.#writer.changeLayout(layout);
    this.#writer.announceSplice();
    this.#psiAt = Number.NEGATIVE_INFINITY;
    return changed;
  }

  video(unit: VideoUnit): void {
    if (!this.#writer) return;
    if (unit.key) {
      this.#flushSound();
      this.flush();
      this.#pendingKey = true;
    }
    if (unit.key || unit.dts - this.#psiAt > PSI_EVERY_TICKS) this.#writePsi(unit.dts);
    this.#writer.video(unit, this.#packets);
    this.#written();
  }

  audio(unit: AudioUnit): void {
    const writer = this.#writer;
    if (!writer) return;
    if (writer.layout.video === null && unit.pts - this.#psiAt > SOUND_KEY_EVERY_TICKS) {
      this.#flushSound();
      this.flush();
      this.#pendingKey = true;
      this.#writePsi(unit.pts);
    }
    this.#sound.push(unit);
    if (unit.durationTicks === null || this.#sound.length >= FRAMES_PER_PES) this.#flushSound();
  }

  /** Keeps connections fed while no source brings anything. */
  keepAlive(): void {
    const at = this.#packets.next();
    NULL_PACKET.copy(this.#packets.bytes, at);
    this.#written();
  }

  /** Everything so far is in the ring, also sound that waits for its group. */
  settle(): void {
    this.#flushSound();
    this.flush();
  }

  /** Hands what was put together to the followers. */
  flush(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#packets.cut();
    if (this.#pendingBytes === 0) return;
    this.#pendingBytes = 0;
    this.#crowd.wake();
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#crowd.close();
    this.#packets.close();
    this.ring.clear();
  }

  #push(bytes: Buffer, slab: Slab): void {
    this.ring.push({ bytes, key: this.#pendingKey, atMs: this.#nowMs(), slab });
    this.#pendingBytes += bytes.length;
    this.#pendingKey = false;
  }

  #writePsi(ticks: number): void {
    this.#psiAt = ticks;
    this.#writer?.psi(this.#packets);
  }

  #flushSound(): void {
    const units = this.#sound;
    this.#sound = [];
    if (!this.#writer || units.length === 0) return;
    for (const group of groupAudio(units)) this.#writer.audio(group, this.#packets);
    this.#written();
  }

  #written(): void {
    if (this.#pendingBytes + this.#packets.waitingBytes >= FLUSH_BYTES) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), FLUSH_MS);
  }
}
