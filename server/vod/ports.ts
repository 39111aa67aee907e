import type { Clock } from '../core/clock.ts';
import type { Settings } from '../core/config.ts';
import type { Events } from '../core/events.ts';
import type { Log } from '../core/log.ts';
import type { Metrics } from '../core/metrics.ts';
import type { Db } from '../db/index.ts';
import type { Jobs } from '../jobs/index.ts';
import type { Supervisor } from '../media/ffmpeg/supervisor.ts';
import type { DecoderIdentity } from '../media/ffmpeg/types.ts';
import type { Store } from '../store/index.ts';
import type { Owner } from './owner.ts';

/** What video on demand is built from. */
export type VodPorts = {
  /** What this process does: `web` takes no work, `worker` serves nobody and leaves what others may still use. */
  role: 'all' | 'web' | 'worker';
  db: Db;
  store: Store;
  jobs: Jobs;
  /** This process among those that work on the same database. */
  owner: Owner;
  supervisor: Supervisor;
  /** The uid under which decoders run; null when the server is not root. */
  decoder: DecoderIdentity | null;
  events: Events;
  settings: Settings;
  log: Log;
  clock: Clock;
  metrics: Pick<Metrics, 'counter'>;
};
