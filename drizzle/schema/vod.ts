import {
  type AnyPgColumn,
  boolean,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import type { VideoError } from '../../lib/contract/videos.ts';
import { user } from './auth.ts';
import { at, bytes, createdAt, id, num, updatedAt } from './columns.ts';

/** What the probe found; facts of the file, not of what we make of it. */
export type MediaFacts = Record<string, unknown>;

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
    stage: text('stage', { enum: ['probe', 'thumbnail', 'rendition', 'mp4', 'verify'] }),
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
      .default('muxed'),
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
    kind: text('kind', { enum: ['probe', 'thumbnail', 'mp4', 'rendition', 'verify'] }).notNull(),
    state: text('state', { enum: ['queued', 'running', 'done', 'failed', 'cancelled'] }).notNull(),
    attempt: integer('attempt').notNull().default(1),
    progress: doublePrecision('progress').notNull().default(0),
    speed: doublePrecision('speed'),
    etaSeconds: doublePrecision('eta_seconds'),
    error: jsonb('error').$type<VideoError>(),
    createdAt: createdAt(),
    startedAt: at('started_at'),
    endedAt: at('ended_at'),
  },
  (t) => [index('job_video').on(t.videoId), index('job_state').on(t.state)],
);
