import type { IncomingMessage, ServerResponse } from 'node:http';
import { toNodeHandler } from 'better-auth/node';
import { ERRORS, type ErrorCode } from '../../lib/contract/errors.ts';
import { messageOf } from '../core/errors.ts';
import { isListedOrigin, isOwnOrigin, type OriginRules } from '../http/origin.ts';
import { sendJson } from '../http/respond.ts';
import { ADDRESS_HEADER, AUTH_PATH, type AuthEngine } from './engine.ts';
import type { AuthPorts } from './ports.ts';

/** Everything of better-auth that can be reached; all else answers 404. */
const ENDPOINTS: Readonly<Record<string, string>> = {
  '/sign-in/email': 'POST',
  '/sign-out': 'POST',
  '/change-password': 'POST',
  '/get-session': 'GET',
};
const LARGEST_BODY_BYTES = 16_384;

type Ports = Pick<AuthPorts, 'log' | 'peer'> & { engine: AuthEngine; origins: OriginRules };

/** Answers `/api/auth/**` in better-auth's own shape, `{code, message}` (contracts.md §2); false for other addresses. */
export function createAuthHandler({ engine, origins, peer, log }: Ports) {
  const handle = toNodeHandler(engine);
  return async (req: IncomingMessage, res: ServerResponse): Promise<boolean> => {
    const pathname = (req.url ?? '').split('?', 1)[0] ?? '';
    if (pathname !== AUTH_PATH && !pathname.startsWith(`${AUTH_PATH}/`)) return false;
    res.setHeader('Cache-Control', 'no-store');
    const wrong = problemOf(req, pathname.slice(AUTH_PATH.length), origins);
    if (wrong) {
      if (wrong === 'METHOD_NOT_ALLOWED')
        res.setHeader('Allow', ENDPOINTS[pathname.slice(AUTH_PATH.length)] ?? '');
      refuse(req, res, wrong);
      return true;
    }
    req.headers[ADDRESS_HEADER] = peer.address(req);
    try {
      await handle(req, res);
    } catch (error) {
      log.error({ scope: 'auth', error: messageOf(error) }, 'a sign-in request failed');
      if (res.headersSent) res.destroy();
      else refuse(req, res, 'INTERNAL');
    }
    return true;
  };
}

function problemOf(req: IncomingMessage, endpoint: string, origins: OriginRules): ErrorCode | null {
  const method = Object.hasOwn(ENDPOINTS, endpoint) ? ENDPOINTS[endpoint] : undefined;
  if (method === undefined) return 'NOT_FOUND';
  if (req.method !== method) return 'METHOD_NOT_ALLOWED';
  if (method === 'GET') return null;
  if (isForeign(req, origins)) return 'ORIGIN_REFUSED';
  // A body without a length cannot be judged before it is read; no client of ours sends one.
  const tooLarge = Number(req.headers['content-length'] ?? 0) > LARGEST_BODY_BYTES;
  return tooLarge || req.headers['transfer-encoding'] !== undefined ? 'BODY_TOO_LARGE' : null;
}

/** Also without a cookie: signing somebody in from another site would put him into a stranger's account. */
function isForeign(req: IncomingMessage, origins: OriginRules): boolean {
  const { origin } = req.headers;
  if (origin !== undefined)
    return !isOwnOrigin(origin, req, origins) && !isListedOrigin(origin, origins.allowedOrigins);
  const site = req.headers['sec-fetch-site'];
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}

/** Refused before the body was read: the connection ends with the answer, so that the rest is not taken for a request. */
function refuse(req: IncomingMessage, res: ServerResponse, code: ErrorCode): void {
  if (!req.complete && req.method !== 'GET') res.setHeader('Connection', 'close');
  sendJson(res, ERRORS[code].status, { code, message: ERRORS[code].message });
}
