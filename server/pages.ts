import path from 'node:path';
import { parse } from 'node:url';
import next from 'next';
import type { Handler } from './http/server.ts';

const ROOT = path.resolve(import.meta.dirname, '..');

/** What a page may load and from where; media and calls only from ourselves. */
const POLICY = [
  "default-src 'self'",
  "script-src 'self' 'unsafe-inline'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "font-src 'self'",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'self'",
].join('; ');

/** The panel's pages, last in the row: whatever no other part answered (docs/decisions, Next last). */
export async function createPages(): Promise<{ handler: Handler; close(): Promise<void> }> {
  const app = next({ dev: false, dir: ROOT, quiet: true });
  await app.prepare();
  const handle = app.getRequestHandler();
  return {
    handler: async (req, res) => {
      res.setHeader('Content-Security-Policy', POLICY);
      await handle(req, res, parse(req.url ?? '/', true));
      return true;
    },
    close: () => app.close(),
  };
}
