import type { ServerResponse } from 'node:http';
import { damaged, stamped } from './damage.ts';
import { isOf, wallMs } from './faults.ts';
import type { ProviderStream } from './stream.ts';

const BURST_BYTES_PER_MS = 80_000;
const DRIP_BYTES_PER_MS = 2;
/** What a connection that does not read may leave unread; then it loses packets, as with any provider. */
const UNREAD_BYTES = 8 * 1024 * 1024;
const PACKET_BYTES = 188;

export type StartAt = 'keyframe' | 'live' | { backlogMs: number };

/** One connection that is sent an endless stream at its pace. */
export class Playback {
  readonly stream: ProviderStream;
  readonly response: ServerResponse;
  readonly #beganAtMs = performance.now();
  #place: number;
  #keyEnd: number | null = null;
  #tickedAtMs = performance.now();
  #dripBytes = 0;

  /** `keyframe` and a backlog send what came before now at once; `live` begins in the middle of whatever there is. */
  constructor(stream: ProviderStream, response: ServerResponse, startAt: StartAt) {
    this.stream = stream;
    this.response = response;
    const now = stream.nowMs();
    const from = typeof startAt === 'object' ? now - startAt.backlogMs : now;
    const { clip } = stream;
    this.#place = startAt === 'live' ? clip.placeAt(now) : clip.keyAt(from).place;
    if (startAt === 'live') this.#keyEnd = clip.firstKeyEnd(this.#place);
    response.writeHead(200, { 'Content-Type': 'video/mp2t' });
    response.flushHeaders();
    if (startAt !== 'live' && !isOf('media', stream.fault)) response.write(clip.psi);
  }

  /** Sends what is due. */
  tick(): void {
    const now = performance.now();
    const passedMs = now - this.#tickedAtMs;
    this.#tickedAtMs = now;
    const { fault } = this.stream;
    if (isOf('cut', fault) && this.#isOver(fault.lifeMs)) this.#cut(fault.kind);
    else if (fault?.kind === 'drip') this.#drip(passedMs);
    else if (fault?.kind === 'burst') this.#send(this.#place + whole(passedMs * BURST_BYTES_PER_MS));
    else if (fault?.kind !== 'stall_mid' && fault?.kind !== 'stall_start')
      this.#send(this.stream.clip.placeAt(this.stream.nowMs()));
  }

  /** A cut ends what was open when it was made, and with a life of so many ms also what comes later. */
  #isOver(lifeMs: number | undefined): boolean {
    const wasOpen = this.#beganAtMs + performance.timeOrigin < this.stream.faultAtMs;
    return wasOpen || (lifeMs !== undefined && performance.now() - this.#beganAtMs > lifeMs);
  }

  #send(to: number): void {
    const { clip, baseTicks, fault } = this.stream;
    if (to <= this.#place) return;
    if (this.response.writableLength > UNREAD_BYTES) {
      if (fault?.kind !== 'burst') this.#place = to;
      return;
    }
    const bytes = clip.read(this.#place, to, baseTicks);
    this.#place = to;
    const sent = damaged(bytes, fault?.kind, clip);
    this.response.write(this.stream.stamped ? stamped(sent, clip) : sent);
    if (this.#keyEnd === null || to < this.#keyEnd) return;
    this.#keyEnd = null;
    this.stream.firstKeyAtMs = wallMs();
  }

  #drip(passedMs: number): void {
    this.#dripBytes += passedMs * DRIP_BYTES_PER_MS;
    const size = whole(this.#dripBytes);
    this.#dripBytes -= size;
    this.#send(this.#place + size);
  }

  #cut(kind: string): void {
    if (kind === 'eof_mid') this.response.end();
    else if (kind === 'rst_mid') this.response.socket?.resetAndDestroy();
    else {
      // A chunk of 4096 bytes is announced, a hundred come.
      this.response.socket?.write(`1000\r\n${'x'.repeat(100)}`);
      this.response.socket?.destroySoon();
    }
  }
}

const whole = (sizeBytes: number): number => Math.floor(sizeBytes / PACKET_BYTES) * PACKET_BYTES;
