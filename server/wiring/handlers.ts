import { EventStream } from '../api/events.ts';
import { AppError } from '../core/errors.ts';
import { statsOf } from '../delivery/stats.ts';
import { createHealth } from '../http/health.ts';
import { targetOf } from '../http/request.ts';
import type { Handler } from '../http/server.ts';
import { wireApi } from './api.ts';
import { wireDelivery } from './delivery.ts';
import type { Domains } from './domains.ts';
import type { Foundation } from './foundation.ts';
import { wireStation } from './station.ts';

type Options = { port: () => number; pages: boolean; connections: () => number };

/** All handlers in the order in which they see a request: hot paths first, pages last. */
export async function wireHandlers(
  foundation: Foundation,
  domains: Domains,
  options: Options,
): Promise<{ handlers: Handler[]; events: EventStream }> {
  const { auth, database, metrics, lifecycle, clock } = foundation;
  const station = wireStation(foundation, domains);
  const events = new EventStream({ events: foundation.events, log: foundation.log, ...station });
  lifecycle.add('events', () => events.close());
  const api = await wireApi(foundation, domains, { ...options, station, events });
  const delivery = wireDelivery(foundation, domains);
  const startedMs = clock.monotonicMs();
  const health = createHealth({
    ready: () => database.ping(),
    metrics,
    mayMeasure: async (req) => {
      if (!(await auth.mayReadMetrics(req))) throw new AppError('UNAUTHENTICATED');
    },
    stats: () =>
      statsOf({
        rssBytes: process.memoryUsage.rss(),
        cache: delivery.cache.stats(),
        connections: options.connections(),
        uptimeSeconds: (clock.monotonicMs() - startedMs) / 1000,
      }),
  });
  const handlers: Handler[] = [
    health,
    delivery.handler,
    uploads(foundation, domains),
    auth.handleAuth,
    underApi((req, res) => api.handle(req, res)),
  ];
  if (options.pages) {
    const pages = await (await import('../pages.ts')).createPages();
    lifecycle.add('pages', () => pages.close());
    handlers.push(pages.handler);
  }
  return { handlers, events };
}

/** `/files`: uploads, by whoever is signed in on our own pages or brings a token. */
const uploads =
  ({ auth, checkOrigin }: Foundation, { ingest }: Domains): Handler =>
  async (req, res) => {
    const pathname = targetOf(req)?.pathname ?? '';
    if (pathname !== '/files' && !pathname.startsWith('/files/')) return false;
    checkOrigin(req);
    await ingest.handle(req, res, await auth.identify(req));
    return true;
  };

const underApi =
  (answer: (...args: Parameters<Handler>) => void): Handler =>
  (req, res) => {
    if (!targetOf(req)?.pathname.startsWith('/api/')) return false;
    answer(req, res);
    return true;
  };
