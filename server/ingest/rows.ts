import {
  and,
  eq,
  getTableColumns,
  inArray,
  isNull,
  lt,
  ne,
  notInArray,
  or,
  type SQL,
  sql,
} from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { upload, video } from '../../drizzle/schema/vod.ts';
import { AppError } from '../core/errors.ts';
import type { Db } from '../db/index.ts';
import { LOCKS } from '../db/lock-numbers.ts';
import { PARTIAL } from './protocol.ts';
import type { Admit, Load, Wish } from './quota.ts';

export type UploadRow = typeof upload.$inferSelect;
export type NewUpload = {
  id: string;
  /** Null for a part of a parallel upload, which is no video. */
  videoId: string | null;
  ownerId: string | null;
  title: string;
  fileName: string;
  /** Null while its client does not know it. */
  sizeBytes: number | null;
  metadata: Record<string, string | null>;
  /** Upload-Concat as it was received. */
  concat: string | null;
};
type Tx = Parameters<Parameters<Db['transaction']>[0]>[0];

/** True for an upload that is put together from parts. */
export const isFinal = ({ concat }: UploadRow): boolean => concat !== null && concat !== PARTIAL;

/** What a DELETE of an upload hears whose file is not an upload's any more. */
export const finished = (): AppError =>
  new AppError('CONFLICT', { message: 'This upload is finished. Delete the video instead.' });

/** How long an upload may rest before it is given up. */
export const EXPIRY_SECONDS = 7 * 24 * 3600;
// The database's clock decides, so that a clock that jumps here expires nothing (PROC-07).
const expiry = sql`now() + make_interval(secs => ${EXPIRY_SECONDS})`;

/** The rows of uploads and of the videos they become. */
export function createRows(db: Db, admit: Admit) {
  /** Runs `work` once there is room for `wish`, which nobody else can take meanwhile. */
  const inRoom = <T>(ownerId: string | null, wish: Wish, work: (tx: Tx) => Promise<T>): Promise<T> =>
    db.transaction(async (tx) => {
      await tx.execute(sql`select pg_advisory_xact_lock(${LOCKS.room})`);
      await admit(await loadOf(tx, ownerId), wish);
      return await work(tx);
    });
  const find = async (id: string): Promise<UploadRow | null> => {
    const [row] = await db.select().from(upload).where(eq(upload.id, id));
    return row ?? null;
  };
  return {
    find,
    /** The video exists from the upload's first moment. Throws what `admit` throws. */
    create: (entry: NewUpload): Promise<UploadRow> =>
      inRoom(entry.ownerId, { uploads: 1, bytes: entry.sizeBytes ?? 0 }, (tx) => insert(tx, entry, 0)),
    /** Refuses a chunk of an upload of unknown length that does not fit. */
    checkRoom: (ownerId: string | null, bytes: number): Promise<void> =>
      inRoom(ownerId, { uploads: 0, bytes }, async () => undefined),
    /** Says how long an upload of unknown length will be. */
    declareLength: ({ id, ownerId, offsetBytes }: UploadRow, sizeBytes: number): Promise<void> =>
      inRoom(ownerId, { uploads: 0, bytes: Math.max(0, sizeBytes - offsetBytes) }, async (tx) => {
        const [row] = await tx
          .update(upload)
          .set({ sizeBytes, updatedAt: new Date() })
          .where(and(eq(upload.id, id), isNull(upload.sizeBytes)))
          .returning();
        if (row?.videoId) await tx.update(video).set({ sizeBytes }).where(eq(video.id, row.videoId));
      }),
    /** Makes the upload that parts become, or finds the one they became; `check` sees the parts, which are held. */
    claim: (
      entry: NewUpload,
      partIds: readonly string[],
      check: (parts: readonly UploadRow[]) => Promise<number>,
    ) => db.transaction((tx) => claim(tx, entry, partIds, check)),
    partsOf: (finalId: string): Promise<UploadRow[]> =>
      db.select().from(upload).where(eq(upload.finalId, finalId)),
    saveOffset: async (id: string, offsetBytes: number): Promise<void> => {
      await db
        .update(upload)
        .set({ offsetBytes, expiresAt: expiry, updatedAt: new Date() })
        .where(and(eq(upload.id, id), eq(upload.state, 'receiving')));
    },
    /** Gives up what rested too long but nothing that is `busy`; answers what has to go with its video. */
    expire: (busy: readonly string[]): Promise<UploadRow[]> => expire(db, busy),
    /** What is under way, and the parts that are being put together. */
    open: (): Promise<UploadRow[]> => {
      const whole = alias(upload, 'whole');
      return db
        .select(getTableColumns(upload))
        .from(upload)
        .leftJoin(whole, eq(whole.id, upload.finalId))
        .where(or(eq(upload.state, 'receiving'), eq(whole.state, 'receiving')));
    },
    /** Takes an upload under way off with its video; refuses when it was finished or joined meanwhile. */
    remove: (id: string): Promise<void> => db.transaction((tx) => remove(tx, id)),
  };
}
export type Rows = ReturnType<typeof createRows>;

async function insert(tx: Tx, entry: NewUpload, offsetBytes: number): Promise<UploadRow> {
  const { title, ...rest } = entry;
  const { videoId, ownerId, fileName, sizeBytes } = entry;
  if (videoId !== null)
    await tx.insert(video).values({ id: videoId, ownerId, title, fileName, sizeBytes, state: 'uploading' });
  const values = { ...rest, offsetBytes, expiresAt: expiry };
  const [row] = await tx
    .insert(upload)
    .values(values as unknown as typeof upload.$inferInsert)
    .returning();
  return row!;
}

async function loadOf(tx: Tx, ownerId: string | null): Promise<Load> {
  const own: SQL = ownerId === null ? sql`${upload.ownerId} is null` : eq(upload.ownerId, ownerId);
  const size = sql`coalesce(${upload.sizeBytes}, ${upload.offsetBytes})`;
  const [row] = await tx
    .select({
      uploads: sql<number>`count(*) filter (where ${own})`.mapWith(Number),
      ownBytes: sql<number>`coalesce(sum(${size}) filter (where ${own}), 0)`.mapWith(Number),
      promisedBytes: sql<number>`coalesce(sum(greatest(0, ${size} - ${upload.offsetBytes})), 0)`.mapWith(
        Number,
      ),
    })
    .from(upload)
    .where(eq(upload.state, 'receiving'));
  return row ?? { uploads: 0, ownBytes: 0, promisedBytes: 0 };
}

async function claim(
  tx: Tx,
  entry: NewUpload,
  partIds: readonly string[],
  check: (parts: readonly UploadRow[]) => Promise<number>,
): Promise<UploadRow> {
  const found = await tx
    .select()
    .from(upload)
    .where(inArray(upload.id, [...partIds]))
    .orderBy(upload.id)
    .for('update');
  const byId = new Map(found.map((row) => [row.id, row]));
  const parts = partIds.map((id) => {
    const row = byId.get(id);
    if (!row) throw new AppError('UPLOAD_NOT_FOUND');
    return row;
  });
  // Asked again, because the first answer was lost: the same upload.
  const finalId = parts[0]?.finalId ?? null;
  if (finalId !== null && parts.every((part) => part.finalId === finalId)) {
    const [made] = await tx.select().from(upload).where(eq(upload.id, finalId));
    const count = await tx.$count(upload, eq(upload.finalId, finalId));
    if (made && count === parts.length) return made;
  }
  const sizeBytes = await check(parts);
  const made = await insert(tx, { ...entry, sizeBytes }, sizeBytes);
  await tx
    .update(upload)
    .set({ state: 'stored', finalId: made.id, updatedAt: new Date() })
    .where(and(inArray(upload.id, [...partIds]), ne(upload.state, 'stored')));
  return made;
}

/**
 * Marks what rested too long, by the database's clock. Its videos are told after that: what was marked before and whose
 * video was not told, because the process ended or the database went away in between, is answered again.
 */
async function expire(db: Db, busy: readonly string[]): Promise<UploadRow[]> {
  const late = and(eq(upload.state, 'receiving'), lt(upload.expiresAt, sql`now()`));
  const marked = await db
    .update(upload)
    .set({ state: 'expired', updatedAt: new Date() })
    .where(and(late, notInArray(upload.id, [...busy])))
    .returning();
  const untold = await db
    .select(getTableColumns(upload))
    .from(upload)
    .innerJoin(video, eq(video.id, upload.videoId))
    .where(and(eq(upload.state, 'expired'), eq(video.state, 'uploading')));
  return [...marked.filter(({ videoId }) => videoId === null), ...untold];
}

async function remove(tx: Tx, id: string): Promise<void> {
  const [row] = await tx.select().from(upload).where(eq(upload.id, id)).for('update');
  if (!row) throw new AppError('UPLOAD_NOT_FOUND');
  if (row.state === 'stored') throw finished();
  if (row.state !== 'receiving') throw new AppError('UPLOAD_EXPIRED');
  if (row.videoId === null) await tx.delete(upload).where(eq(upload.id, id));
  else await tx.delete(video).where(eq(video.id, row.videoId));
}
