import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eq } from 'drizzle-orm';
import { rendition, video } from '../../../drizzle/schema/vod.ts';
import { testDatabase } from '../../../tests/support/database.ts';
import { systemClock } from '../../core/clock.ts';
import { fixedSettings, loadConfig } from '../../core/config.ts';
import { Events } from '../../core/events.ts';
import { silentLog } from '../../core/log.ts';
import { createMetrics } from '../../core/metrics.ts';
import { createJobs } from '../../jobs/index.ts';
import { createSupervisor } from '../../media/ffmpeg/supervisor.ts';
import { probe } from '../../media/probe.ts';
import { openWorkroom } from '../../media/workroom.ts';
import { createStore } from '../../store/index.ts';
import { finalRows } from '../final-rows.ts';
import { findGeneration, type Generation, prepareGeneration } from '../generation.ts';
import { createOpenGrids } from '../open-grids.ts';
import { openOwner } from '../owner.ts';
import type { VodPorts } from '../ports.ts';
import { createWatching } from './index.ts';

export const run = promisify(execFile);

/** Segments of two seconds, so that a short clip has many. */
const SEGMENT_SECONDS = 2;

export type World = Awaited<ReturnType<typeof openWorld>>;

/** A database, a store and an ffmpeg, and videos on the grid that nobody has made anything of. */
export async function openWorld() {
  const dir = await mkdtemp(join(tmpdir(), 'siaran-watching-'));
  const database = await testDatabase();
  const store = createStore({ dataDir: dir });
  await store.open();
  const supervisor = createSupervisor({
    ffmpegPath: 'ffmpeg',
    ffprobePath: 'ffprobe',
    runDir: join(dir, 'run'),
  });
  const owner = await openOwner({ pool: database.pool });
  const events = new Events();
  const jobs = createJobs({ pool: database.pool, log: silentLog(), events });
  const config = loadConfig({ DATA_DIR: dir, HLS_SEGMENT_DURATION: String(SEGMENT_SECONDS) });
  const ports: VodPorts = {
    ...{ db: database.db, store, jobs, owner, supervisor, decoder: null },
    ...{
      role: 'all',
      metrics: createMetrics(),
      events,
      settings: fixedSettings(config),
      log: silentLog(),
      clock: systemClock,
    },
  };
  const closing = new AbortController();
  const grids = createOpenGrids(ports, closing.signal);
  const watching = createWatching(ports, grids, closing.signal);

  /** A video as it is when its probe has ended. */
  const add = async (args: readonly string[]): Promise<Generation> => {
    const id = randomUUID();
    const file = store.path(`raw/${id}`);
    await run('ffmpeg', ['-nostdin', '-v', 'error', ...args, file]);
    const room = await openWorkroom({ dir: join(dir, 'room'), sourcePath: file, decoder: null });
    const facts = await probe(supervisor, room.dir).finally(() => room.close());
    const [row] = await database.db
      .insert(video)
      .values({
        ...{ id, title: 'A clip', state: 'processing', ingest: 'stored', playable: true },
        facts: facts as unknown as Record<string, unknown>,
      })
      .returning();
    const gen = await database.db.transaction((tx) => prepareGeneration(ports, tx, row!));
    return (await findGeneration(database.db, id, gen))!;
  };
  /** Makes all of a video, as the stage does that makes its qualities. */
  const finish = async (generation: Generation): Promise<Generation> => {
    const open = await grids.open(generation);
    await open.maker.all();
    for (const row of await finalRows(generation, open, [], closing.signal))
      await database.db.update(rendition).set(row).where(eq(rendition.id, row.id!));
    ports.events.emit('video.changed', { videoId: generation.videoId });
    return (await findGeneration(database.db, generation.videoId, generation.gen))!;
  };
  const close = async () => {
    closing.abort();
    await owner.close();
    await supervisor.close();
    await database.close();
    rmSync(dir, { recursive: true, force: true });
  };
  return { ports, grids, watching, supervisor, database, add, finish, close };
}

/** A moving picture with a tone; more tones are further tracks. */
export function clip(seconds: number, { size = '854x480', tones = 1, format = 'mp4' } = {}): string[] {
  const inputs = Array.from({ length: tones }, (_, i) => [
    ...['-f', 'lavfi', '-i', `sine=f=${440 * (i + 1)}:d=${seconds}`],
  ]).flat();
  return [
    ...['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=25:d=${seconds}`, ...inputs, '-map', '0:v'],
    ...Array.from({ length: tones }, (_, i) => ['-map', `${i + 1}:a`]).flat(),
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '50', '-c:a', 'aac', '-f', format],
  ];
}

/** The state letter of a process as the kernel tells it: `T` when it is stopped (proc(5)). */
export const stateOf = (pid: number): string =>
  readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .charAt(0);
