import type { MediaFacts } from '../../media/facts.ts';
import type { SupervisedChild, Supervisor } from '../../media/ffmpeg/supervisor.ts';
import type { ChildResult, ChildSpec, DecoderIdentity } from '../../media/ffmpeg/types.ts';
import type { Workroom } from '../../media/workroom.ts';
import { type Gate, obey, whenOpen } from './gate.ts';
import type { GridPlan } from './plan.ts';
import type { GridStore, Row } from './store.ts';

/** What the grid needs from around it. */
export type GridPorts = {
  supervisor: Supervisor;
  decoder: DecoderIdentity | null;
  /** Opens a private folder for one child, the source in it. */
  openRoom(folders: readonly string[]): Promise<Workroom>;
  facts: MediaFacts;
  plan: GridPlan;
  store: GridStore;
  /** 0 leaves the choice to the encoder. */
  threads: number;
  signal: AbortSignal;
  /** Children wait while one of these is closed. */
  gates?: readonly Gate[];
  /** A segment has got its name; false when another run was faster. */
  onSegment(row: Row, k: number, mine: boolean): void;
  /** So much of a row of pictures or sound is made, in seconds of the video, at so many times its speed. */
  onProgress?(stage: 'pictures' | 'sound', atSeconds: number, speed: number | null): void;
};

/**
 * How much of the video a child reads before it comes to segment `from`, where times jump: so long nothing comes, at the
 * speed of the video at worst. Elsewhere it begins near to it.
 */
export const passedSeconds = ({ facts, plan }: Pick<GridPorts, 'facts' | 'plan'>, from: number): number =>
  facts.jumps ? from * plan.segmentSeconds : 0;

/** Runs one child to its end; an aborted signal ends it first and is thrown. */
export async function runChild(
  { supervisor, signal, gates = [] }: Pick<GridPorts, 'supervisor' | 'signal' | 'gates'>,
  spec: ChildSpec,
  during: (child: SupervisedChild) => Promise<void> | void,
): Promise<ChildResult> {
  await whenOpen(gates, signal);
  const child = supervisor.start(spec);
  const free = obey(gates, child);
  const stop = () => {
    // A stopped child would not see the signal that ends it.
    free();
    void child.stop();
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    await during(child);
  } finally {
    await child.done;
    free();
    signal.removeEventListener('abort', stop);
  }
  signal.throwIfAborted();
  return await child.done;
}
