import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../core/errors.ts';
import type { Metrics } from '../core/metrics.ts';
import { targetOf } from './request.ts';
import { sendJson, sendText } from './respond.ts';
import type { Handler } from './server.ts';

export type HealthPorts = {
  /** Whether the parts that a request needs answer now. */
  ready(): Promise<boolean>;
  metrics: Metrics;
  /** Throws unless the caller is an admin or brings METRICS_TOKEN. */
  mayMeasure(req: IncomingMessage): Promise<void>;
  stats(): object;
};

/** `/healthz` (alias `/health`) and `/readyz` are open and say no details; `/metrics` and `/stats` need a right. */
export function createHealth(ports: HealthPorts): Handler {
  const answers: Record<string, (req: IncomingMessage, res: ServerResponse) => Promise<void>> = {
    '/healthz': async (_req, res) => sendJson(res, 200, { status: 'ok' }),
    '/readyz': async (_req, res) => {
      const ready = await ports.ready();
      sendJson(res, ready ? 200 : 503, { status: ready ? 'ready' : 'not ready' });
    },
    '/metrics': async (req, res) => {
      await ports.mayMeasure(req);
      sendText(res, 200, await ports.metrics.registry.metrics(), ports.metrics.registry.contentType);
    },
    '/stats': async (req, res) => {
      await ports.mayMeasure(req);
      sendJson(res, 200, ports.stats());
    },
  };
  answers['/health'] = answers['/healthz'] as (typeof answers)[string];
  return async (req, res) => {
    const pathname = targetOf(req)?.pathname ?? '';
    const answer = Object.hasOwn(answers, pathname) ? answers[pathname] : undefined;
    if (!answer) return false;
    res.setHeader('Allow', 'GET, HEAD');
    if (req.method !== 'GET' && req.method !== 'HEAD') throw new AppError('METHOD_NOT_ALLOWED');
    res.removeHeader('Allow');
    res.setHeader('Cache-Control', 'no-store');
    await answer(req, res);
    return true;
  };
}
