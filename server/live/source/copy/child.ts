import type { Writable } from 'node:stream';
import type { ChildResult, ChildSpec } from '../../../media/ffmpeg/types.ts';
import { broughtNothing } from '../failures.ts';
import { type ReaderContext, TsFeed } from '../reader.ts';

/** What differs from child to child; all of them write a transport stream to their standard output. */
export type ReadSpec = Pick<ChildSpec, 'label' | 'args' | 'cwd' | 'stdin' | 'network'> & {
  /** How long the first picture or sound may take from now on; unset: for ever. */
  firstMediaMs?: number;
  /** Whether the far end has answered; it has as long for that as for HTTP headers. */
  heard?(): boolean;
  /** The first bytes have come. */
  onFirst?(): void;
  /** Writes the child's standard input; what it throws ends the child. */
  feed?(stdin: Writable): Promise<void>;
};

const NOTHING = 'it is connected but sends no picture or sound';
const MUTE = 'it is connected but does not answer';
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Runs one ffmpeg child as a source and reads it until it ends; it lives no longer than the run it belongs to. Throws
 * when no media came in time, and what `feed` threw.
 */
export async function readChild(
  context: ReaderContext,
  { firstMediaMs, heard, onFirst, feed: write, ...spec }: ReadSpec,
): Promise<{ bytes: number; result: ChildResult }> {
  const { ports, signal } = context;
  signal.throwIfAborted();
  const child = ports.ffmpeg.start({ ...spec, program: 'ffmpeg', stdout: 'bytes', niceness: 0 });
  const stop = () => void child.stop(0);
  signal.addEventListener('abort', stop, { once: true });
  const feed = new TsFeed(context);
  let late: string | null = null;
  let bytes = 0;
  const failures: unknown[] = [];
  const fail = (reason: string) => {
    late ??= reason;
    stop();
  };
  const timers = [
    setTimeout(() => feed.found || fail(NOTHING), firstMediaMs ?? LONGEST_TIMER_MS),
    setTimeout(() => heard?.() === false && fail(MUTE), context.headersLimitMs),
  ];
  const writing = write && child.stdin ? write(child.stdin) : Promise.resolve();
  const written = writing.catch((error: unknown) => {
    // The child's end closes its input; what it died of is in its result.
    if (codeOf(error) !== 'ERR_STREAM_PREMATURE_CLOSE') failures.push(error);
    stop();
  });
  try {
    for await (const chunk of child.stdout ?? []) {
      if (bytes === 0) onFirst?.();
      bytes += (chunk as Buffer).length;
      await feed.push(chunk as Buffer);
    }
    const result = await child.done;
    await written;
    signal.throwIfAborted();
    if (failures.length > 0) throw failures[0];
    if (late !== null) throw broughtNothing(late);
    return { bytes, result };
  } finally {
    for (const timer of timers) clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    feed.boundary(false);
    await child.stop(0);
    await written;
  }
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;
