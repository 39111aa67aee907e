import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { bearerOf } from './identify.ts';

/** Whether a request carries METRICS_TOKEN as its bearer. */
export function bringsMetricsToken(req: IncomingMessage, metricsToken: string | null): boolean {
  const bearer = bearerOf(req);
  if (metricsToken === null || bearer === undefined) return false;
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(bearer), hash(metricsToken));
}
