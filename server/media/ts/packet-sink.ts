import { PACKET_BYTES } from './packet.ts';

/** Where packets are written: `next` gives the place of the next one in `bytes`, which may be other memory than before. */
export type PacketSink = { readonly bytes: Buffer; next(): number };

/** A sink of a known number of packets, in memory of its own. */
export class BufferSink implements PacketSink {
  readonly bytes: Buffer;
  #at = 0;

  constructor(packets: number) {
    // Unpooled: what is written is kept and sent as it is.
    this.bytes = Buffer.allocUnsafeSlow(packets * PACKET_BYTES);
  }

  next(): number {
    const at = this.#at;
    this.#at += PACKET_BYTES;
    return at;
  }
}
