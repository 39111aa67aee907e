import type { KeyObject } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { line } from '../../drizzle/schema/auth.ts';
import { AppError } from '../core/errors.ts';
import type { Tx } from '../db/index.ts';
import { hashToken, newLineToken } from './opaque-token.ts';
import type { AuthPorts } from './ports.ts';

/** A line as its owner sees it: with its token. */
export type OwnLine = { id: string; token: string; createdAt: Date };

export type Lines = {
  /** The user's line; the first call makes it. */
  lineOf(userId: string): Promise<OwnLine>;
  /** A new line in place of the old one, whose token and links end at once. */
  renewLine(userId: string): Promise<OwnLine>;
};

type Ports = Pick<AuthPorts, 'db' | 'secrets' | 'events'> & { tokenKey: KeyObject };
type Row = typeof line.$inferSelect;

/** Play-only credentials for other players (contracts.md §9): found by hash, shown again from the encrypted copy. */
export function createLines({ db, secrets, events, tokenKey }: Ports): Lines {
  const shown = (row: Row): OwnLine => ({
    id: row.id,
    token: secrets.decrypt(row.tokenEnc),
    createdAt: row.createdAt,
  });
  const fresh = (userId: string) => {
    const token = newLineToken();
    return { userId, hash: hashToken(tokenKey, 'line', token), tokenEnc: secrets.encrypt(token) };
  };
  const find = async (from: Pick<Tx, 'select'>, userId: string): Promise<Row | undefined> => {
    const [row] = await from.select().from(line).where(eq(line.userId, userId));
    return row;
  };

  return {
    async lineOf(userId) {
      const known = await find(db, userId);
      if (known) return shown(known);
      // Two first uses at once: one of them makes it, both show the same.
      await db.insert(line).values(fresh(userId)).onConflictDoNothing({ target: line.userId });
      const made = await find(db, userId);
      if (!made) throw new AppError('NOT_FOUND');
      return shown(made);
    },
    async renewLine(userId) {
      const { made, ended } = await db.transaction(async (tx) => {
        // A new id as well: links that were signed for the old line end with it.
        const [old] = await tx.delete(line).where(eq(line.userId, userId)).returning();
        const [row] = await tx
          .insert(line)
          .values({ ...fresh(userId), maxConnections: old?.maxConnections })
          .returning();
        return { made: row, ended: old };
      });
      if (ended) events.emit('access.changed', { kind: 'line', id: ended.id });
      if (!made) throw new AppError('NOT_FOUND');
      return shown(made);
    },
  };
}
