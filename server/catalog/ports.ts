import type { Clock } from '../core/clock.ts';
import type { Settings } from '../core/config.ts';
import type { Events } from '../core/events.ts';
import type { Secrets } from '../core/secrets.ts';
import type { Db } from '../db/index.ts';
import type { Net } from '../net/net.ts';

/** What the catalogue is built from. */
export type CatalogPorts = {
  readonly db: Db;
  readonly secrets: Secrets;
  readonly settings: Settings;
  readonly net: Pick<Net, 'fetch'>;
  readonly events: Events;
  readonly clock: Clock;
};
