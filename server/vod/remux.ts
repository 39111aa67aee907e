import { open as openFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../core/errors.ts';
import { explainEnd } from '../media/explain.ts';
import { type FurtherSound, fastStartArgs, furtherSoundName, MP4_NAME } from '../media/fast-start.ts';
import { openWorkroom } from '../media/workroom.ts';
import { claim } from './claim.ts';
import { findGeneration } from './generation.ts';
import { joinedSegment } from './grid/join.ts';
import { soundRow } from './grid/store.ts';
import type { OpenGrid, OpenGrids } from './open-grids.ts';
import type { VodPorts } from './ports.ts';
import type { Report } from './progress.ts';
import type { RenditionRow } from './queries.ts';
import { runChild, wallLimitMs } from './run.ts';

export const mp4Key = (videoId: string, gen: number, rung: string): string =>
  `processed/${videoId}/${gen}/${rung}.mp4`;

type Options = { grids: OpenGrids; roomDir: string; signal: AbortSignal; report?: Report };

/** Puts a quality's segments into one MP4 that begins to play before it is loaded; no encoding. */
export async function remux(ports: VodPorts, row: RenditionRow, options: Options): Promise<void> {
  const { signal, report } = options;
  const { durationsSeconds, sizesBytes } = row.segments;
  const generation = await findGeneration(ports.db, row.videoId, row.gen);
  if (generation === null) throw new AppError('NOT_FOUND');
  await ports.store.checkSpace(sum(sizesBytes));
  const grid = await options.grids.open(generation);
  const room = await openWorkroom({ dir: options.roomDir, sourcePath: null, decoder: ports.decoder });
  try {
    const count = sizesBytes.length;
    const [first] = grid.plan.tracks;
    const further = await furtherSound(grid, room.dir, count);
    const result = await runChild(
      ports,
      {
        label: 'fast-start',
        program: 'ffmpeg',
        args: fastStartArgs({ hasSound: first !== undefined, language: first?.language ?? null, further }),
        cwd: room.dir,
        stdout: 'progress',
        stdin: 'bytes',
        timeoutMs: wallLimitMs(sum(durationsSeconds)),
      },
      {
        signal,
        durationSeconds: sum(durationsSeconds),
        ...(report ? { report } : {}),
        feed: (stdin) => writeSegments(stdin, { grid, rung: row.rung, count, signal }),
      },
    );
    if (result.code !== 0) throw explainEnd(result);
    const file = join(room.dir, MP4_NAME);
    await claim(file);
    // The video may have been removed meanwhile, and nothing of it may come back.
    if ((await findGeneration(ports.db, row.videoId, row.gen)) === null) throw new AppError('NOT_FOUND');
    await ports.store.put(mp4Key(row.videoId, row.gen, row.rung), file);
  } finally {
    await room.close();
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

type Row = { grid: OpenGrid; rung: string; count: number; signal: AbortSignal };

/** Fails when a segment cannot be read; a child that ends early tells why in its own result. */
async function writeSegments(stdin: Writable, { grid, rung, count, signal }: Row): Promise<void> {
  let unread: unknown = null;
  const segments = async function* (): AsyncGenerator<Buffer> {
    for (let k = 0; k < count; k++)
      yield await joinedSegment(grid, rung, k).catch((error: unknown) => {
        unread = error;
        throw error;
      });
  };
  await pipeline(Readable.from(segments()), stdin, { signal }).catch(() => undefined);
  if (unread !== null) throw unread;
}

/** Writes the sound tracks after the first one as files beside the child. */
async function furtherSound({ plan, store }: OpenGrid, dir: string, count: number): Promise<FurtherSound[]> {
  const further: FurtherSound[] = [];
  for (const [track, { language }] of plan.tracks.entries()) {
    if (track === 0) continue;
    const name = furtherSoundName(track);
    const file = await openFile(join(dir, name), 'w', 0o644);
    try {
      for (let k = 0; k < count; k++) await file.writeFile(await store.read(soundRow(track), k));
    } finally {
      await file.close();
    }
    further.push({ name, language });
  }
  return further;
}
