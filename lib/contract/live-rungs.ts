import { z } from 'zod';
import { Timestamp } from './common.ts';

/** Qualities of a live channel below its source, best first (S3.3). They are made only while somebody watches them. */
export const LIVE_RUNGS = [
  { id: '720p', height: 720, videoBitsPerSecond: 2_500_000 },
  { id: '480p', height: 480, videoBitsPerSecond: 1_000_000 },
  { id: '360p', height: 360, videoBitsPerSecond: 600_000 },
] as const;
export const LiveRungId = z.enum(['720p', '480p', '360p']);
export type LiveRungId = z.infer<typeof LiveRungId>;
export type LiveRungSpec = {
  readonly id: LiveRungId;
  readonly height: number;
  readonly videoBitsPerSecond: number;
};

/** The source's own picture, as one of the qualities. */
export const SOURCE_RUNG = 'source';

/**
 * What the encoder of a rung does: `off` nobody watches it · `starting` its first segments are being made · `running` ·
 * `lowered` it makes every second picture, because the machine could not keep up · `refused` it is not made for a while.
 */
export const RUNG_STATES = ['off', 'starting', 'running', 'lowered', 'refused'] as const;
export const RungState = z.enum(RUNG_STATES);
export type RungState = z.infer<typeof RungState>;

const ENCODING: ReadonlySet<RungState> = new Set(['starting', 'running', 'lowered']);
/** Whether a rung has an encoder in this state. */
export const hasEncoder = ({ state }: { state: RungState }): boolean => ENCODING.has(state);

export const StreamRung = z.object({
  rung: LiveRungId,
  state: RungState,
  /** Why it was lowered, refused or started again last; null when nothing is wrong. */
  reason: z.string().nullable(),
  viewers: z.number().int(),
  width: z.number().int().nullable(),
  height: z.number().int().nullable(),
  /** FFmpeg's name, such as libx264 or h264_vaapi. */
  encoder: z.string().nullable(),
  /** Seconds of picture made in a second; 1 keeps pace. */
  speed: z.number().nullable(),
  /** Of one core; null where the system does not tell. */
  cpu_percent: z.number().nullable(),
  /** How far its newest picture is behind the source's. */
  lag_ms: z.number().int().nullable(),
  /** Picture and sound, as measured over its segments. */
  bits_per_second: z.number().int().nullable(),
  /** How often its encoder had to be started again since it began. */
  restarts: z.number().int(),
  started_at: Timestamp.nullable(),
});
export type StreamRung = z.infer<typeof StreamRung>;

export const RUNG_EVENTS = ['started', 'stopped', 'restarted', 'lowered', 'refused'] as const;
/** One line of the log of encoders. */
export const RungEvent = z.object({
  at: Timestamp,
  rung: LiveRungId,
  event: z.enum(RUNG_EVENTS),
  reason: z.string(),
});
export type RungEvent = z.infer<typeof RungEvent>;
