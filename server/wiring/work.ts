import { dedicatedUid } from '../core/uids.ts';
import { checkDataFolder, claimDataFolder } from '../db/data-folder.ts';
import { createJobs } from '../jobs/index.ts';
import { createSupervisor, type Supervisor } from '../media/ffmpeg/supervisor.ts';
import { createStore, type Store } from '../store/index.ts';
import { createVod, type Vod } from '../vod/index.ts';
import { openOwner } from '../vod/owner.ts';
import { type Base, runDirOf } from './foundation.ts';

export type Work = { store: Store; supervisor: Supervisor; vod: Vod };

/** Opens what makes videos; a process of the role `web` only hands work on, and makes what its own viewers wait for. */
export async function openWork(base: Base): Promise<Work> {
  const { config, log, lifecycle, clock, events, settings, database, metrics } = base;
  const { db, pool } = database;
  const { role, ffmpegPath, ffprobePath } = config.values;
  const uid = dedicatedUid(config.dataDir, 'decoder');
  const decoder = uid === undefined ? null : { uid, gid: uid };
  const supervisor = createSupervisor({
    ...{ ffmpegPath, ffprobePath, decoder },
    runDir: runDirOf(config),
    log: log.child({ scope: 'ffmpeg' }),
  });
  lifecycle.add('ffmpeg', () => supervisor.close(), 10_000);
  const store = createStore({ dataDir: config.dataDir });
  await (role === 'worker' ? checkDataFolder : claimDataFolder)(db, config.dataDir);
  await store.open();
  const jobs = createJobs({ pool, log: log.child({ scope: 'jobs' }), events });
  const owner = await openOwner({ pool });
  lifecycle.add('owner', () => owner.close());
  const vod = createVod({
    ...{ role, db, store, jobs, owner, supervisor, decoder, events, settings, clock, metrics },
    log: log.child({ scope: 'vod' }),
  });
  await vod.start();
  if (role !== 'web') await jobs.start();
  lifecycle.add('jobs', () => jobs.close(), 15_000);
  lifecycle.add('vod', () => vod.close());
  return { store, supervisor, vod };
}
