import { execFile } from 'node:child_process';
import { statfs } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { z } from 'zod';
import type { SetupChecks } from '../../lib/contract/accounts.ts';
import type { Foundation } from './foundation.ts';

type Check = z.infer<typeof SetupChecks>['checks'][number];
const run = promisify(execFile);

/** What the setup page shows at its foot: the database, ffmpeg, the disk, the address. */
export async function setupChecks({ database, config }: Foundation, port: number): Promise<Check[]> {
  const up = await database.ping();
  return [
    {
      id: 'database',
      label: `PostgreSQL ${database.version.split('.')[0]}`,
      ok: up,
      detail: up ? 'connected' : 'does not answer',
    },
    await ffmpegCheck(config.values.ffmpegPath),
    await diskCheck(config.dataDir, config.values.dataDir),
    { id: 'address', label: 'Address', ok: true, detail: config.values.publicUrl ?? `port ${port}` },
  ];
}

async function ffmpegCheck(program: string): Promise<Check> {
  try {
    const { stdout } = await run(program, ['-hide_banner', '-version'], { timeout: 5_000 });
    return {
      id: 'ffmpeg',
      label: `FFmpeg ${/version (\d+(?:\.\d+)*)/.exec(stdout)?.[1] ?? ''}`.trim(),
      ok: true,
      detail: 'found',
    };
  } catch {
    return { id: 'ffmpeg', label: 'FFmpeg', ok: false, detail: 'not found; install it or set FFMPEG_PATH' };
  }
}

async function diskCheck(dataDir: string, shown: string): Promise<Check> {
  const { bavail, bsize } = await statfs(dataDir);
  const freeGb = (bavail * bsize) / 1e9;
  return {
    id: 'disk',
    label: 'Disk',
    ok: freeGb > 2,
    detail: `${freeGb.toFixed(freeGb < 10 ? 1 : 0)} GB free in ${shown}`,
  };
}
