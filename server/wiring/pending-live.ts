import { AppError } from '../core/errors.ts';
import type { Live, LivePorts } from '../live/types.ts';

const later = async (): Promise<never> => {
  throw new AppError('STREAM_STARTING');
};
export const createLive = (_ports: LivePorts): Live => ({
  serveTs: later,
  master: later,
  media: later,
  segment: async () => null,
  status: () => [],
  statusOf: () => null,
  stop: async () => false,
  close: async () => undefined,
});
