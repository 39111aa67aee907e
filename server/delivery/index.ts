import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../core/errors.ts';
import { targetOf } from '../http/request.ts';
import { sendError } from '../http/respond.ts';
import type { Handler } from '../http/server.ts';
import type { DeliveryPorts, MediaHandler } from './context.ts';
import { mediaCors, mediaPreflight } from './cors.ts';
import { MEDIA_ROUTES, type MediaRoute } from './routes.ts';

const PREFIXES = [
  '/stream/',
  '/hls/',
  '/thumb/',
  '/api/hls/',
  '/api/live/',
  '/api/proxy/',
  '/embed/',
  '/playlist.m3u',
];

/** Bytes to viewers: answers the media routes and passes everything else on. */
export function createDelivery(ports: DeliveryPorts): Handler {
  return async (req, res) => {
    const target = targetOf(req);
    if (!target || !PREFIXES.some((prefix) => target.pathname.startsWith(prefix))) return false;
    mediaCors(req, res, ports.allowedOrigins);
    try {
      await answer(req, res, target, ports);
    } catch (error) {
      sendError(req, res, error, { log: ports.log, media: true });
    }
    return true;
  };
}

type Target = NonNullable<ReturnType<typeof targetOf>>;

async function answer(
  req: IncomingMessage,
  res: ServerResponse,
  { pathname, search }: Target,
  ports: DeliveryPorts,
): Promise<void> {
  if (req.method === 'OPTIONS') return mediaPreflight(res);
  for (const route of MEDIA_ROUTES) {
    const match = route.pattern.exec(pathname);
    if (match) return handlerOf(route, req, res)({ req, res, search, params: match.groups ?? {} }, ports);
  }
  throw new AppError('NOT_FOUND');
}

function handlerOf(route: MediaRoute, req: IncomingMessage, res: ServerResponse): MediaHandler {
  if (req.method === 'GET' || req.method === 'HEAD') return route.handler;
  if (req.method === 'DELETE' && route.leave) return route.leave;
  res.setHeader('Allow', route.leave ? 'GET, HEAD, DELETE, OPTIONS' : 'GET, HEAD, OPTIONS');
  throw new AppError('METHOD_NOT_ALLOWED');
}
