import { randomBytes } from 'node:crypto';
import { hashPassword } from 'better-auth/crypto';
import { eq } from 'drizzle-orm';
import { session, user } from '../../drizzle/schema/auth.ts';
import type { Db } from '../db/index.ts';
import { lockAccounts, setPassword } from './users.ts';

/**
 * For an admin who is locked out: makes the user an active admin with a new random password and ends his sessions.
 * Answers the password, which is kept nowhere; null when nobody has this e-mail address.
 */
export async function resetAdmin(db: Db, email: string): Promise<string | null> {
  const password = randomBytes(15).toString('base64url');
  const hash = await hashPassword(password);
  return db.transaction(async (tx) => {
    await lockAccounts(tx);
    const [row] = await tx
      .update(user)
      .set({ role: 'admin', disabled: false, updatedAt: new Date() })
      .where(eq(user.email, email.toLowerCase()))
      .returning({ id: user.id });
    if (!row) return null;
    await setPassword(tx, row.id, hash);
    await tx.delete(session).where(eq(session.userId, row.id));
    return password;
  });
}
