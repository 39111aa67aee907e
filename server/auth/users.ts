import { hashPassword } from 'better-auth/crypto';
import { and, asc, count, eq, gt, ne, sql } from 'drizzle-orm';
import { account, session, user } from '../../drizzle/schema/auth.ts';
import type { User } from '../../lib/contract/accounts.ts';
import type { Page } from '../../lib/contract/common.ts';
import type { Role } from '../../lib/contract/roles.ts';
import { AppError } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import type { Tx } from '../db/index.ts';
import { LOCKS } from '../db/lock-numbers.ts';
import type { PageRequest } from './api-tokens.ts';
import type { AuthPorts } from './ports.ts';

export type NewUser = { name: string; email: string; password: string; role: Role };
export type UserChange = Partial<{ name: string; role: Role; disabled: boolean; password: string }>;

export type Users = {
  listUsers(page: PageRequest): Promise<Page<User>>;
  getUser(id: string): Promise<User>;
  createUser(wanted: NewUser): Promise<User>;
  /** A new role or password, or being switched off, ends all sessions of the user. */
  updateUser(id: string, change: UserChange): Promise<User>;
  deleteUser(id: string): Promise<void>;
};

/** For whoever makes the first admin or takes rights from an admin. */
export const lockAccounts = (tx: Tx) => tx.execute(sql`select pg_advisory_xact_lock(${LOCKS.accounts})`);

export function createUsers({ db, events }: Pick<AuthPorts, 'db' | 'events'>): Users {
  const changed = (id: string) => events.emit('access.changed', { kind: 'user', id });
  return {
    async listUsers({ cursor, limit }) {
      const after = cursor === undefined ? undefined : gt(user.id, cursor);
      const rows = await db
        .select()
        .from(user)
        .where(after)
        .orderBy(asc(user.id))
        .limit(limit + 1);
      const [all] = await db.select({ n: count() }).from(user);
      const items = rows.slice(0, limit).map(shown);
      return {
        items,
        nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null,
        total: all?.n ?? 0,
      };
    },
    async getUser(id) {
      const [row] = await db.select().from(user).where(eq(user.id, id));
      if (!row) throw new AppError('NOT_FOUND');
      return shown(row);
    },
    async createUser({ password, ...wanted }) {
      const hash = await hashPassword(password);
      return shown(await db.transaction((tx) => insertUser(tx, wanted, hash)));
    },
    async updateUser(id, { password, ...fields }) {
      const hash = password === undefined ? undefined : await hashPassword(password);
      const row = await db.transaction(async (tx) => {
        await lockAccounts(tx);
        const [old] = await tx.select().from(user).where(eq(user.id, id));
        if (!old) throw new AppError('NOT_FOUND');
        const now = { ...old, ...fields };
        if (isActiveAdmin(old) && !isActiveAdmin(now)) await requireOtherAdmin(tx, id);
        const [saved] = await tx
          .update(user)
          .set({ ...fields, updatedAt: new Date() })
          .where(eq(user.id, id))
          .returning();
        if (hash !== undefined) await setPassword(tx, id, hash);
        if (hash !== undefined || now.role !== old.role || now.disabled)
          await tx.delete(session).where(eq(session.userId, id));
        return saved ?? old;
      });
      changed(id);
      return shown(row);
    },
    async deleteUser(id) {
      await db.transaction(async (tx) => {
        await lockAccounts(tx);
        const [old] = await tx.delete(user).where(eq(user.id, id)).returning();
        if (!old) throw new AppError('NOT_FOUND');
        if (isActiveAdmin(old)) await requireOtherAdmin(tx, id);
      });
      changed(id);
    },
  };
}

/** Adds a user who signs in with a password; EMAIL_TAKEN when the address is in use. */
export async function insertUser(
  tx: Tx,
  { name, email, role }: Omit<NewUser, 'password'>,
  passwordHash: string,
): Promise<typeof user.$inferSelect> {
  const [row] = await tx
    .insert(user)
    .values({ id: newId(), name, email: email.toLowerCase(), role })
    .onConflictDoNothing({ target: user.email })
    .returning();
  if (!row) throw new AppError('EMAIL_TAKEN');
  await setPassword(tx, row.id, passwordHash);
  return row;
}

/** Sets the password of a user, also when he never had one. */
export async function setPassword(tx: Tx, userId: string, hash: string): Promise<void> {
  const own = and(eq(account.userId, userId), eq(account.providerId, 'credential'));
  const set = { password: hash, updatedAt: new Date() };
  const known = await tx.update(account).set(set).where(own).returning({ id: account.id });
  if (known.length > 0) return;
  await tx
    .insert(account)
    .values({ id: newId(), accountId: userId, providerId: 'credential', userId, password: hash });
}

const isActiveAdmin = (row: { role: Role; disabled: boolean }): boolean =>
  row.role === 'admin' && !row.disabled;

async function requireOtherAdmin(tx: Tx, id: string): Promise<void> {
  const [others] = await tx
    .select({ n: count() })
    .from(user)
    .where(and(eq(user.role, 'admin'), eq(user.disabled, false), ne(user.id, id)));
  if ((others?.n ?? 0) === 0) throw new AppError('LAST_ADMIN');
}

const shown = (row: typeof user.$inferSelect): User => ({
  id: row.id,
  name: row.name,
  email: row.email,
  role: row.role,
  disabled: row.disabled,
  createdAt: row.createdAt.toISOString(),
  lastSeenAt: row.lastSeenAt?.toISOString() ?? null,
});
