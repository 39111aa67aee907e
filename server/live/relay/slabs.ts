import { PACKET_BYTES } from '../../media/ts/packet.ts';
import type { PacketSink } from '../../media/ts/packet-sink.ts';

/** 718 packets: just over 128 KB, so that malloc gives it pages of its own (scripts/lib/server-process.json). */
export const SLAB_BYTES = 718 * PACKET_BYTES;
/** Free memory that is kept for the next stream; what is more goes back to the system. */
const MOST_FREE = 64;

const free: Buffer[] = [];

/**
 * A piece of memory for packets that is used again and again. All live bytes stand in such pieces: as garbage they
 * would stay for long, since V8 looks for garbage of this kind only every 64 MB.
 */
export class Slab {
  readonly bytes: Buffer = free.pop() ?? Buffer.allocUnsafeSlow(SLAB_BYTES);
  #holders = 1;

  retain(): void {
    this.#holders++;
  }

  /** Whoever made or retained it releases it once; after the last one the bytes belong to somebody else. */
  release(): void {
    if (--this.#holders === 0 && free.length < MOST_FREE) free.push(this.bytes);
  }

  /** Keeps the bytes as they are until the answer is called. Never calling it costs the reuse and nothing else. */
  lend(): () => void {
    this.retain();
    let lent = true;
    return () => {
      if (lent) this.release();
      lent = false;
    };
  }
}

/** Writes packets into slabs, and hands them on in parts that lie in one slab each. */
export class SlabWriter implements PacketSink {
  readonly #onPart: (bytes: Buffer, slab: Slab) => void;
  #slab: Slab | null = null;
  #from = 0;
  #at = 0;

  /** Who wants to keep a part's bytes retains its slab in `onPart`. */
  constructor(onPart: (bytes: Buffer, slab: Slab) => void) {
    this.#onPart = onPart;
  }

  get bytes(): Buffer {
    return this.#slab!.bytes;
  }

  /** Bytes written since the last part. */
  get waitingBytes(): number {
    return this.#at - this.#from;
  }

  next(): number {
    if (!this.#slab || this.#at + PACKET_BYTES > SLAB_BYTES) {
      this.close();
      this.#slab = new Slab();
    }
    const at = this.#at;
    this.#at += PACKET_BYTES;
    return at;
  }

  /** Hands on what was written since the last part. */
  cut(): void {
    if (!this.#slab || this.#at === this.#from) return;
    const part = this.#slab.bytes.subarray(this.#from, this.#at);
    this.#from = this.#at;
    this.#onPart(part, this.#slab);
  }

  /** Hands on the rest and lets go of the memory. */
  close(): void {
    this.cut();
    this.#slab?.release();
    this.#slab = null;
    this.#from = 0;
    this.#at = 0;
  }
}
