import type { KeyObject } from 'node:crypto';
import { and, asc, count, eq, gt } from 'drizzle-orm';
import { apiToken } from '../../drizzle/schema/auth.ts';
import type { ApiToken } from '../../lib/contract/accounts.ts';
import type { Page } from '../../lib/contract/common.ts';
import { type Role, roleAtLeast } from '../../lib/contract/roles.ts';
import { AppError } from '../core/errors.ts';
import { isUuid } from '../core/ids.ts';
import type { Identity } from './identify.ts';
import { hashToken, newApiToken, shownPrefix } from './opaque-token.ts';
import type { AuthPorts } from './ports.ts';

export type PageRequest = { cursor?: string | undefined; limit: number };

export type ApiTokens = {
  /** A new token; its text is in this answer and nowhere else. */
  createToken(maker: Identity, wanted: { name: string; role: Role }): Promise<ApiToken & { token: string }>;
  listTokens(userId: string, page: PageRequest): Promise<Page<ApiToken>>;
  /** Ends a token of this user at once. */
  revokeToken(userId: string, id: string): Promise<void>;
};

type Ports = Pick<AuthPorts, 'db' | 'events'> & { tokenKey: KeyObject };

/** Tokens of machines: random, kept as a hash, with a role no higher than their maker's. */
export function createApiTokens({ db, events, tokenKey }: Ports): ApiTokens {
  return {
    async createToken(maker, { name, role }) {
      if (!roleAtLeast(maker.role, role)) throw new AppError('FORBIDDEN');
      const token = newApiToken();
      const values = { name, role, userId: maker.userId, prefix: shownPrefix(token) };
      const [row] = await db
        .insert(apiToken)
        .values({ ...values, hash: hashToken(tokenKey, 'api', token) })
        .returning();
      if (!row) throw new AppError('INTERNAL');
      return { ...shown(row), token };
    },
    async listTokens(userId, { cursor, limit }) {
      const own = eq(apiToken.userId, userId);
      const after = cursor !== undefined && isUuid(cursor) ? gt(apiToken.id, cursor) : undefined;
      const rows = await db
        .select()
        .from(apiToken)
        .where(and(own, after))
        .orderBy(asc(apiToken.id))
        .limit(limit + 1);
      const [all] = await db.select({ n: count() }).from(apiToken).where(own);
      const items = rows.slice(0, limit).map(shown);
      return {
        items,
        nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null,
        total: all?.n ?? 0,
      };
    },
    async revokeToken(userId, id) {
      if (!isUuid(id)) throw new AppError('NOT_FOUND');
      const ended = await db
        .delete(apiToken)
        .where(and(eq(apiToken.id, id), eq(apiToken.userId, userId)))
        .returning({ id: apiToken.id });
      if (ended.length === 0) throw new AppError('NOT_FOUND');
      events.emit('access.changed', { kind: 'token', id });
    },
  };
}

const shown = (row: typeof apiToken.$inferSelect): ApiToken => ({
  id: row.id,
  name: row.name,
  role: row.role,
  prefix: row.prefix,
  createdAt: row.createdAt.toISOString(),
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
});
