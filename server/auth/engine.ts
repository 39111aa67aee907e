import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { APIError, createAuthMiddleware } from 'better-auth/api';
import { betterAuth } from 'better-auth/minimal';
import { eq } from 'drizzle-orm';
import * as schema from '../../drizzle/schema/auth.ts';
import { PASSWORD_MIN } from '../../lib/contract/accounts.ts';
import { ERRORS, type ErrorCode } from '../../lib/contract/errors.ts';
import { AppError, messageOf } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import type { Db } from '../db/index.ts';
import type { AttemptRule, Attempts } from './attempts.ts';
import type { AuthPorts } from './ports.ts';

/** The client's address travels to better-auth in this header; whatever a client sends under it is overwritten. */
export const ADDRESS_HEADER = 'x-siaran-client';
export const AUTH_PATH = '/api/auth';

export const SESSION_MS = 30 * 24 * 3_600_000;
export const REFRESH_AFTER_MS = 24 * 3_600_000;
const WRONG_PER_ACCOUNT = 10;
const WRONG_PER_ADDRESS = 60;

type Ports = Pick<AuthPorts, 'db' | 'secrets' | 'config' | 'events' | 'log'> & { attempts: Attempts };
export type AuthEngine = ReturnType<typeof createEngine>;

/** better-auth on our tables: e-mail and password, cookie sessions, no sign-up, nothing sent anywhere. */
export function createEngine(ports: Ports) {
  const publicUrl = ports.config.values.publicUrl;
  return betterAuth({
    appName: 'Siaran',
    // Only the path of it is used: addresses in answers are made elsewhere, and origins are checked in handler.ts.
    baseURL: publicUrl ? new URL(publicUrl).origin : 'http://localhost',
    basePath: AUTH_PATH,
    secret: ports.secrets.text('session'),
    database: drizzleAdapter(ports.db, { provider: 'pg', schema, transaction: true }),
    telemetry: { enabled: false },
    rateLimit: { enabled: false },
    logger: { level: 'error', log: (_level, message) => ports.log.error({ scope: 'auth' }, message) },
    onAPIError: {
      // Refusals are answers, not faults; anything else is.
      onError: (error) => {
        if (!(error instanceof APIError))
          ports.log.error({ scope: 'auth', error: messageOf(error) }, 'sign-in failed');
      },
    },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_MIN,
      maxPasswordLength: 200,
    },
    session: { expiresIn: SESSION_MS / 1000, updateAge: REFRESH_AFTER_MS / 1000 },
    user: {
      additionalFields: {
        role: { type: 'string', required: false, input: false },
        disabled: { type: 'boolean', required: false, input: false },
      },
    },
    advanced: {
      cookiePrefix: 'siaran',
      useSecureCookies: publicUrl?.startsWith('https:') ?? false,
      defaultCookieAttributes: { sameSite: 'lax', httpOnly: true, path: '/' },
      disableCSRFCheck: true,
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
      database: { generateId: newId },
    },
    databaseHooks: sessionHooks(ports),
    hooks: attemptHooks(ports.attempts),
  });
}

function sessionHooks({ db, events }: Pick<Ports, 'db' | 'events'>) {
  return {
    session: {
      create: {
        before: async (session: { userId: string }) => {
          if (await isDisabled(db, session.userId)) throw refusal('FORBIDDEN', 'ACCOUNT_DISABLED');
        },
      },
      delete: {
        after: async (session: { id: string }) => {
          events.emit('access.changed', { kind: 'session', id: session.id });
        },
      },
    },
  };
}

async function isDisabled(db: Db, userId: string): Promise<boolean> {
  const [row] = await db
    .select({ disabled: schema.user.disabled })
    .from(schema.user)
    .where(eq(schema.user.id, userId));
  return row?.disabled ?? true;
}

type HookContext = { path?: string; body?: unknown; headers?: Headers | undefined };

/** Wrong passwords are counted per account and address, and per address (WEB-01); both texts of a refusal are the same. */
function attemptHooks(attempts: Attempts) {
  return {
    before: createAuthMiddleware(async (ctx) => {
      const rules = rulesOf(ctx as HookContext);
      if (rules.length === 0) return;
      if (hasAddress(ctx.body)) throw refusal('BAD_REQUEST', 'BAD_REQUEST');
      try {
        attempts.begin(rules);
      } catch (error) {
        throw error instanceof AppError ? asApiError(error) : error;
      }
      // Who changes the password ends all other sessions, and gets a new one (WEB-02).
      if (ctx.path === '/change-password')
        return { context: { body: { ...(ctx.body as object), revokeOtherSessions: true } } };
    }),
    after: createAuthMiddleware(async (ctx) => {
      const rules = rulesOf(ctx as HookContext);
      if (rules.length === 0) return;
      const { returned } = ctx.context;
      if (!(returned instanceof APIError)) attempts.succeeded(rules, [rules[0]?.key ?? '']);
      else if (ctx.path === '/sign-in/email' && returned.statusCode === 401)
        throw refusal('UNAUTHORIZED', 'SIGN_IN_FAILED');
    }),
  };
}

function rulesOf(ctx: HookContext): AttemptRule[] {
  const address = addressKey(ctx.headers?.get(ADDRESS_HEADER) ?? 'local');
  if (ctx.path === '/change-password') return [{ key: `change|${address}`, max: WRONG_PER_ACCOUNT }];
  if (ctx.path !== '/sign-in/email') return [];
  const email = String((ctx.body as { email?: unknown } | undefined)?.email ?? '').slice(0, 320);
  return [
    { key: `account|${email.trim().toLowerCase()}|${address}`, max: WRONG_PER_ACCOUNT },
    { key: `address|${address}`, max: WRONG_PER_ADDRESS },
  ];
}

/** One household has a whole IPv6 /64, so its addresses count as one. */
const addressKey = (address: string): string =>
  address.includes(':') ? address.split(':').slice(0, 4).join(':') : address;

/** We never redirect after signing in, so nobody may ask for it (WEB-07). */
const hasAddress = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && ('callbackURL' in body || 'redirectTo' in body);

const refusal = (status: 'BAD_REQUEST' | 'UNAUTHORIZED' | 'FORBIDDEN', code: ErrorCode): APIError =>
  new APIError(status, { code, message: ERRORS[code].message });

const asApiError = (error: AppError): APIError =>
  new APIError(
    'TOO_MANY_REQUESTS',
    { code: error.code, message: error.message },
    { 'Retry-After': String(error.retryAfterSeconds ?? 60) },
  );
