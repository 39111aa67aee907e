import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Auth, createAuth } from '../../server/auth/index.ts';
import { fixedSettings, loadConfig } from '../../server/core/config.ts';
import { Events } from '../../server/core/events.ts';
import { silentLog } from '../../server/core/log.ts';
import { createPeer } from '../../server/http/request.ts';
import { sendError, sendJson } from '../../server/http/respond.ts';
import { type TestDatabase, testDatabase } from './database.ts';

/** A clock that starts at the real time and is moved by hand. */
export function handClock() {
  let movedMs = 0;
  return {
    now: () => Date.now() + movedMs,
    monotonicMs: () => performance.now() + movedMs,
    pass: (ms: number) => {
      movedMs += ms;
    },
  };
}

export type Accounts = {
  auth: Auth;
  database: TestDatabase;
  events: Events;
  clock: ReturnType<typeof handClock>;
  base: string;
  /** Another instance on the same database, as in another process: it shares no events. */
  another(env?: Record<string, string>): Promise<Auth>;
  close(): Promise<void>;
};

type Extra = (auth: Auth, req: IncomingMessage, res: ServerResponse) => Promise<boolean>;

/** Accounts on a real database behind a real listener; `extra` answers what is not sign-in. */
export async function startAccounts(extra?: Extra, env: Record<string, string> = {}): Promise<Accounts> {
  const database = await testDatabase();
  const clock = handClock();
  const closers: (() => void)[] = [];
  const build = async (events: Events, more: Record<string, string> = {}) => {
    const config = loadConfig({ ...env, ...more });
    const { trustProxy, publicUrl } = config.values;
    const peer = createPeer({ trustProxy, publicUrl });
    const { db, secrets } = database;
    const auth = await createAuth({
      db,
      secrets,
      config,
      settings: fixedSettings(config),
      events,
      log: silentLog(),
      clock,
      peer,
    });
    closers.push(auth.close);
    return auth;
  };
  const events = new Events();
  const auth = await build(events);
  const server = http.createServer((req, res) => void answer(auth, req, res, extra));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    auth,
    database,
    events,
    clock,
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    another: (more) => build(new Events(), more),
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      for (const close of closers) close();
      await database.close();
    },
  };
}

async function answer(auth: Auth, req: IncomingMessage, res: ServerResponse, extra?: Extra): Promise<void> {
  try {
    if (await auth.handleAuth(req, res)) return;
    if (await extra?.(auth, req, res)) return;
    sendJson(res, 200, await auth.identify(req));
  } catch (error) {
    sendError(req, res, error, { log: silentLog() });
  }
}

export const PASSWORD = 'a long enough password';

/** Signs in and answers the Cookie header, or the refusal. */
export async function signIn(
  base: string,
  email: string,
  password = PASSWORD,
): Promise<{
  status: number;
  body: { code?: string; message?: string };
  cookie: string;
  response: Response;
}> {
  const response = await fetch(`${base}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  const cookie = response.headers.getSetCookie().map((line) => line.split(';', 1)[0]);
  return { status: response.status, body: await response.json(), cookie: cookie.join('; '), response };
}
