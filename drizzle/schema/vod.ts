import {
  type AnyPgColumn,
  boolean,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import type { Chapter, VideoError } from '../../lib/contract/videos.ts';
import { user } from './auth.ts';
import { at, bytes, createdAt, id, num, updatedAt } from './columns.ts';

/** What the probe found; facts of the file, not of what we make of it. */
export type MediaFacts = Record<string, unknown>;

/** Sheets of small pictures for the seek bar: one picture every so many seconds, in rows from left to right. */
export type Storyboard = {
  version: number;
  tileWidth: number;
  tileHeight: number;
  columns: number;
  rows: number;
  everySeconds: number;
  /** Pictures in all; the last sheet may have empty places. */
  count: number;
};

/** Text subtitles that were turned into WebVTT; `track` stands in their address. */
export type SubtitleTrack = {
  track: number;
  language: string | null;
  title: string | null;
  isDefault: boolean;
  forced: boolean;
};

const STAGES = ['probe', 'thumbnail', 'rendition', 'subtitles', 'storyboard', 'mp4', 'verify'] as const;

export const video = pgTable(
  'video',
  {
    id: id(),
    num: num(),
    ownerId: text('owner_id').references(() => user.id, { onDelete: 'set null' }),
    title: text('title').notNull(),
    description: text('description').notNull().default(''),
    fileName: text('file_name').notNull().default(''),
    visibility: text('visibility', { enum: ['private', 'members', 'link'] })
      .notNull()
      .default('members'),
    state: text('state', {
      enum: ['uploading', 'queued', 'processing', 'ready', 'failed', 'cancelled'],
    }).notNull(),
    ingest: text('ingest', { enum: ['receiving', 'stored'] })
      .notNull()
      .default('receiving'),
    paused: boolean('paused').notNull().default(false),
    playable: boolean('playable').notNull().default(false),
    demo: boolean('demo').notNull().default(false),
    /** Rises when any rendition is made anew; stands in every segment's name (contracts.md §1). */
    gen: integer('gen').notNull().default(0),
    sizeBytes: bytes('size_bytes'),
    durationSeconds: doublePrecision('duration_seconds'),
    width: integer('width'),
    height: integer('height'),
    videoCodec: text('video_codec'),
    audioCodec: text('audio_codec'),
    facts: jsonb('facts').$type<MediaFacts>(),
    thumbnailVersion: integer('thumbnail_version').notNull().default(0),
    mp4Quality: text('mp4_quality'),
    storyboard: jsonb('storyboard').$type<Storyboard>(),
    subtitles: jsonb('subtitles').$type<SubtitleTrack[]>(),
    chapters: jsonb('chapters').$type<Chapter[]>(),
    /** Somebody watched it then while it was being made; what is watched is made first. */
    watchedAt: at('watched_at'),
    /** The segment that was asked for then. */
    watchedSegment: integer('watched_segment'),
    stage: text('stage', { enum: STAGES }),
    progress: doublePrecision('progress').notNull().default(0),
    error: jsonb('error').$type<VideoError>(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [
    index('video_state').on(t.state),
    index('video_created').on(t.createdAt),
    index('video_owner').on(t.ownerId),
  ],
);

/**
 * An upload under way (TUS). The offset is what was flushed to disk; the file is the truth, this is for lists and expiry.
 * One part of a parallel upload is no video; it becomes one with the others in the upload that names them (concatenation).
 */
export const upload = pgTable(
  'upload',
  {
    id: text('id').primaryKey(),
    videoId: uuid('video_id').references(() => video.id, { onDelete: 'cascade' }),
    ownerId: text('owner_id').references(() => user.id, { onDelete: 'set null' }),
    fileName: text('file_name').notNull(),
    metadata: jsonb('metadata').$type<Record<string, string | null>>().notNull().default({}),
    /** Null until a client that does not know it yet has told it (creation-defer-length). */
    sizeBytes: bytes('size_bytes'),
    offsetBytes: bytes('offset_bytes').notNull().default(0),
    /** Upload-Concat as it was received: `partial`, or `final;` and the addresses of its parts. */
    concat: text('concat'),
    /** Of a part: the upload that it was joined into. */
    finalId: text('final_id').references((): AnyPgColumn => upload.id, { onDelete: 'cascade' }),
    state: text('state', { enum: ['receiving', 'stored', 'expired', 'cancelled'] })
      .notNull()
      .default('receiving'),
    expiresAt: at('expires_at').notNull(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [
    uniqueIndex('upload_video').on(t.videoId),
    index('upload_expiry').on(t.state, t.expiresAt),
    index('upload_final').on(t.finalId),
  ],
);

/**
 * One generation of a video on the grid of segments: the plan under which all its segments are made (server/vod/grid). Its
 * rows of `rendition` are written with it and become `made` when all segments are there.
 */
export const grid = pgTable(
  'grid',
  {
    videoId: uuid('video_id')
      .notNull()
      .references(() => video.id, { onDelete: 'cascade' }),
    gen: integer('gen').notNull(),
    plan: jsonb('plan').$type<Record<string, unknown>>().notNull(),
    /** Pictures by a duration that is proved (contracts.md §8); null where it is only estimated. */
    promisedFrames: integer('promised_frames'),
    /** Pictures that there are; null until a run has seen the end. */
    frames: integer('frames'),
    createdAt: createdAt(),
  },
  (t) => [primaryKey({ columns: [t.videoId, t.gen] })],
);

/** Sizes in bytes of the segments of a piece as players get them, by quality. */
export type PieceSizes = Record<string, number[]>;

/**
 * A range of segments to make, for whichever process takes it. `owner` is the number of an advisory lock that the process
 * holds as long as it lives; a piece whose owner is gone is open again. What is `past` was made, and nothing waits for it
 * any more: it only counts when people take turns.
 */
export const piece = pgTable(
  'piece',
  {
    id: id(),
    videoId: uuid('video_id')
      .notNull()
      .references(() => video.id, { onDelete: 'cascade' }),
    gen: integer('gen').notNull(),
    kind: text('kind', { enum: ['pictures', 'sound'] }).notNull(),
    track: integer('track').notNull().default(0),
    fromSegment: integer('from_segment').notNull(),
    /** Null: to the end, wherever that is. */
    toSegment: integer('to_segment'),
    state: text('state', { enum: ['open', 'taken', 'done', 'failed', 'past'] }).notNull(),
    owner: integer('owner'),
    /** Times it was begun since it last brought a segment. */
    attempt: integer('attempt').notNull().default(0),
    sizes: jsonb('sizes').$type<PieceSizes>(),
    error: jsonb('error').$type<VideoError>(),
    createdAt: createdAt(),
    startedAt: at('started_at'),
    endedAt: at('ended_at'),
  },
  (t) => [
    uniqueIndex('piece_range').on(t.videoId, t.gen, t.kind, t.track, t.fromSegment),
    index('piece_state').on(t.state),
  ],
);

/** Where a person stopped watching a video. */
export const watchPosition = pgTable(
  'watch_position',
  {
    userId: text('user_id')
      .notNull()
      .references(() => user.id, { onDelete: 'cascade' }),
    videoId: uuid('video_id')
      .notNull()
      .references(() => video.id, { onDelete: 'cascade' }),
    seconds: doublePrecision('seconds').notNull(),
    updatedAt: updatedAt(),
  },
  (t) => [primaryKey({ columns: [t.userId, t.videoId] })],
);

/** Sizes and lengths of a rendition's segments, kept as one value, not as a row per segment. */
export type SegmentFacts = { durationsSeconds: number[]; sizesBytes: number[] };

export const rendition = pgTable(
  'rendition',
  {
    id: id(),
    videoId: uuid('video_id')
      .notNull()
      .references(() => video.id, { onDelete: 'cascade' }),
    kind: text('kind', { enum: ['video', 'audio'] }).notNull(),
    track: integer('track').notNull().default(0),
    rung: text('rung').notNull(),
    gen: integer('gen').notNull(),
    layout: text('layout', { enum: ['muxed', 'split'] })
      .notNull()
      .default('split'),
    codec: text('codec').notNull(),
    width: integer('width'),
    height: integer('height'),
    fps: doublePrecision('fps'),
    segmentSeconds: integer('segment_seconds').notNull(),
    segments: jsonb('segments').$type<SegmentFacts>().notNull(),
    peakBitsPerSecond: integer('peak_bits_per_second').notNull(),
    averageBitsPerSecond: integer('average_bits_per_second').notNull(),
    made: boolean('made').notNull().default(false),
    createdAt: createdAt(),
  },
  (t) => [uniqueIndex('rendition_rung').on(t.videoId, t.kind, t.track, t.rung, t.gen)],
);

/** Work on a video as people see it; the queue underneath is pg-boss's. */
export const job = pgTable(
  'job',
  {
    id: id(),
    videoId: uuid('video_id')
      .notNull()
      .references(() => video.id, { onDelete: 'cascade' }),
    kind: text('kind', { enum: STAGES }).notNull(),
    state: text('state', { enum: ['queued', 'running', 'done', 'failed', 'cancelled'] }).notNull(),
    attempt: integer('attempt').notNull().default(1),
    progress: doublePrecision('progress').notNull().default(0),
    speed: doublePrecision('speed'),
    etaSeconds: doublePrecision('eta_seconds'),
    error: jsonb('error').$type<VideoError>(),
    /** What happened, a sentence a line, oldest first. */
    log: jsonb('log').$type<string[]>().notNull().default([]),
    createdAt: createdAt(),
    startedAt: at('started_at'),
    endedAt: at('ended_at'),
  },
  (t) => [index('job_video').on(t.videoId), index('job_state').on(t.state)],
);
