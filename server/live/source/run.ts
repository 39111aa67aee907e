import { AppError, isAppError } from '../../core/errors.ts';
import type { Damage } from '../../media/ts/demuxer.ts';
import type { Program, Unit } from '../../media/ts/streams.ts';
import { toFailure } from '../../net/failure.ts';
import type { Slot, Slots, SlotUse } from '../../net/slots.ts';
import type { LivePorts, LiveSource } from '../types.ts';
import { ended } from './failures.ts';
import { runSource } from './open.ts';
import { headersLimitMs } from './policy.ts';
import { SourceWatch } from './watch.ts';

/** What happens to a source while it runs. */
export type RunEvent =
  | { type: 'opened'; format: string; continuous: boolean }
  | { type: 'bytes'; sizeBytes: number }
  | { type: 'program'; program: Program }
  | { type: 'unit'; unit: Unit }
  | { type: 'paced'; waitMs: number }
  | { type: 'ended'; error: AppError };

export type RunPorts = Pick<LivePorts, 'net' | 'ffmpeg' | 'clock' | 'maxHeight'> & { slots: Slots };

type Options = {
  source: LiveSource;
  index: number;
  /** Another source may be taken when this one is slow to answer. */
  othersLeft: boolean;
  ports: RunPorts;
  use: SlotUse;
  /** A slot that is held already, for a planned switch. */
  slot?: Slot;
  /** How far the output has come, in ms of media. */
  mediaMs(): number | null;
  post(run: SourceRun, event: RunEvent): void;
};

/** One life of one source: opened when made, ended by `close`, by the source itself, or by a failure. */
export class SourceRun {
  readonly source: LiveSource;
  readonly startedAtMs: number;
  readonly watch: SourceWatch;
  readonly done: Promise<void>;
  readonly #abort = new AbortController();
  readonly #post: (event: RunEvent) => void;
  #slot: Slot | null;
  #closed = false;
  #connected = false;
  /** Where the source stands in its channel now. */
  index: number;
  format: string | null = null;
  program: Program | null = null;
  damage: Damage | null = null;

  constructor(options: Options) {
    this.index = options.index;
    this.source = options.source;
    this.startedAtMs = options.ports.clock.monotonicMs();
    this.watch = new SourceWatch(this.startedAtMs);
    this.#slot = options.slot ?? null;
    this.#post = (event) => {
      if (!this.#closed) options.post(this, event);
    };
    this.done = this.#run(options);
  }

  /** True while a connection may be open. */
  get open(): boolean {
    return !this.#closed && this.#connected && this.source.kind === 'url';
  }

  get liveAtMs(): number | null {
    return this.watch.liveAtMs;
  }

  /** Destroys the connection in this very tick, and gives its slot back. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#abort.abort(new AppError('STREAM_STARTING'));
    this.#slot?.release();
    this.#slot = null;
  }

  async #run(options: Options): Promise<void> {
    let error: AppError;
    try {
      await this.#takeSlot(options);
      this.#connected = true;
      await this.#read(options);
      error = ended();
    } catch (thrown) {
      error = isAppError(thrown) ? thrown : toFailure(thrown, '');
    }
    this.#post({ type: 'ended', error });
    this.close();
  }

  async #takeSlot({ ports, use, source }: Options): Promise<void> {
    const { signal } = this.#abort;
    if (this.#slot) return;
    const slot = await ports.slots.take(source.account, use, signal);
    if (this.#closed) slot.release();
    else this.#slot = slot;
    signal.throwIfAborted();
  }

  async #read({ source, othersLeft, ports, mediaMs }: Options): Promise<void> {
    await runSource({
      source,
      signal: this.#abort.signal,
      headersLimitMs: headersLimitMs(othersLeft),
      ports,
      sink: {
        opened: ({ format, continuous }) => this.#post({ type: 'opened', format, continuous }),
        bytes: (sizeBytes) => this.#post({ type: 'bytes', sizeBytes }),
        program: (program) => this.#post({ type: 'program', program }),
        unit: (unit) => this.#post({ type: 'unit', unit }),
        paced: (waitMs) => this.#post({ type: 'paced', waitMs }),
        damage: (counts) => {
          this.damage = counts;
        },
        mediaMs,
      },
    });
  }
}
