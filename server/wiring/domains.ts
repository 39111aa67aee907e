import path from 'node:path';
import { type Catalog, createCatalog } from '../catalog/index.ts';
import { parseAddressRules } from '../core/address-rules.ts';
import { messageOf } from '../core/errors.ts';
import { dedicatedUid } from '../core/uids.ts';
import { createIngest, type Ingest } from '../ingest/index.ts';
import { createJobs } from '../jobs/index.ts';
import { createLive, type Live } from '../live/index.ts';
import { createSupervisor, type Supervisor } from '../media/ffmpeg/supervisor.ts';
import { createNet, type Net } from '../net/net.ts';
import { Slots } from '../net/slots.ts';
import { createStore, type Store } from '../store/index.ts';
import { createVod, type Vod } from '../vod/index.ts';
import { openOwner } from '../vod/owner.ts';
import type { Foundation } from './foundation.ts';

export type Domains = {
  net: Net;
  store: Store;
  supervisor: Supervisor;
  catalog: Catalog;
  vod: Vod;
  ingest: Ingest;
  live: Live;
};

/** Opens the domains on the foundation and wires what passes between them. */
export async function openDomains(foundation: Foundation, ownPort: () => number): Promise<Domains> {
  const { config, log, lifecycle, clock, events, metrics, secrets, settings, database } = foundation;
  const { db, pool } = database;
  const decoderUid = dedicatedUid(config.dataDir, 'decoder');
  const decoder = decoderUid === undefined ? null : { uid: decoderUid, gid: decoderUid };

  const net = createNet({
    allow: parseAddressRules(config.values.allowSources) ?? [],
    never: { ownPorts: () => [ownPort()], services: () => databaseAddress(config.values.databaseUrl) },
    clock,
    onAttempt: (attempt) => log.debug({ scope: 'net', attempt }, 'an outbound connection'),
  });
  lifecycle.add('net', () => net.close());
  const supervisor = createSupervisor({
    ffmpegPath: config.values.ffmpegPath,
    ffprobePath: config.values.ffprobePath,
    runDir: path.join(config.dataDir, 'run'),
    decoder,
    log: log.child({ scope: 'ffmpeg' }),
  });
  lifecycle.add('ffmpeg', () => supervisor.close(), 10_000);
  const store = createStore({ dataDir: config.dataDir });
  await store.open();
  await store.remove('temp/live'); // segments of streams that were running when the last server was killed
  const jobs = createJobs({ pool, log: log.child({ scope: 'jobs' }), events });
  const owner = await openOwner({ pool });
  lifecycle.add('owner', () => owner.close());
  const vod = createVod({
    db,
    store,
    jobs,
    owner,
    supervisor,
    decoder,
    events,
    settings,
    log: log.child({ scope: 'vod' }),
    clock,
  });
  await vod.start();
  await jobs.start();
  lifecycle.add('jobs', () => jobs.close(), 15_000);
  lifecycle.add('vod', () => vod.close());
  const ingest = createIngest({
    db,
    store,
    settings,
    events,
    log: log.child({ scope: 'ingest' }),
    accept: vod.accept,
    abandon: vod.abandon,
  });
  lifecycle.add('ingest', () => ingest.close());
  await ingest.sweep();
  const catalog = createCatalog({ db, secrets, settings, net, events, clock });
  const live = createLive({
    net,
    slots: new Slots(),
    ffmpeg: supervisor,
    log: log.child({ scope: 'live' }),
    events,
    clock,
    metrics,
    findChannel: catalog.findForLive,
    tempDir: (channelId) => store.path(`temp/live/${channelId}`),
    maxHeight: () => Number.parseInt(settings.get('maxQuality'), 10),
    encoderLimit: () => settings.get('encoderLimit'),
  });
  lifecycle.add('live', () => live.close(), 10_000);
  const follow = () => {
    followCatalogue(live, catalog).catch((error) =>
      log.warn({ error: messageOf(error) }, 'streams could not be compared with the catalogue'),
    );
  };
  lifecycle.add('live follows the catalogue', events.on('catalog.changed', follow));
  lifecycle.add('live follows the settings', events.on('settings.changed', follow));
  return { net, store, supervisor, catalog, vod, ingest, live };
}

/** The database is never a source, whatever the allow-list says. */
function databaseAddress(url: string | null): { host: string; port: number }[] {
  if (url === null || !URL.canParse(url)) return [];
  const { hostname, port } = new URL(url);
  return hostname ? [{ host: hostname, port: Number(port || 5432) }] : [];
}

/** A channel that was deleted or switched off does not play on; an edited one goes on as it is now. */
async function followCatalogue(live: Live, catalog: Catalog): Promise<void> {
  for (const { channel_id } of live.status()) {
    const channel = await catalog.findForLive(channel_id);
    if (channel === null) await live.stop(channel_id);
    else live.update(channel);
  }
}
