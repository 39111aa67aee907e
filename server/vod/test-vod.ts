import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { video } from '../../drizzle/schema/vod.ts';
import type { Video } from '../../lib/contract/videos.ts';
import { type TestDatabase, testDatabase } from '../../tests/support/database.ts';
import { systemClock } from '../core/clock.ts';
import { fixedSettings, loadConfig } from '../core/config.ts';
import { Events } from '../core/events.ts';
import { silentLog } from '../core/log.ts';
import { createMetrics } from '../core/metrics.ts';
import { createJobs } from '../jobs/index.ts';
import { createSupervisor, type Supervisor } from '../media/ffmpeg/supervisor.ts';
import { createStore, type Store } from '../store/index.ts';
import { createVod, type Vod } from './index.ts';
import { openOwner } from './owner.ts';

/** A decoder's identity of its own, where the tests run as root. */
export const DECODER = process.getuid?.() === 0 ? { uid: 58_777, gid: 58_777 } : null;

export type TestVod = { vod: Vod; supervisor: Supervisor; events: Events; close(): Promise<void> };

/** One data folder and one database, on which servers of video can be started and ended. */
export class VodStation {
  readonly dir = mkdtempSync(join(tmpdir(), 'siaran-vod-'));
  readonly database: TestDatabase;
  readonly store: Store;
  #number = 0;

  private constructor(database: TestDatabase) {
    this.database = database;
    this.store = createStore({ dataDir: this.dir });
  }

  static async open(): Promise<VodStation> {
    const station = new VodStation(await testDatabase());
    await station.store.open();
    return station;
  }

  async start(settings: Record<string, string> = {}): Promise<TestVod> {
    const events = new Events();
    const { pool, db } = this.database;
    const supervisor = createSupervisor({
      ffmpegPath: 'ffmpeg',
      ffprobePath: 'ffprobe',
      runDir: join(this.dir, `run-${this.#number++}`),
      decoder: DECODER,
    });
    const jobs = createJobs({ pool, log: silentLog(), events });
    const owner = await openOwner({ pool });
    const vod = createVod({
      ...{ db, jobs, owner, supervisor, events },
      store: this.store,
      decoder: DECODER,
      settings: fixedSettings(loadConfig({ DATA_DIR: this.dir, ...settings })),
      log: silentLog(),
      clock: systemClock,
      metrics: createMetrics({ processMetrics: false }),
      role: 'all',
    });
    await vod.start();
    await jobs.start();
    const close = async () => {
      await jobs.close();
      await vod.close();
      await owner.close();
      await supervisor.close();
    };
    return { vod, supervisor, events, close };
  }

  /** A file of a clip that ffmpeg makes of these arguments, as an upload leaves it; the answer is its video. */
  async upload(args: readonly string[]): Promise<string> {
    const id = randomUUID();
    await promisify(execFile)('ffmpeg', [
      ...['-nostdin', '-v', 'error', '-y'],
      ...[...args, join(this.dir, 'raw', id)],
    ]);
    await this.database.db
      .insert(video)
      .values({ id, title: 'A clip', state: 'uploading', ingest: 'stored' });
    return id;
  }

  async close(): Promise<void> {
    await this.database.close();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** A small moving picture with a tone. */
export const movingClip = (seconds: number, container = 'mp4', size = '320x180'): string[] => [
  ...['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=25:d=${seconds}`],
  ...['-f', 'lavfi', '-i', `sine=f=440:d=${seconds}`],
  ...['-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'aac', '-f', container],
];

/** The video as soon as nothing more is done with it. */
export async function settledVideo(vod: Vod, id: string): Promise<Video> {
  await expect
    .poll(async () => (await vod.view(id)).state, { timeout: 50_000, interval: 50 })
    .toMatch(/ready|failed|cancelled/);
  return await vod.view(id);
}

/** The process that makes pictures, as soon as there is one. */
export async function encoderOf(supervisor: Supervisor): Promise<number> {
  const encoder = () => supervisor.running().find(({ label, pid }) => label === 'segments' && pid !== null);
  await expect.poll(encoder, { interval: 10, timeout: 20_000 }).toBeDefined();
  return encoder()!.pid!;
}
