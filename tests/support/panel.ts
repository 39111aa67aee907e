import { Client } from './client.ts';
import { type RunningServer, removeDataDir, type ServerOptions, startServer } from './server.ts';

/** What runs around the tests of a file: vitest's hooks, or Playwright's. */
type Hooks = { beforeAll(run: () => Promise<void>): unknown; afterAll(run: () => Promise<void>): unknown };

/** One server for all tests of a file, and whoever set it up as a caller of its API. */
export class Panel {
  readonly #options: () => ServerOptions;
  #server: RunningServer | null = null;
  #client: Client | null = null;

  constructor(options: () => ServerOptions) {
    this.#options = options;
  }

  get server(): RunningServer {
    if (!this.#server) throw new Error('The server of this file is started before its first test.');
    return this.#server;
  }

  get client(): Client {
    if (!this.#client) throw new Error('Nobody has set this server up.');
    return this.#client;
  }

  get base(): string {
    return this.server.base;
  }

  get dataDir(): string {
    return this.server.dataDir;
  }

  async start(): Promise<void> {
    const options = this.#options();
    this.#server = await startServer(options);
    if (options.setUp !== false) this.#client = await new Client(this.base).signIn();
  }

  /** Starts it again on the same data and the same port, after it was killed or stopped; sessions outlive that. */
  async startAgain(): Promise<void> {
    const { dataDir, port } = this.server;
    this.#server = await startServer({ ...this.#options(), dataDir, port });
  }

  async end(): Promise<void> {
    if (!this.#server) return;
    await this.#server.stop();
    removeDataDir(this.dataDir);
  }
}

/** A server for the tests of this file; its options are asked for when what was registered before has been done. */
export function panelFor({ beforeAll, afterAll }: Hooks, options: () => ServerOptions = () => ({})): Panel {
  const panel = new Panel(options);
  beforeAll(() => panel.start());
  afterAll(() => panel.end());
  return panel;
}
