import { type Catalog, createCatalog } from '../catalog/index.ts';
import { parseAddressRules } from '../core/address-rules.ts';
import { messageOf } from '../core/errors.ts';
import { createIngest, type Ingest } from '../ingest/index.ts';
import { createLive, type Live } from '../live/index.ts';
import type { Supervisor } from '../media/ffmpeg/supervisor.ts';
import { createNet, type Net } from '../net/net.ts';
import { Slots } from '../net/slots.ts';
import type { Store } from '../store/index.ts';
import type { Vod } from '../vod/index.ts';
import type { Foundation } from './foundation.ts';
import { openWork } from './work.ts';

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
  const { db } = database;
  const net = createNet({
    allow: parseAddressRules(config.values.allowSources) ?? [],
    never: { ownPorts: () => [ownPort()], services: () => databaseAddress(config.values.databaseUrl) },
    clock,
    onAttempt: (attempt) => log.debug({ scope: 'net', attempt }, 'an outbound connection'),
  });
  lifecycle.add('net', () => net.close());
  const { store, supervisor, vod } = await openWork(foundation);
  await store.remove('temp/live'); // segments of streams that were running when the last server was killed
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
