import type { AsyncLocalStorage } from 'node:async_hooks';
import { Server } from '@tus/server';
import { messageOf } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import { EXPOSED } from './answers.ts';
import type { Flight, UploadStore } from './file-store.ts';
import { finishUpload } from './finish.ts';
import { UploadLocker } from './locker.ts';
import type { IngestPorts } from './ports.ts';
import { refusalOf, UPLOADS_PATH } from './protocol.ts';

/** How long a request that has to let go of an upload may take to write down what it has. */
const DRAIN_MS = 100;

/** The stock server with our store, lock and words; a creation brings its own id. */
export function createTusServer(
  ports: IngestPorts,
  datastore: UploadStore,
  flights: AsyncLocalStorage<Flight>,
): Server {
  return new Server({
    path: UPLOADS_PATH,
    datastore,
    locker: new UploadLocker(),
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
