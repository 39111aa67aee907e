import { setTimeout as delay } from 'node:timers/promises';
import type { AppError } from '../../core/errors.ts';
import { type Damage, TsDemuxer } from '../../media/ts/demuxer.ts';
import type { Program, Unit } from '../../media/ts/streams.ts';
import type { LivePorts, LiveSource } from '../types.ts';
import { unsupported } from './kinds.ts';
import { Pacer } from './pacer.ts';

/** Where a reader puts what it reads. */
export type SourceSink = {
  /** What was found; `continuous` sources are judged by silence, others by their own playlist. */
  opened(info: { format: 'mpegts' | 'hls' | 'generator'; continuous: boolean }): void;
  bytes(sizeBytes: number): void;
  program(program: Program): void;
  unit(unit: Unit): void;
  /** The reader holds back for this long because the source is ahead of time. */
  paced(waitMs: number): void;
  /** Counters of what is wrong with the stream; they go on counting. */
  damage(counts: Damage): void;
  /** How far the output has come, in ms of media; null before the first picture. */
  mediaMs(): number | null;
};

/** What every reader is given. Each one ends when its source ends, and throws an AppError when it fails. */
export type ReaderContext = {
  source: LiveSource;
  sink: SourceSink;
  signal: AbortSignal;
  headersLimitMs: number;
  ports: Pick<LivePorts, 'net' | 'ffmpeg' | 'clock' | 'maxHeight'>;
};

/** Small enough that even a slow stream is held back in short steps. */
const STEP_BYTES = 16 * 1024;

/** The way of bytes from any reader to the sink: demuxed, and paced by holding the reader back. */
export class TsFeed {
  readonly #context: ReaderContext;
  readonly #demuxer: TsDemuxer;
  readonly #pacer: Pacer;
  #refused: AppError | null = null;

  constructor(context: ReaderContext) {
    this.#context = context;
    this.#pacer = new Pacer(context.ports.clock.monotonicMs());
    this.#demuxer = new TsDemuxer({
      borrowed: true,
      onProgram: (program) => this.#onProgram(program),
      onUnit: (unit) => context.sink.unit(unit),
    });
    context.sink.damage(this.#demuxer.damage);
  }

  /** True once a program with picture or sound was found. */
  get found(): boolean {
    return this.#demuxer.program !== null;
  }

  /** Takes bytes of any length; comes back when the next ones are wanted. */
  async push(chunk: Buffer): Promise<void> {
    this.#context.sink.bytes(chunk.length);
    for (let at = 0; at < chunk.length; at += STEP_BYTES)
      await this.#step(chunk.subarray(at, at + STEP_BYTES));
  }

  async #step(bytes: Buffer): Promise<void> {
    const { sink, ports, signal } = this.#context;
    this.#demuxer.push(bytes);
    if (this.#refused) throw this.#refused;
    const waitMs = this.#pacer.waitMs(ports.clock.monotonicMs(), sink.mediaMs());
    if (waitMs <= 0) return;
    sink.paced(waitMs);
    await delay(waitMs, undefined, { signal });
  }

  /** One part is over and the next one counts anew. */
  boundary(clean: boolean): void {
    if (clean) this.#demuxer.flush();
    else this.#demuxer.lose();
  }

  #onProgram(program: Program): void {
    if (program.video || program.audio) this.#context.sink.program(program);
    else this.#refused = unsupported('MPEG-TS without a picture or sound that Siaran knows');
  }
}
