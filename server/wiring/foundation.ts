import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import os from 'node:os';
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
import { workerDatabase } from '../db/attach.ts';
import { type Database, openDatabase } from '../db/index.ts';
import { openPeers } from '../db/peers.ts';
import { checkOrigin } from '../http/origin.ts';
import { createPeer, type Peer } from '../http/request.ts';

/** What every process stands on, also one that only works: log, secrets, database, settings. */
export type Base = {
  config: Config;
  log: Log;
  lifecycle: Lifecycle;
  clock: Clock;
  events: Events;
  metrics: Metrics;
  secrets: Secrets;
  database: Database;
  settings: SettingsService;
};

/** The same with accounts, for a process that people reach. */
export type Foundation = Base & {
  peer: Peer;
  auth: Auth;
  checkOrigin(req: IncomingMessage): void;
};

export const ROOT = path.resolve(import.meta.dirname, '../..');

export const version = (): string =>
  (JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version: string }).version;

/** This process among several on one data folder: machines share the folder, and one machine may run several. */
const workerName = ({ values }: Config): string =>
  `worker-${os
    .hostname()
    .toLowerCase()
    .replaceAll(/[^a-z0-9.-]/g, '-')}-${values.port || process.pid}`;

/** Where this process writes down its children: pids of another machine or container say nothing here. */
export const runDirOf = (config: Config): string =>
  path.join(config.dataDir, 'run', ...(config.values.role === 'worker' ? [workerName(config)] : []));

/** Opens what every process stands on, in order; each opened part is registered to be closed in reverse. */
export async function openBase(config: Config): Promise<Base> {
  ensureDataDir(config.dataDir);
  const { dataDir } = config;
  const { role, logLevel, secret } = config.values;
  const fileName = role === 'worker' ? `siaran-${workerName(config)}.log` : 'siaran.log';
  const { log, close: closeLog } = createLog({ level: logLevel, dataDir, fileName });
  const lifecycle = new Lifecycle(log);
  lifecycle.add('log', closeLog);
  try {
    const clock = systemClock;
    const events = new Events();
    const metrics = createMetrics({ processMetrics: true });
    const secrets = loadSecrets({ secret, dataDir });
    const open = role === 'worker' ? workerDatabase : openDatabase;
    const database = await open({ config, secrets, log });
    lifecycle.add('database', () => database.close(), 35_000);
    const peers = await openPeers({ pool: database.pool, events, log: log.child({ scope: 'peers' }) });
    lifecycle.add('peers', () => peers.close());
    const settings = await openSettings({ config, db: database.db, events, log });
    lifecycle.add('settings', () => settings.close());
    return { config, log, lifecycle, clock, events, metrics, secrets, database, settings };
  } catch (error) {
    await lifecycle.close();
    throw error;
  }
}

/** Opens the foundation of a process that people reach. */
export async function openFoundation(config: Config): Promise<Foundation> {
  const base = await openBase(config);
  const { lifecycle } = base;
  try {
    const { trustProxy, publicUrl, allowedOrigins } = config.values;
    const peer = createPeer({ trustProxy, publicUrl });
    const auth = await createAuth({ ...base, db: base.database.db, peer });
    lifecycle.add('accounts', () => auth.close());
    const origins = { peer, publicUrl, allowedOrigins };
    return { ...base, peer, auth, checkOrigin: (req) => checkOrigin(req, origins) };
  } catch (error) {
    await lifecycle.close();
    throw error;
  }
}
