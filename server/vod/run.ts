import type { Writable } from 'node:stream';
import type { SupervisedChild } from '../media/ffmpeg/supervisor.ts';
import type { ChildResult, ChildSpec } from '../media/ffmpeg/types.ts';
import type { VodPorts } from './ports.ts';
import type { Report } from './progress.ts';

/** How long something may take, from how long the film is: generous, but finite. */
export const wallLimitMs = (durationSeconds: number | null): number =>
  15 * 60_000 + (durationSeconds ?? 3600) * 60_000;

type Options = {
  signal: AbortSignal;
  durationSeconds: number | null;
  report?: Report;
  /** Writes the child's standard input; when it fails the child is ended. */
  feed?(stdin: Writable): Promise<void>;
};

/** Runs one child to its end; an aborted signal ends it first and is thrown. */
export async function runChild(
  ports: Pick<VodPorts, 'supervisor'>,
  spec: ChildSpec,
  options: Options,
): Promise<ChildResult> {
  options.signal.throwIfAborted();
  const child = ports.supervisor.start(spec);
  const stop = () => void child.stop();
  options.signal.addEventListener('abort', stop, { once: true });
  follow(child, options);
  const feeding = child.stdin ? options.feed?.(child.stdin) : undefined;
  feeding?.catch(stop);
  const result = await child.done;
  options.signal.removeEventListener('abort', stop);
  await feeding;
  options.signal.throwIfAborted();
  return result;
}

function follow(child: SupervisedChild, { report, durationSeconds }: Options): void {
  if (!report) return;
  child.onProgress(({ outTimeMs, speed }) => {
    if (outTimeMs === null || !durationSeconds) return;
    const doneSeconds = outTimeMs / 1000;
    const rest = Math.max(0, durationSeconds - doneSeconds);
    report(doneSeconds / durationSeconds, speed, speed && speed > 0 ? rest / speed : null);
  });
}
