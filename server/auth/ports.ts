import type { Clock } from '../core/clock.ts';
import type { Config, Settings } from '../core/config.ts';
import type { Events } from '../core/events.ts';
import type { Log } from '../core/log.ts';
import type { Secrets } from '../core/secrets.ts';
import type { Db } from '../db/index.ts';
import type { Peer } from '../http/request.ts';

/** What accounts and access are built from. */
export type AuthPorts = {
  db: Db;
  secrets: Secrets;
  config: Config;
  settings: Settings;
  events: Events;
  log: Log;
  clock: Clock;
  peer: Peer;
};

/** How long a changed account, session, token or line may still count in another process (contracts.md §9). */
export const ACCESS_CACHE_MS = 60_000;
