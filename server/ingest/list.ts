import { and, count, desc, eq, isNotNull, lt } from 'drizzle-orm';
import { upload } from '../../drizzle/schema/vod.ts';
import type { Page } from '../../lib/contract/common.ts';
import type { Upload } from '../../lib/contract/videos.ts';
import { isUuid } from '../core/ids.ts';
import type { Db } from '../db/index.ts';

export type UploadListQuery = { cursor?: string | undefined; limit: number; ownerId?: string | undefined };

/** Unfinished uploads, newest first; parts of parallel ones are no uploads to people. */
export async function listUploads(
  db: Db,
  { cursor, limit, ownerId }: UploadListQuery,
): Promise<Page<Upload>> {
  const own = ownerId ? eq(upload.ownerId, ownerId) : undefined;
  const open = and(eq(upload.state, 'receiving'), isNotNull(upload.videoId), own);
  const [{ total = 0 } = {}] = await db.select({ total: count() }).from(upload).where(open);
  const after = cursor && isUuid(cursor) ? lt(upload.id, cursor) : undefined;
  const rows = await db
    .select()
    .from(upload)
    .where(and(open, after))
    .orderBy(desc(upload.id))
    .limit(limit + 1);
  const items = rows
    .slice(0, limit)
    .map(({ id, videoId, fileName, sizeBytes, offsetBytes, ownerId: owner, createdAt, expiresAt }) => ({
      ...{ id, videoId: videoId!, fileName, sizeBytes, offsetBytes, ownerId: owner },
      createdAt: createdAt.toISOString(),
      expiresAt: expiresAt.toISOString(),
    }));
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null, total };
}
