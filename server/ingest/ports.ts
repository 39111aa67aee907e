import type { ErrorCode } from '../../lib/contract/errors.ts';
import type { Role } from '../../lib/contract/roles.ts';
import type { Settings } from '../core/config.ts';
import type { Events } from '../core/events.ts';
import type { Log } from '../core/log.ts';
import type { Db } from '../db/index.ts';
import type { Store } from '../store/index.ts';

/** What ingest is built from; the last two are what becomes of a video afterwards. */
export type IngestPorts = {
  db: Db;
  store: Store;
  events: Events;
  settings: Settings;
  log: Log;
  /** A whole file is in `raw/`; may be called more than once. */
  accept(videoId: string): Promise<void>;
  /** An upload ended without its file. */
  abandon(videoId: string, code: ErrorCode): Promise<void>;
};

/** Who uploads. */
export type Uploader = { userId: string; role: Role };
