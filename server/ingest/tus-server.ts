import type { IncomingMessage } from 'node:http';
import { Server } from '@tus/server';
import { messageOf } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import { EXPOSED, UPLOADS_PATH } from './answers.ts';
import type { UploadStore } from './file-store.ts';
import { finishUpload } from './finish.ts';
import { UploadLocker } from './locker.ts';
import type { IngestPorts } from './ports.ts';
import { refusalOf } from './protocol.ts';

/** How long a request that has to let go of an upload may take to write down what it has. */
const DRAIN_MS = 500;

/** The stock server with our store, lock and words. `idFor` gives the id that was chosen for a creation. */
export function createTusServer(
  ports: IngestPorts,
  datastore: UploadStore,
  idFor: (req: IncomingMessage) => string | undefined,
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
    namingFunction: (request) => {
      const req = request.runtime?.node?.req as IncomingMessage | undefined;
      return (req && idFor(req)) ?? newId();
    },
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
