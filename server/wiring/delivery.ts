import { ShortCache } from '../core/short-cache.ts';
import type { DeliveryPorts } from '../delivery/context.ts';
import { createDelivery } from '../delivery/index.ts';
import { SegmentCache } from '../delivery/segment-cache.ts';
import type { Handler } from '../http/server.ts';
import type { Domains } from './domains.ts';
import { wireExports } from './exports.ts';
import type { Foundation } from './foundation.ts';

const CACHED = { freshMs: 5000, staleMs: 600_000, max: 5000 };

/**
 * Players of HLS ask every few seconds: what they ask for is looked up once for all of them, anew after each edit, and
 * goes on to be known while the database is away (PROC-04).
 */
function watchedChannels(
  { clock, events, lifecycle }: Foundation,
  { resolve, findForLive }: Domains['catalog'],
): DeliveryPorts['catalog'] {
  const options = { ...CACHED, nowMs: () => clock.monotonicMs() };
  const ids = new ShortCache(resolve, options);
  const channels = new ShortCache(findForLive, options);
  const expire = () => {
    ids.expire();
    channels.expire();
  };
  for (const name of ['catalog.changed', 'settings.changed'] as const)
    lifecycle.add(`delivery follows ${name}`, events.on(name, expire));
  return { resolve: (key) => ids.get(key), findForLive: (id) => channels.get(id) };
}

/** Hands delivery its ports: who may watch, what there is to watch. */
export function wireDelivery(
  foundation: Foundation,
  domains: Domains,
): { handler: Handler; cache: SegmentCache } {
  const { config, log, auth, settings } = foundation;
  const { vod, live, catalog } = domains;
  const cache = new SegmentCache({
    enabled: config.values.videoCacheEnabled,
    sizeBytes: config.values.videoCacheBytes,
  });
  const ports: DeliveryPorts = {
    log: log.child({ scope: 'delivery' }),
    allowedOrigins: config.values.allowedOrigins,
    defaultQuality: () => settings.get('defaultQuality'),
    access: { grant: (req, _search, resource, rules) => auth.mediaAccess(req, resource, rules) },
    vod,
    live: live as DeliveryPorts['live'],
    catalog: watchedChannels(foundation, catalog),
    exports: wireExports(foundation, domains),
    cache,
  };
  return { handler: createDelivery(ports), cache };
}
