import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { EventStream } from './api/events.ts';
import { type Config, loadConfig } from './core/config.ts';
import { messageOf } from './core/errors.ts';
import type { Log } from './core/log.ts';
import { createHttpServer, type HttpServer } from './http/server.ts';
import { type Domains, openDomains } from './wiring/domains.ts';
import { openFoundation, version } from './wiring/foundation.ts';
import { wireHandlers } from './wiring/handlers.ts';
import { welcome } from './wiring/welcome.ts';
import { startWorker } from './wiring/worker.ts';

const DRAIN_MS = 5_000;
const STOP_LIMIT_MS = 45_000;
/** Whoever is told to stop while it starts finishes that first, so that all it has begun has an owner that ends it. */
const START_FIRST_MS = 10_000;

export type Siaran = { port: number; log: Log; welcome(): Promise<string>; close(): Promise<void> };

/** Builds every part, wires their ports, listens; close() undoes it in reverse. */
export async function startSiaran(config: Config, options: { pages: boolean }): Promise<Siaran> {
  return config.values.role === 'worker' ? startAsWorker(config) : startAsServer(config, options);
}

async function startAsWorker(config: Config): Promise<Siaran> {
  const { base, port } = await startWorker(config);
  const { log, lifecycle } = base;
  log.info({ port, version: version() }, 'the worker is ready');
  const greeting = `\nThis Siaran worker is up; port ${port} answers /healthz, /readyz and /metrics.\n\n`;
  return { port, log, welcome: async () => greeting, close: () => lifecycle.close() };
}

async function startAsServer(config: Config, options: { pages: boolean }): Promise<Siaran> {
  const foundation = await openFoundation(config);
  const { lifecycle, log } = foundation;
  try {
    let port = config.values.port;
    const domains = await openDomains(foundation, () => port);
    const { handlers, events } = await wireHandlers(foundation, domains, {
      port: () => port,
      pages: options.pages,
      connections: () => server.connections(),
    });
    const server = createHttpServer({ log, publicUrl: config.values.publicUrl, handlers });
    port = await server.listen(config.values.port, config.values.host);
    lifecycle.add('http', () => closeHttp(server, events, domains), DRAIN_MS + 5_000);
    log.info({ port, version: version() }, 'Siaran is ready');
    return { port, log, welcome: () => welcome(foundation, port), close: () => lifecycle.close() };
  } catch (error) {
    await lifecycle.close();
    throw error;
  }
}

/** No new requests; answers without an end (live values, streams) are ended, the others may finish. */
async function closeHttp(server: HttpServer, events: EventStream, { live }: Domains): Promise<void> {
  const closed = server.close(DRAIN_MS);
  events.close();
  await live.close();
  await closed;
}

/** Runs the server as a process: configuration, signals, and an exit code that tells the parent whether to start it again. */
export async function main(options: { pages: boolean }): Promise<void> {
  let siaran: Siaran | null = null;
  let starting: Promise<Siaran> | null = null;
  let stopping = false;
  const close = async (): Promise<void> => {
    const started =
      siaran ?? (await Promise.race([starting?.catch(() => null), setTimeout(START_FIRST_MS, null)]));
    await started?.close();
  };
  // `process.on` with a guard, not `once`: a hook that Next installs raises the signal again when only once-handlers exist.
  const stop = (why: string, code: number) => {
    if (stopping) return process.exit(code || 1);
    stopping = true;
    siaran?.log.info({ why }, 'Siaran stops');
    void setTimeout(STOP_LIMIT_MS, null, { ref: false }).then(() => process.exit(code || 1));
    void close().finally(() => process.exit(code));
  };
  process.on('SIGTERM', () => stop('SIGTERM', 0));
  process.on('SIGINT', () => stop('SIGINT', 0));
  process.on('disconnect', () => stop('the parent ended', 0));
  process.on('uncaughtException', (error) => crash(siaran, error, stop));
  process.on('unhandledRejection', (error) => crash(siaran, error, stop));
  try {
    starting = startSiaran(loadConfig(undefined, version()), options);
    siaran = await starting;
    if (stopping) return;
    process.send?.({ port: siaran.port });
    process.stdout.write(await siaran.welcome());
  } catch (error) {
    if (stopping) return;
    process.stderr.write(`${messageOf(error)}\n`);
    process.exit(1);
  }
}

const CRASHED = 70;

function crash(siaran: Siaran | null, error: unknown, stop: (why: string, code: number) => void): void {
  const facts = { error: error instanceof Error ? error.stack : String(error) };
  if (siaran) siaran.log.fatal(facts, 'an error that nobody caught');
  else process.stderr.write(`${facts.error}\n`);
  stop('a crash', CRASHED);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main({ pages: true });
