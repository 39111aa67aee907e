import { link, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../core/errors.ts';
import { explainEnd } from '../media/explain.ts';
import { fastStartArgs, MP4_NAME } from '../media/fast-start.ts';
import { openWorkroom } from '../media/workroom.ts';
import { claim } from './claim.ts';
import type { RenditionRow } from './playlists.ts';
import type { VodPorts } from './ports.ts';
import type { Report } from './progress.ts';
import { runChild, wallLimitMs } from './run.ts';

export const mp4Key = (videoId: string, gen: number, rung: string): string =>
  `processed/${videoId}/${gen}/${rung}.mp4`;

type Options = { roomDir: string; signal: AbortSignal; report?: Report };

/** Puts a rendition's segments into one MP4 that begins to play before it is loaded; no encoding. */
export async function remux(ports: VodPorts, row: RenditionRow, options: Options): Promise<void> {
  const sizeBytes = row.segments.sizesBytes.reduce((total, size) => total + size, 0);
  await ports.store.checkSpace(sizeBytes);
  const room = await openWorkroom({ dir: options.roomDir, sourcePath: null, decoder: ports.decoder });
  try {
    const folder = ports.store.path(`processed/${row.videoId}/${row.gen}/${row.rung}`);
    for (const name of await readdir(folder)) await link(join(folder, name), join(room.dir, name));
    const durationSeconds = row.segments.durationsSeconds.reduce((total, seconds) => total + seconds, 0);
    const result = await runChild(
      ports,
      {
        label: 'fast-start',
        program: 'ffmpeg',
        args: fastStartArgs(row.codec.includes('mp4a')),
        cwd: room.dir,
        stdout: 'progress',
        timeoutMs: wallLimitMs(durationSeconds),
      },
      { signal: options.signal, durationSeconds, ...(options.report ? { report: options.report } : {}) },
    );
    if (result.code !== 0) throw explainEnd(result);
    const file = join(room.dir, MP4_NAME);
    await claim(file);
    await ports.store.put(mp4Key(row.videoId, row.gen, row.rung), file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new AppError('NOT_FOUND', { cause: error });
    throw error;
  } finally {
    await room.close();
  }
}
