import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from './faults.ts';

const SLOW_MS = 12_000;
const HUGE_BYTES = 1024 * 1024;
const HTML =
  '<!doctype html><html><head><title>Sorry</title></head><body>Your line has expired.</body></html>';

/** Plays a fault that comes before any media. False when playing goes on as usual afterwards. */
export async function refuse(
  fault: Fault,
  req: IncomingMessage,
  res: ServerResponse,
  ended: AbortSignal,
): Promise<boolean> {
  const raw = (text: string) => void req.socket.write(text);
  if (fault.kind === 'rst') req.socket.resetAndDestroy();
  else if (fault.kind === 'status') {
    const headers = fault.retryAfterS === undefined ? {} : { 'Retry-After': String(fault.retryAfterS) };
    res.writeHead(fault.status ?? 403, headers).end('no');
  } else if (fault.kind === 'html200') res.writeHead(200, { 'Content-Type': 'text/html' }).end(HTML);
  else if (fault.kind === 'half_header') raw('HTTP/1.1 200 OK\r\nContent-Ty');
  else if (fault.kind === 'bad_status') raw('HTTP/1.1 99999 Strange\r\n\r\n');
  else if (fault.kind === 'icy') raw('ICY 200 OK\r\nicy-name: A radio\r\n\r\n');
  else if (fault.kind === 'huge_header') raw(`HTTP/1.1 200 OK\r\nX-Big: ${'b'.repeat(HUGE_BYTES)}\r\n\r\n`);
  else if (fault.kind === 'redirect_loop') redirect(req, res);
  else if (fault.kind === 'slow_headers') {
    await delay(fault.delayMs ?? SLOW_MS, undefined, { signal: ended }).catch(() => undefined);
    return ended.aborted;
  }
  // What is left are headers that never come.
  return true;
}

function redirect(req: IncomingMessage, res: ServerResponse): void {
  const url = new URL(req.url ?? '/', 'http://x');
  url.searchParams.set('step', String(Number(url.searchParams.get('step') ?? 0) + 1));
  res.writeHead(302, { Location: url.pathname + url.search }).end();
}
