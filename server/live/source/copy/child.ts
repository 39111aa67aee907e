import type { Writable } from 'node:stream';
import type { ChildResult, ChildSpec } from '../../../media/ffmpeg/types.ts';
import { broughtNothing } from '../failures.ts';
import { type ReaderContext, TsFeed } from '../reader.ts';

/** What differs from child to child; all of them write a transport stream to their standard output. */
export type ReadSpec = Pick<ChildSpec, 'label' | 'args' | 'cwd' | 'stdin' | 'network'> & {
  /** How long the first picture or sound may take from now on; unset: for ever. */
  firstMediaMs?: number;
  /** Writes the child's standard input; what it throws ends the child. */
  feed?(stdin: Writable): Promise<void>;
};

const NOTHING = 'it is connected but sends no picture or sound';

/**
 * Runs one ffmpeg child as a source and reads it until it ends; it lives no longer than the run it belongs to. Throws
 * when no media came in time, and what `feed` threw.
 */
export async function readChild(
  context: ReaderContext,
  { firstMediaMs, feed: write, ...spec }: ReadSpec,
): Promise<{ bytes: number; result: ChildResult }> {
  const { ports, signal } = context;
  signal.throwIfAborted();
  const child = ports.ffmpeg.start({ ...spec, program: 'ffmpeg', stdout: 'bytes', niceness: 0 });
  const stop = () => void child.stop(0);
  signal.addEventListener('abort', stop, { once: true });
  const feed = new TsFeed(context);
  let late = false;
  let bytes = 0;
  const failures: unknown[] = [];
  const timer = setTimeout(
    () => {
      late = !feed.found;
      if (late) stop();
    },
    firstMediaMs ?? 2 ** 31 - 1,
  );
  const writing = write && child.stdin ? write(child.stdin) : Promise.resolve();
  const written = writing.catch((error: unknown) => {
    // The child's end closes its input; what it died of is in its result.
    if (codeOf(error) !== 'ERR_STREAM_PREMATURE_CLOSE') failures.push(error);
    stop();
  });
  try {
    for await (const chunk of child.stdout ?? []) {
      bytes += (chunk as Buffer).length;
      await feed.push(chunk as Buffer);
    }
    const result = await child.done;
    await written;
    signal.throwIfAborted();
    if (failures.length > 0) throw failures[0];
    if (late) throw broughtNothing(NOTHING);
    return { bytes, result };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    feed.boundary(false);
    await child.stop(0);
    await written;
  }
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;
