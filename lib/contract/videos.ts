import { z } from 'zod';
import { PageQuery, page, Timestamp, Uuid } from './common.ts';

export const VIDEO_STATES = ['uploading', 'queued', 'processing', 'ready', 'failed', 'cancelled'] as const;
export const VideoState = z.enum(VIDEO_STATES);
export type VideoState = z.infer<typeof VideoState>;

export const VIDEO_STAGES = [
  'probe',
  'thumbnail',
  'rendition',
  'subtitles',
  'storyboard',
  'mp4',
  'verify',
] as const;
export const VideoStage = z.enum(VIDEO_STAGES);
export type VideoStage = z.infer<typeof VideoStage>;

export const Visibility = z.enum(['private', 'members', 'link']);
export type Visibility = z.infer<typeof Visibility>;

/** Where a video stands: both parts 0..1; `stage`, `speed` (× real time) and `etaSeconds` while it is processed. */
export const VideoProgress = z.object({
  upload: z.number().min(0).max(1),
  process: z.number().min(0).max(1),
  stage: VideoStage.nullable(),
  speed: z.number().nullable(),
  etaSeconds: z.number().nullable(),
});
export type VideoProgress = z.infer<typeof VideoProgress>;

/** A failure as a person reads it: the catalogue's sentence, what to do, and the last lines of ffmpeg. */
export const VideoError = z.object({
  code: z.string(),
  message: z.string(),
  log: z.array(z.string()).optional(),
});
export type VideoError = z.infer<typeof VideoError>;

/** A quality; `bandwidth` is its measured peak in bits a second, the average is 0 while it is not known. */
export const VideoQuality = z.object({
  id: z.string(),
  width: z.number().int(),
  height: z.number().int(),
  bandwidth: z.number().int(),
  averageBandwidth: z.number().int(),
  /** All of its segments that are made. */
  sizeBytes: z.number().int(),
});

export const Chapter = z.object({ startSeconds: z.number(), endSeconds: z.number(), title: z.string() });
export type Chapter = z.infer<typeof Chapter>;

export const Video = z.object({
  id: Uuid,
  num: z.number().int(),
  title: z.string(),
  description: z.string(),
  state: VideoState,
  ingest: z.enum(['receiving', 'stored']),
  paused: z.boolean(),
  playable: z.boolean(),
  visibility: Visibility,
  progress: VideoProgress,
  durationSeconds: z.number().nullable(),
  sizeBytes: z.number().int().nullable(),
  width: z.number().int().nullable(),
  height: z.number().int().nullable(),
  videoCodec: z.string().nullable(),
  audioCodec: z.string().nullable(),
  fileName: z.string(),
  ownerId: z.string().nullable(),
  ownerName: z.string().nullable(),
  uploadId: z.string().nullable(),
  qualities: z.array(VideoQuality),
  /**
   * While it is processed, from its beginning to its end in up to 48 equal parts: percent of each that are made in all
   * qualities, and which parts are being made now. Null where that is not known; `/segments` tells everything.
   */
  madeParts: z.object({ percent: z.array(z.number().int()), now: z.array(z.number().int()) }).nullable(),
  /** Signed address of the poster, null until there is one. */
  thumbnail: z.string().nullable(),
  error: VideoError.nullable(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type Video = z.infer<typeof Video>;

export const VideoList = page(Video);
export const VideoQuery = PageQuery.extend({
  state: z.enum([...VIDEO_STATES, 'unfinished']).optional(),
  search: z.string().max(200).optional(),
  visibility: Visibility.optional(),
});
export const VideoPatch = z
  .object({
    title: z.string().trim().min(1).max(300),
    description: z.string().max(5000),
    visibility: Visibility,
  })
  .partial();

/** The place of a video whose picture becomes its poster. */
export const PosterChoice = z.object({ atSeconds: z.number().min(0) });

/** A sound track of the HLS lists; the first one plays by default. */
export const AudioTrack = z.object({
  track: z.number().int(),
  language: z.string().nullable(),
  name: z.string(),
});
export type AudioTrack = z.infer<typeof AudioTrack>;

/** Subtitles as one WebVTT file. */
export const Subtitles = z.object({
  track: z.number().int(),
  language: z.string().nullable(),
  name: z.string(),
  url: z.string(),
});
export type Subtitles = z.infer<typeof Subtitles>;

/** All playable addresses of a video, signed; answers 200 from the upload's first moment (contracts.md §2). */
export const StreamConfig = z.object({
  id: Uuid,
  title: z.string(),
  playable: z.boolean(),
  /** All segments are made; until then one that is not is made when it is asked for. */
  complete: z.boolean(),
  state: VideoState,
  durationSeconds: z.number().nullable(),
  hls: z.string().nullable(),
  mp4: z.string().nullable(),
  /** The uploaded file itself, where browsers play it. */
  original: z.string().nullable(),
  thumbnail: z.string().nullable(),
  /** `mp4` is made on its first request; `ts` is the whole quality as one seekable transport stream. */
  qualities: z.array(VideoQuality.extend({ mp4: z.string().nullable(), ts: z.string().nullable() })),
  audioTracks: z.array(AudioTrack),
  subtitles: z.array(Subtitles),
  chapters: z.array(Chapter),
  /** WebVTT whose cues are parts of pictures (`sheet.jpg#xywh=…`), for the seek bar. */
  storyboard: z.string().nullable(),
  /** Where the asking user stopped watching; null when he has not begun or has seen the end. */
  positionSeconds: z.number().nullable(),
  expiresAt: Timestamp.nullable(),
});

/** Where a person is in a video; 0 forgets it. */
export const WatchPosition = z.object({
  seconds: z
    .number()
    .min(0)
    .max(7 * 24 * 3600),
});

/** A row of segments [from, to) that are there, in order. */
const Ranges = z.array(z.tuple([z.number().int(), z.number().int()]));

/** What is made of a video: a row for each quality and each sound track. */
export const SegmentMap = z.object({
  gen: z.number().int(),
  segmentSeconds: z.number(),
  /** Segments in all; null while the length is not known. */
  count: z.number().int().nullable(),
  rows: z.array(z.object({ id: z.string(), kind: z.enum(['video', 'audio']), made: Ranges })),
  /** Runs at work now: `from` to `to` is their range, `at` the segment they are making. */
  running: z.array(
    z.object({
      rows: z.array(z.string()),
      from: z.number().int(),
      to: z.number().int(),
      at: z.number().int(),
      /** Why it runs: the whole video, or somebody who waits for this place. */
      why: z.enum(['batch', 'viewer']),
    }),
  ),
});
export type SegmentMap = z.infer<typeof SegmentMap>;
export type StreamConfig = z.infer<typeof StreamConfig>;

export const JOB_STATES = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;
export const Job = z.object({
  id: Uuid,
  videoId: Uuid,
  videoTitle: z.string(),
  kind: VideoStage,
  state: z.enum(JOB_STATES),
  attempt: z.number().int(),
  progress: z.number().min(0).max(1),
  speed: z.number().nullable(),
  etaSeconds: z.number().nullable(),
  error: VideoError.nullable(),
  /** The video is held; its work goes on where it is when it is resumed. */
  paused: z.boolean(),
  /** What happened, a sentence a line, oldest first. */
  log: z.array(z.string()),
  createdAt: Timestamp,
  startedAt: Timestamp.nullable(),
  endedAt: Timestamp.nullable(),
});
export type Job = z.infer<typeof Job>;
export const JobList = page(Job);

export const Upload = z.object({
  id: z.string(),
  videoId: Uuid,
  fileName: z.string(),
  /** Null while the client that sends it does not know it. */
  sizeBytes: z.number().int().nullable(),
  offsetBytes: z.number().int(),
  ownerId: z.string().nullable(),
  createdAt: Timestamp,
  expiresAt: Timestamp,
});
export type Upload = z.infer<typeof Upload>;
export const UploadList = page(Upload);

/** How the video server is doing (S2.4). */
export const VideoServerStatus = z.object({
  videos: z.record(z.string(), z.number().int()),
  jobs: z.object({ queued: z.number().int(), running: z.number().int() }),
  encoders: z.array(z.object({ label: z.string(), pid: z.number().int().nullable() })),
  storage: z.object({ freeBytes: z.number() }),
});
export type VideoServerStatus = z.infer<typeof VideoServerStatus>;
