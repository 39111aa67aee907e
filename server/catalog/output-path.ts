import { and, eq, gt, lte, ne } from 'drizzle-orm';
import { channel, outputPathAlias } from '../../drizzle/schema/catalog.ts';
import { isOutputPath } from '../../lib/contract/channels.ts';
import { AppError } from '../core/errors.ts';
import type { Db, Tx } from '../db/index.ts';

const ALIAS_MS = 30 * 24 * 3600 * 1000;

/** Gives a channel its path (contracts.md §1); the one it had leads to it for 30 more days. */
export async function setOutputPath(tx: Tx, id: string, path: string | null, nowMs: number): Promise<void> {
  if (path !== null && !isOutputPath(path)) throw new AppError('OUTPUT_PATH_INVALID');
  const now = new Date(nowMs);
  await tx.delete(outputPathAlias).where(lte(outputPathAlias.expiresAt, now));
  const [before] = await tx.select({ path: channel.outputPath }).from(channel).where(eq(channel.id, id));
  if (!before || before.path === path) return;
  if (path !== null) await claim(tx, id, path);
  await tx.update(channel).set({ outputPath: path }).where(eq(channel.id, id));
  if (before.path === null) return;
  const expiresAt = new Date(nowMs + ALIAS_MS);
  await tx
    .insert(outputPathAlias)
    .values({ path: before.path, channelId: id, expiresAt })
    .onConflictDoUpdate({ target: outputPathAlias.path, set: { channelId: id, expiresAt } });
}

/** A path is taken by the channel that has it and, for 30 days, by the channel that had it. */
async function claim(tx: Tx, id: string, path: string): Promise<void> {
  const holder = await tx
    .select({ id: channel.id })
    .from(channel)
    .where(and(eq(channel.outputPath, path), ne(channel.id, id)));
  const alias = await tx
    .delete(outputPathAlias)
    .where(eq(outputPathAlias.path, path))
    .returning({ id: outputPathAlias.channelId });
  if (holder.length > 0 || alias.some((row) => row.id !== id)) throw new AppError('OUTPUT_PATH_TAKEN');
}

/** The channel that has a path now, or had it lately. */
export async function channelByPath(db: Db, path: string, nowMs: number): Promise<string | null> {
  const [held] = await db.select({ id: channel.id }).from(channel).where(eq(channel.outputPath, path));
  if (held) return held.id;
  const [alias] = await db
    .select({ id: outputPathAlias.channelId })
    .from(outputPathAlias)
    .where(and(eq(outputPathAlias.path, path), gt(outputPathAlias.expiresAt, new Date(nowMs))));
  return alias?.id ?? null;
}
