import { AppError, isAppError } from '../../core/errors.ts';
import { toFailure } from '../../net/failure.ts';
import type { LivePorts, LiveSource } from '../types.ts';
import { ended } from './failures.ts';
import { runSource } from './open.ts';
import { headersLimitMs } from './policy.ts';
import type { SourceSink } from './reader.ts';

type Options = {
  source: LiveSource;
  index: number;
  sourceCount: number;
  ports: Pick<LivePorts, 'net' | 'ffmpeg' | 'clock' | 'maxHeight'>;
  sink: SourceSink;
  onEnd(error: AppError): void;
};

/** One life of one source: opened when made, ended by `close`, by the source itself, or by a failure. */
export class SourceRun {
  readonly index: number;
  readonly source: LiveSource;
  readonly startedAtMs: number;
  readonly done: Promise<void>;
  readonly #abort = new AbortController();
  #closed = false;
  continuous = true;
  /** When the first picture left, and the last one did. */
  liveAtMs: number | null = null;
  mediaAtMs: number | null = null;
  /** Times between pictures, the latest 200: the source's own rhythm. */
  readonly gapsMs: number[] = [];

  constructor(options: Options) {
    this.index = options.index;
    this.source = options.source;
    this.startedAtMs = options.ports.clock.monotonicMs();
    this.done = this.#run(options);
  }

  /** True while a connection may be open. */
  get open(): boolean {
    return !this.#closed && this.source.kind === 'url';
  }

  /** A picture has left. */
  progress(nowMs: number): void {
    if (this.mediaAtMs !== null && nowMs > this.mediaAtMs) {
      this.gapsMs.push(nowMs - this.mediaAtMs);
      if (this.gapsMs.length > 200) this.gapsMs.shift();
    }
    this.liveAtMs ??= nowMs;
    this.mediaAtMs = Math.max(this.mediaAtMs ?? 0, nowMs);
  }

  /** Destroys the connection in this very tick. */
  close(): void {
    this.#closed = true;
    this.#abort.abort(new AppError('STREAM_STARTING'));
  }

  async #run({ source, sourceCount, ports, sink, onEnd }: Options): Promise<void> {
    let error: AppError;
    try {
      const { signal } = this.#abort;
      await runSource({ source, sink, signal, headersLimitMs: headersLimitMs(sourceCount), ports });
      error = ended();
    } catch (thrown) {
      error = isAppError(thrown) ? thrown : toFailure(thrown, '');
    }
    if (this.#closed) return;
    this.#closed = true;
    onEnd(error);
  }
}
