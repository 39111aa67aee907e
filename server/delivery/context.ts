import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '../core/log.ts';
import type { AccessPort, CatalogPort, ExportsPort, LivePort, VodPort } from './ports.ts';
import type { SegmentCache } from './segment-cache.ts';
import type { UnmadeLimit } from './unmade-limit.ts';

export type DeliveryPorts<C = unknown> = {
  log: Log;
  allowedOrigins: string;
  /** The quality that players take while nobody has chosen one (`DEFAULT_QUALITY`). */
  defaultQuality(): string;
  access: AccessPort;
  vod: VodPort;
  live: LivePort<C>;
  catalog: CatalogPort<C>;
  exports: ExportsPort;
  cache: SegmentCache;
  unmade: UnmadeLimit;
};

/** One request on a media route. */
export type MediaRequest = {
  req: IncomingMessage;
  res: ServerResponse;
  search: URLSearchParams;
  /** The groups of the route's pattern. */
  params: Record<string, string>;
};

export type MediaHandler = (request: MediaRequest, ports: DeliveryPorts) => Promise<void>;
