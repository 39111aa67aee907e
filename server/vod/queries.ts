import {
  and,
  asc,
  count,
  desc,
  eq,
  getTableColumns,
  ilike,
  inArray,
  lt,
  ne,
  or,
  type SQL,
} from 'drizzle-orm';
import { user } from '../../drizzle/schema/auth.ts';
import { grid, job, rendition, upload, video } from '../../drizzle/schema/vod.ts';
import type { Page } from '../../lib/contract/common.ts';
import type { Job, Video, VideoState } from '../../lib/contract/videos.ts';
import { isUuid } from '../core/ids.ts';
import type { Db } from '../db/index.ts';

export type VideoRow = typeof video.$inferSelect;
export type JobRow = typeof job.$inferSelect;
export type RenditionRow = typeof rendition.$inferSelect;

export type VideoListQuery = {
  cursor?: string | undefined;
  limit: number;
  state?: VideoState | 'unfinished' | undefined;
  search?: string | undefined;
  visibility?: VideoRow['visibility'] | undefined;
  ownerId?: string | undefined;
  /** Whose private videos are listed too. Each caller says it: with a default somebody would list them unknowingly. */
  privateOf: 'everybody' | 'nobody' | { userId: string };
};
export type JobListQuery = {
  cursor?: string | undefined;
  limit: number;
  state?: Job['state'] | undefined;
  videoId?: string | undefined;
  ownerId?: string | undefined;
};

/** Finds a video by uuid or number. */
export async function findVideo(db: Db, idOrNum: string): Promise<VideoRow | null> {
  const where = isUuid(idOrNum)
    ? eq(video.id, idOrNum)
    : /^\d{1,12}$/.test(idOrNum)
      ? eq(video.num, Number(idOrNum))
      : null;
  if (where === null) return null;
  const [row] = await db.select().from(video).where(where);
  return row ?? null;
}

/** The finished renditions of a video's newest complete generation, lowest first. */
export async function madeRenditions(db: Db, videoId: string): Promise<RenditionRow[]> {
  const rows = await db
    .select()
    .from(rendition)
    .where(and(eq(rendition.videoId, videoId), eq(rendition.kind, 'video'), eq(rendition.made, true)))
    .orderBy(desc(rendition.gen), asc(rendition.averageBitsPerSecond));
  const gen = rows[0]?.gen;
  return rows.filter((row) => row.gen === gen).sort((a, b) => pixels(a) - pixels(b));
}

/** A rendition without its segments, of which there may be thousands. */
const { segments: _segments, ...briefly } = getTableColumns(rendition);
type Brief = Omit<RenditionRow, 'segments'>;

const pixels = (row: Brief): number => (row.width ?? 0) * (row.height ?? 0);

const selection = {
  video: getTableColumns(video),
  ownerName: user.name,
  uploadId: upload.id,
  uploadState: upload.state,
  uploadOffset: upload.offsetBytes,
  uploadSize: upload.sizeBytes,
};

const joined = (db: Db) =>
  db
    .select(selection)
    .from(video)
    .leftJoin(user, eq(user.id, video.ownerId))
    .leftJoin(upload, eq(upload.videoId, video.id));
type Joined = Awaited<ReturnType<typeof joined>>[number];

/** What of a video in the making is made. */
export type PartsOf = (row: VideoRow) => Promise<Video['madeParts']>;

export async function videoView(db: Db, partsOf: PartsOf, videoId: string): Promise<Video | null> {
  const [row] = await joined(db).where(eq(video.id, videoId));
  return row ? ((await toViews(db, partsOf, [row]))[0] ?? null) : null;
}

export async function listVideos(db: Db, partsOf: PartsOf, query: VideoListQuery): Promise<Page<Video>> {
  const filters = videoFilters(query);
  const [{ total = 0 } = {}] = await db
    .select({ total: count() })
    .from(video)
    .where(and(...filters));
  // Ids are uuid v7, so their order is the order of creation.
  const after = query.cursor && isUuid(query.cursor) ? [lt(video.id, query.cursor)] : [];
  const rows = await joined(db)
    .where(and(...filters, ...after))
    .orderBy(desc(video.id))
    .limit(query.limit + 1);
  const items = await toViews(db, partsOf, rows.slice(0, query.limit));
  return { items, nextCursor: rows.length > query.limit ? (items.at(-1)?.id ?? null) : null, total };
}

function videoFilters(query: VideoListQuery): SQL[] {
  const filters: (SQL | undefined)[] = [];
  if (query.state === 'unfinished') filters.push(ne(video.state, 'ready'));
  else if (query.state) filters.push(eq(video.state, query.state));
  if (query.search) {
    const words = `%${query.search.replace(/[\\%_]/g, '\\$&')}%`;
    filters.push(or(ilike(video.title, words), ilike(video.fileName, words)));
  }
  if (query.visibility) filters.push(eq(video.visibility, query.visibility));
  if (query.ownerId) filters.push(eq(video.ownerId, query.ownerId));
  filters.push(visibleWith(query.privateOf));
  return filters.filter((filter) => filter !== undefined);
}

function visibleWith(privateOf: VideoListQuery['privateOf']): SQL | undefined {
  if (privateOf === 'everybody') return undefined;
  const isOpen = ne(video.visibility, 'private');
  return privateOf === 'nobody' ? isOpen : or(isOpen, eq(video.ownerId, privateOf.userId));
}

async function toViews(db: Db, partsOf: PartsOf, rows: readonly Joined[]): Promise<Video[]> {
  const ids = rows.map((row) => row.video.id);
  const made = ids.length
    ? await db
        .select(briefly)
        .from(rendition)
        .innerJoin(grid, and(eq(grid.videoId, rendition.videoId), eq(grid.gen, rendition.gen)))
        .where(and(inArray(rendition.videoId, ids), eq(rendition.kind, 'video')))
    : [];
  const running = ids.length
    ? await db
        .select()
        .from(job)
        .where(and(inArray(job.videoId, ids), eq(job.state, 'running')))
    : [];
  return await Promise.all(
    rows.map(async (row) => {
      const own = made.filter((r) => r.videoId === row.video.id);
      const gen = playingGen(own);
      const current = own.filter((r) => r.gen === gen).sort((a, b) => pixels(a) - pixels(b));
      const work = running.find((r) => r.videoId === row.video.id);
      return toView(row, current, work, await partsOf(row.video));
    }),
  );
}

/** The newest generation that is complete, else the newest. */
function playingGen(rows: readonly Brief[]): number {
  const gens = [...new Set(rows.map(({ gen }) => gen))].sort((a, b) => b - a);
  const isWhole = (gen: number) => rows.every((row) => row.gen !== gen || row.made);
  return gens.find(isWhole) ?? gens[0] ?? 0;
}

function toView(
  row: Joined,
  renditions: readonly Brief[],
  running: JobRow | undefined,
  madeParts: Video['madeParts'],
): Video {
  const v = row.video;
  return {
    id: v.id,
    num: v.num,
    title: v.title,
    description: v.description,
    state: v.state,
    ingest: v.ingest,
    paused: v.paused,
    playable: v.playable,
    visibility: v.visibility,
    progress: {
      upload: v.ingest === 'stored' ? 1 : shareOf(row.uploadOffset ?? 0, row.uploadSize ?? 0),
      process: v.progress,
      stage: v.stage,
      speed: running?.speed ?? null,
      etaSeconds: running?.etaSeconds ?? null,
    },
    durationSeconds: v.durationSeconds,
    sizeBytes: v.sizeBytes,
    width: v.width,
    height: v.height,
    videoCodec: v.videoCodec,
    audioCodec: v.audioCodec,
    fileName: v.fileName,
    ownerId: v.ownerId,
    ownerName: row.ownerName,
    uploadId: row.uploadState === 'receiving' ? row.uploadId : null,
    qualities: renditions.map((one) => qualityOf(one, v.durationSeconds)),
    madeParts,
    thumbnail: posterAddress(v),
    error: v.error,
    createdAt: v.createdAt.toISOString(),
    updatedAt: v.updatedAt.toISOString(),
  };
}

/** The address of the poster; another one when another picture was chosen, so that pages show it at once. */
export const posterAddress = (row: Pick<VideoRow, 'id' | 'thumbnailVersion'>): string | null =>
  row.thumbnailVersion > 0 ? `/thumb/${row.id}?v=${row.thumbnailVersion}` : null;

export const qualityOf = (row: Brief, durationSeconds: number | null) => ({
  id: row.rung,
  width: row.width ?? 0,
  height: row.height ?? 0,
  bandwidth: row.peakBitsPerSecond,
  averageBandwidth: row.averageBitsPerSecond,
  sizeBytes: row.made ? Math.round(((durationSeconds ?? 0) * row.averageBitsPerSecond) / 8) : 0,
});

const shareOf = (part: number, whole: number): number => (whole > 0 ? Math.min(1, part / whole) : 0);

/** Work as people see it, newest first. */
export async function listJobs(db: Db, query: JobListQuery): Promise<Page<Job>> {
  const filters = [
    query.state ? eq(job.state, query.state) : undefined,
    query.videoId ? eq(job.videoId, query.videoId) : undefined,
    query.ownerId ? eq(video.ownerId, query.ownerId) : undefined,
  ];
  const base = () =>
    db
      .select({ job, videoTitle: video.title, paused: video.paused })
      .from(job)
      .innerJoin(video, eq(video.id, job.videoId));
  const [{ total = 0 } = {}] = await db
    .select({ total: count() })
    .from(job)
    .innerJoin(video, eq(video.id, job.videoId))
    .where(and(...filters));
  const after = query.cursor && isUuid(query.cursor) ? lt(job.id, query.cursor) : undefined;
  const rows = await base()
    .where(and(...filters, after))
    .orderBy(desc(job.id))
    .limit(query.limit + 1);
  const items = rows.slice(0, query.limit).map((row) => toJob(row.job, row.videoTitle, row.paused));
  return { items, nextCursor: rows.length > query.limit ? (items.at(-1)?.id ?? null) : null, total };
}

function toJob(row: JobRow, videoTitle: string, paused: boolean): Job {
  const { id, videoId, kind, state, attempt, progress, speed, etaSeconds, error, log } = row;
  return {
    ...{ id, videoId, videoTitle, kind, state, attempt, progress, speed, etaSeconds, error, paused, log },
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
  };
}
