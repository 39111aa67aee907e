import type { DeliveryPorts } from '../delivery/context.ts';
import { createDelivery } from '../delivery/index.ts';
import { SegmentCache } from '../delivery/segment-cache.ts';
import type { Handler } from '../http/server.ts';
import type { Domains } from './domains.ts';
import { wireExports } from './exports.ts';
import type { Foundation } from './foundation.ts';

/** Hands delivery its ports: who may watch, what there is to watch. */
export function wireDelivery(
  foundation: Foundation,
  domains: Domains,
): { handler: Handler; cache: SegmentCache } {
  const { config, log, auth } = foundation;
  const { vod, live, catalog } = domains;
  const cache = new SegmentCache({
    enabled: config.values.videoCacheEnabled,
    sizeBytes: config.values.videoCacheBytes,
  });
  const ports: DeliveryPorts = {
    log: log.child({ scope: 'delivery' }),
    allowedOrigins: config.values.allowedOrigins,
    access: { grant: (req, _search, resource, rules) => auth.mediaAccess(req, resource, rules) },
    vod,
    live: live as DeliveryPorts['live'],
    catalog,
    exports: wireExports(foundation, domains),
    cache,
  };
  return { handler: createDelivery(ports), cache };
}
