import type { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Server } from '@tus/server';
import { messageOf } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import { EXPOSED } from './answers.ts';
import type { Flight, UploadStore } from './file-store.ts';
import { finishUpload } from './finish.ts';
import { HELD, type UploadLocker } from './locker.ts';
import type { IngestPorts } from './ports.ts';
import { refusalOf, UPLOADS_PATH } from './protocol.ts';

/** How long a request that has to let go of an upload may take to write down what it has. */
const DRAIN_MS = 100;

/** What TUS says in headers; nothing else of a request is the stock server's business. */
const OF_TUS = /^(?:tus|upload|content)-/;

/** The stock server without its way of reading bodies: the store takes them from the request of its flight. */
export class TusServer extends Server {
  readonly #flights: AsyncLocalStorage<Flight>;

  constructor(flights: AsyncLocalStorage<Flight>, options: ConstructorParameters<typeof Server>[0]) {
    super(options);
    this.#flights = flights;
  }

  protected override createContext() {
    const context = super.createContext();
    const flight = this.#flights.getStore();
    if (flight) flight.signal = context.signal;
    return context;
  }

  /** Answers a request whose body, if it has one, the store reads. */
  async answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const told = Object.entries(req.headers).filter(([name]) => OF_TUS.test(name));
    const headers = told.map(([name, value]): [string, string] => [name, String(value)]);
    const init = { method: req.method ?? '', headers };
    const response = await this.handleWeb(new Request(new URL(req.url ?? '', 'http://siaran'), init));
    const body = await response.text();
    res.writeHead(response.status, Object.fromEntries(response.headers)).end(body);
  }
}

type Parts = { datastore: UploadStore; locker: UploadLocker; flights: AsyncLocalStorage<Flight> };

/** The stock server with our store, lock and words; a creation brings its own id. */
export function createTusServer(ports: IngestPorts, { datastore, locker, flights }: Parts): TusServer {
  return new TusServer(flights, {
    path: UPLOADS_PATH,
    datastore,
    locker: () => (flights.getStore()?.held ? HELD : locker),
    lockDrainTimeout: DRAIN_MS,
    relativeLocation: true,
    respectForwardedHeaders: false,
    // Which origins may upload is said by `uploadCors`; the stock server would open itself to all.
    allowedOrigins: [],
    exposedHeaders: EXPOSED,
    maxSize: () => ports.settings.get('uploadMaxBytes'),
    namingFunction: () => flights.getStore()?.plan?.id ?? newId(),
    onUploadFinish: async (_request, { id }) => {
      await finishUpload(ports, id);
      return {};
    },
    onResponseError: (_request, error) => {
      const { status, body } = refusalOf(error);
      if (status >= 500) ports.log.warn({ status, error: messageOf(error) }, 'an upload request failed');
      return { status_code: status, body: `${body}\n` };
    },
  });
}
