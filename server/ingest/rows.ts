import { and, count, desc, eq, lt, sql } from 'drizzle-orm';
import { upload, video } from '../../drizzle/schema/vod.ts';
import type { Page } from '../../lib/contract/common.ts';
import type { Upload } from '../../lib/contract/videos.ts';
import { isUuid } from '../core/ids.ts';
import type { Db } from '../db/index.ts';

export type UploadRow = typeof upload.$inferSelect;
export type NewUpload = {
  id: string;
  videoId: string;
  ownerId: string | null;
  title: string;
  fileName: string;
  sizeBytes: number;
  metadata: Record<string, string | null>;
};
export type UploadListQuery = { cursor?: string | undefined; limit: number; ownerId?: string | undefined };

/** How long an upload may rest before it is given up. */
export const EXPIRY_SECONDS = 7 * 24 * 3600;
// The database's clock decides, so that a clock that jumps here expires nothing (PROC-07).
const expiry = sql`now() + make_interval(secs => ${EXPIRY_SECONDS})`;

/** The rows of uploads and of the videos they become. */
export function createRows(db: Db) {
  return {
    find: async (id: string): Promise<UploadRow | null> => {
      const [row] = await db.select().from(upload).where(eq(upload.id, id));
      return row ?? null;
    },
    /** The video exists from the upload's first moment. */
    create: (entry: NewUpload): Promise<UploadRow> =>
      db.transaction(async (tx) => {
        const { id, videoId, ownerId, title, fileName, sizeBytes, metadata } = entry;
        await tx
          .insert(video)
          .values({ id: videoId, ownerId, title, fileName, sizeBytes, state: 'uploading' });
        const values = { id, videoId, ownerId, fileName, sizeBytes, metadata, expiresAt: expiry };
        const [row] = await tx
          .insert(upload)
          .values(values as unknown as typeof upload.$inferInsert)
          .returning();
        return row!;
      }),
    saveOffset: async (id: string, offsetBytes: number): Promise<void> => {
      await db
        .update(upload)
        .set({ offsetBytes, expiresAt: expiry, updatedAt: new Date() })
        .where(and(eq(upload.id, id), eq(upload.state, 'receiving')));
    },
    /** Open uploads of a user, and the bytes that all open uploads still have to bring. */
    reserved: async (ownerId: string): Promise<{ own: number; bytes: number }> => {
      const [row] = await db
        .select({
          own: sql<number>`count(*) filter (where ${upload.ownerId} = ${ownerId})`.mapWith(Number),
          bytes: sql<number>`coalesce(sum(${upload.sizeBytes} - ${upload.offsetBytes}), 0)`.mapWith(Number),
        })
        .from(upload)
        .where(eq(upload.state, 'receiving'));
      return row ?? { own: 0, bytes: 0 };
    },
    /** Marks what rested too long, by the database's clock. */
    expire: (): Promise<{ id: string; videoId: string }[]> =>
      db
        .update(upload)
        .set({ state: 'expired', updatedAt: new Date() })
        .where(and(eq(upload.state, 'receiving'), lt(upload.expiresAt, sql`now()`)))
        .returning({ id: upload.id, videoId: upload.videoId }),
    receiving: (): Promise<UploadRow[]> => db.select().from(upload).where(eq(upload.state, 'receiving')),
    removeVideo: async (videoId: string): Promise<void> => {
      await db.delete(video).where(eq(video.id, videoId));
    },
    list: (query: UploadListQuery): Promise<Page<Upload>> => listUploads(db, query),
  };
}
export type Rows = ReturnType<typeof createRows>;

async function listUploads(db: Db, { cursor, limit, ownerId }: UploadListQuery): Promise<Page<Upload>> {
  const open = and(eq(upload.state, 'receiving'), ownerId ? eq(upload.ownerId, ownerId) : undefined);
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
      ...{ id, videoId, fileName, sizeBytes, offsetBytes, ownerId: owner },
      createdAt: createdAt.toISOString(),
      expiresAt: expiresAt.toISOString(),
    }));
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null, total };
}
