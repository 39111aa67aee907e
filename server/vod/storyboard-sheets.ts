import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Storyboard } from '../../drizzle/schema/vod.ts';
import { sheetArgs, sheetName } from '../media/storyboard.ts';
import { openWorkroom } from '../media/workroom.ts';
import { claim } from './claim.ts';
import type { VodPorts } from './ports.ts';
import type { StageContext } from './stage.ts';
import { type StoryboardSource, storyboardFrames } from './storyboard-frames.ts';

const LIMIT_MS = 30 * 60_000;

type SheetContext = Pick<StageContext, 'signal' | 'report' | 'roomDir'> & {
  ports: Pick<VodPorts, 'store' | 'supervisor' | 'decoder'>;
  video: { id: string };
};

export const sheetKey = (videoId: string, version: number, n: number): string =>
  `processed/${videoId}/storyboard-${version}-${n}.jpg`;

/** How many sheets a storyboard has. */
export const sheetCount = ({ count, columns, rows }: Storyboard): number =>
  Math.ceil(count / (columns * rows));

/** Makes the sheets of a storyboard and puts them in their places, over those of an interrupted attempt. */
export async function makeSheets(
  context: SheetContext,
  board: Storyboard,
  source: StoryboardSource,
): Promise<void> {
  const { ports, video: row, roomDir } = context;
  const room = await openWorkroom({ dir: roomDir, sourcePath: null, decoder: ports.decoder });
  try {
    await runTiles(context, board, storyboardFrames(source), room.dir);
    const sheets = Array.from({ length: sheetCount(board) }, (_, n) => n);
    for (const n of sheets) {
      const file = join(room.dir, sheetName(n));
      await claim(file);
      if ((await stat(file)).size === 0) throw new Error(`sheet ${n} is empty`);
      await ports.store.put(sheetKey(row.id, board.version, n), file);
    }
  } finally {
    await room.close();
  }
}

async function runTiles(
  { ports, signal, report }: SheetContext,
  board: Storyboard,
  frames: AsyncGenerator<Buffer>,
  cwd: string,
): Promise<void> {
  signal.throwIfAborted();
  const child = ports.supervisor.start({
    ...{ label: 'storyboard', program: 'ffmpeg', args: sheetArgs(board), cwd },
    ...{ stdout: 'progress', stdin: 'bytes', timeoutMs: LIMIT_MS },
  });
  let fed = 0;
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const frame of frames) {
      report(fed++ / board.count, null, null);
      yield frame;
    }
  };
  const failure = await pipeline(Readable.from(counted()), child.stdin!, { signal }).then(
    () => null,
    async (error: unknown) => {
      await child.stop();
      return error;
    },
  );
  const result = await child.done;
  signal.throwIfAborted();
  if (result.code !== 0) throw new Error(result.lastLines.at(-1) ?? 'ffmpeg gave no reason');
  if (failure !== null) throw failure;
}
