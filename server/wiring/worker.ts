import { bringsMetricsToken } from '../auth/metrics-token.ts';
import type { Config } from '../core/config.ts';
import { AppError } from '../core/errors.ts';
import { createHealth } from '../http/health.ts';
import { createHttpServer } from '../http/server.ts';
import { type Base, openBase } from './foundation.ts';
import { openWork } from './work.ts';

const DRAIN_MS = 1_000;

/** Builds a process that makes videos and serves nobody: only its health and its measurements can be asked for. */
export async function startWorker(config: Config): Promise<{ base: Base; port: number }> {
  const base = await openBase(config);
  const { lifecycle, log, clock, database, metrics } = base;
  try {
    await openWork(base);
    const startedMs = clock.monotonicMs();
    const health = createHealth({
      ready: () => database.ping(),
      metrics,
      mayMeasure: async (req) => {
        if (!bringsMetricsToken(req, config.values.metricsToken)) throw new AppError('UNAUTHENTICATED');
      },
      stats: () => ({
        uptime_seconds: Math.round((clock.monotonicMs() - startedMs) / 1000),
        memory_rss_bytes: process.memoryUsage.rss(),
      }),
    });
    const server = createHttpServer({ log, publicUrl: config.values.publicUrl, handlers: [health] });
    const port = await server.listen(config.values.port, config.values.host);
    lifecycle.add('http', () => server.close(DRAIN_MS), DRAIN_MS + 5_000);
    return { base, port };
  } catch (error) {
    await lifecycle.close();
    throw error;
  }
}
