import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import path from 'node:path';
import { openSettings, type SettingsService } from '../admin/settings.ts';
import { type Auth, createAuth } from '../auth/index.ts';
import { type Clock, systemClock } from '../core/clock.ts';
import type { Config } from '../core/config.ts';
import { ensureDataDir } from '../core/data-dir.ts';
import { Events } from '../core/events.ts';
import { Lifecycle } from '../core/lifecycle.ts';
import { createLog, type Log } from '../core/log.ts';
import { createMetrics, type Metrics } from '../core/metrics.ts';
import { loadSecrets, type Secrets } from '../core/secrets.ts';
import { type Database, openDatabase } from '../db/index.ts';
import { openPeers } from '../db/peers.ts';
import { checkOrigin } from '../http/origin.ts';
import { createPeer, type Peer } from '../http/request.ts';

/** What every part stands on: log, secrets, database, settings, accounts. */
export type Foundation = {
  config: Config;
  log: Log;
  lifecycle: Lifecycle;
  clock: Clock;
  events: Events;
  metrics: Metrics;
  secrets: Secrets;
  database: Database;
  settings: SettingsService;
  peer: Peer;
  auth: Auth;
  checkOrigin(req: IncomingMessage): void;
};

export const ROOT = path.resolve(import.meta.dirname, '../..');

export const version = (): string =>
  (JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version: string }).version;

/** Opens the foundation in order; each opened part is registered to be closed in reverse. */
export async function openFoundation(config: Config): Promise<Foundation> {
  ensureDataDir(config.dataDir);
  const { log, close: closeLog } = createLog({ level: config.values.logLevel, dataDir: config.dataDir });
  const lifecycle = new Lifecycle(log);
  lifecycle.add('log', closeLog);
  try {
    const clock = systemClock;
    const events = new Events();
    const metrics = createMetrics({ processMetrics: true });
    const secrets = loadSecrets({ secret: config.values.secret, dataDir: config.dataDir });
    const database = await openDatabase({ config, secrets, log });
    lifecycle.add('database', () => database.close(), 35_000);
    const peers = await openPeers({ pool: database.pool, events, log: log.child({ scope: 'peers' }) });
    lifecycle.add('peers', () => peers.close());
    const settings = await openSettings({ config, db: database.db, events, log });
    lifecycle.add('settings', () => settings.close());
    const { trustProxy, publicUrl, allowedOrigins } = config.values;
    const peer = createPeer({ trustProxy, publicUrl });
    const auth = await createAuth({ db: database.db, secrets, config, settings, events, log, clock, peer });
    lifecycle.add('accounts', () => auth.close());
    const origins = { peer, publicUrl, allowedOrigins };
    return {
      config,
      log,
      lifecycle,
      clock,
      events,
      metrics,
      secrets,
      database,
      settings,
      peer,
      auth,
      checkOrigin: (req) => checkOrigin(req, origins),
    };
  } catch (error) {
    await lifecycle.close();
    throw error;
  }
}
