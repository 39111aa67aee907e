import { ShortCache } from '../core/short-cache.ts';
import type { DeliveryPorts } from '../delivery/context.ts';
import { createDelivery } from '../delivery/index.ts';
import { SegmentCache } from '../delivery/segment-cache.ts';
import { UnmadeLimit } from '../delivery/unmade-limit.ts';
import type { Handler } from '../http/server.ts';
import type { Domains } from './domains.ts';
import { wireExports } from './exports.ts';
import type { Foundation } from './foundation.ts';

const CACHED = { freshMs: 5000, staleMs: 600_000, max: 5000 };
/** Visibility decides who may watch, and a change of another process is not heard here. */
const VIDEO_FRESH_MS = 2000;
const UNMADE_PER_MINUTE = 30;

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

/** The same for videos: a segment that is in memory needs no look at the database. */
function watchedVideos({ clock, events, lifecycle }: Foundation, { find }: Domains['vod']) {
  const options = { ...CACHED, freshMs: VIDEO_FRESH_MS, nowMs: () => clock.monotonicMs() };
  const videos = new ShortCache(find, options);
  for (const name of ['video.changed', 'video.state', 'video.removed'] as const)
    lifecycle.add(
      `delivery follows ${name}`,
      events.on(name, () => videos.expire()),
    );
  return (idOrNum: string) => videos.get(idOrNum);
}

/** Hands delivery its ports: who may watch, what there is to watch. */
export function wireDelivery(
  foundation: Foundation,
  domains: Domains,
): { handler: Handler; cache: SegmentCache } {
  const { config, log, auth, settings, peer, clock } = foundation;
  const { vod, live, catalog } = domains;
  const cache = new SegmentCache({
    enabled: config.values.videoCacheEnabled,
    sizeBytes: config.values.videoCacheBytes,
  });
  const ports: DeliveryPorts = {
    log: log.child({ scope: 'delivery' }),
    allowedOrigins: config.values.allowedOrigins,
    defaultQuality: () => settings.get('defaultQuality'),
    access: {
      async grant(req, _search, resource, rules) {
        const { via, query, userId } = await auth.mediaAccess(req, resource, rules);
        return { via, query, viewer: userId ?? (query || peer.address(req)) };
      },
    },
    vod: { ...vod, find: watchedVideos(foundation, vod) },
    live: live as DeliveryPorts['live'],
    catalog: watchedChannels(foundation, catalog),
    exports: wireExports(foundation, domains),
    cache,
    unmade: new UnmadeLimit({ perMinute: UNMADE_PER_MINUTE, nowMs: () => clock.monotonicMs() }),
  };
  return { handler: createDelivery(ports), cache };
}
