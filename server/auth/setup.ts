import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { hashPassword } from 'better-auth/crypto';
import { count } from 'drizzle-orm';
import { user } from '../../drizzle/schema/auth.ts';
import { AppError } from '../core/errors.ts';
import type { Tx } from '../db/index.ts';
import type { AttemptRule, Attempts } from './attempts.ts';
import type { AuthPorts } from './ports.ts';
import { DEFAULT_STATION, renameStation } from './station.ts';
import { insertUser, lockAccounts } from './users.ts';

export type FirstAdmin = { email: string; password: string; stationName: string };

export type Setup = {
  /** True until there is a user. */
  needed(): Promise<boolean>;
  /** The one-time code for `/setup?code=…`; null once it is too old or nobody needs it any more. */
  code(): { code: string; expiresAt: number } | null;
  /** Throws SETUP_DONE or SETUP_CODE_INVALID; wrong codes are limited per address. */
  checkCode(code: string, address: string): Promise<void>;
  /** Makes the first admin; of several that try at once, exactly one succeeds. */
  createFirstAdmin(wanted: FirstAdmin & { code: string; address: string }): Promise<{ userId: string }>;
  /** The first admin of ADMIN_EMAIL and ADMIN_PASSWORD, when there are no users; true when it was made. */
  createConfiguredAdmin(): Promise<boolean>;
};

const CODE_LIFE_MS = 15 * 60_000;
const WRONG_PER_ADDRESS = 10;
const WRONG_IN_ALL = 60;

type Ports = Pick<AuthPorts, 'db' | 'config' | 'clock' | 'events'> & { attempts: Attempts };

/** First-run setup: without the code that only who started the server has read, nobody becomes admin (WEB-06). */
export function createSetup({ db, config, clock, events, attempts }: Ports): Setup {
  const code = randomBytes(18).toString('base64url');
  const expiresAt = clock.now() + CODE_LIFE_MS;
  let done = false;

  const needed = async () => {
    if (!done) done = await hasUsers(db);
    return !done;
  };
  const checkCode = async (given: string, address: string) => {
    if (!(await needed())) throw new AppError('SETUP_DONE');
    const rules: AttemptRule[] = [
      { key: `setup|${address}`, max: WRONG_PER_ADDRESS },
      { key: 'setup', max: WRONG_IN_ALL },
    ];
    attempts.begin(rules);
    if (clock.now() >= expiresAt || !sameText(given, code)) throw new AppError('SETUP_CODE_INVALID');
    attempts.succeeded(rules);
  };
  const create = async ({ email, password, stationName }: FirstAdmin): Promise<{ userId: string }> => {
    const hash = await hashPassword(password);
    const made = await db.transaction(async (tx) => {
      await lockAccounts(tx);
      if (await hasUsers(tx)) return null;
      await renameStation(tx, stationName);
      return insertUser(tx, { name: nameFrom(email), email, role: 'admin' }, hash);
    });
    done = true;
    if (!made) throw new AppError('SETUP_DONE');
    events.emit('access.changed', { kind: 'user', id: made.id });
    return { userId: made.id };
  };

  return {
    needed,
    code: () => (done || clock.now() >= expiresAt ? null : { code, expiresAt }),
    checkCode,
    async createFirstAdmin(wanted) {
      await checkCode(wanted.code, wanted.address);
      return create(wanted);
    },
    async createConfiguredAdmin() {
      const { adminEmail: email, adminPassword: password } = config.values;
      if (email === null || password === null || !(await needed())) return false;
      try {
        await create({ email, password, stationName: DEFAULT_STATION });
        return true;
      } catch (error) {
        if (error instanceof AppError && error.code === 'SETUP_DONE') return false; // another instance was faster
        throw error;
      }
    },
  };
}

async function hasUsers(from: Pick<Tx, 'select'>): Promise<boolean> {
  const [row] = await from.select({ n: count() }).from(user);
  return (row?.n ?? 0) > 0;
}

const nameFrom = (email: string): string => email.split('@', 1)[0] || email;

function sameText(a: string, b: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}
