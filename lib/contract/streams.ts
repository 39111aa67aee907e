import { z } from 'zod';
import { LiveState } from './channels.ts';
import { Timestamp, Uuid } from './common.ts';
import { RungEvent, StreamRung } from './live-rungs.ts';

/** One running stream (S1.4). `id` is the output path, or the number where there is none. */
export const StreamStatus = z.object({
  id: z.string(),
  active: z.boolean(),
  clients: z.number().int(),
  source_url: z.string(),
  uptime_seconds: z.number(),
  bytes_streamed: z.number().int(),
  last_activity: Timestamp.nullable(),
  channel_id: Uuid,
  num: z.number().int(),
  name: z.string(),
  state: LiveState,
  source_position: z.number().int(),
  source_count: z.number().int(),
  in_bits_per_second: z.number(),
  out_bits_per_second: z.number(),
  bytes_received: z.number().int(),
  upstream_connections: z.number().int(),
  viewers: z.object({ ts: z.number().int(), hls: z.number().int() }),
  video: z
    .object({
      codec: z.string(),
      width: z.number().int(),
      height: z.number().int(),
      fps: z.number().nullable(),
    })
    .nullable(),
  audio: z.object({ codec: z.string(), sample_rate: z.number().int().nullable() }).nullable(),
  skips: z.number().int(),
  /** Encoders of its qualities that run now. */
  encoders: z.number().int(),
});
export type StreamStatus = z.infer<typeof StreamStatus>;

export const StreamsStatus = z.object({ total_streams: z.number().int(), streams: z.array(StreamStatus) });
export type StreamsStatus = z.infer<typeof StreamsStatus>;

/** What a source of a running channel is doing. */
export const SOURCE_STATES = ['playing', 'joining', 'standby', 'checking', 'resting'] as const;
export const SourceState = z.enum(SOURCE_STATES);
export type SourceState = z.infer<typeof SourceState>;

export const StreamSource = z.object({
  position: z.number().int(),
  label: z.string(),
  state: SourceState,
  /** Failures in a row; zero again once it has proved itself. */
  failures: z.number().int(),
  /** When a resting source may be tried again. */
  next_try_at: Timestamp.nullable(),
  last_error: z.object({ at: Timestamp, code: z.string(), message: z.string() }).nullable(),
});
export type StreamSource = z.infer<typeof StreamSource>;

export const SWITCH_CAUSES = ['fault', 'returned', 'asked'] as const;
export type SwitchCause = (typeof SWITCH_CAUSES)[number];
/** One change of source: after a fault, back to a better source, or because somebody asked for it. */
export const StreamSwitch = z.object({
  at: Timestamp,
  from_position: z.number().int(),
  to_position: z.number().int(),
  cause: z.enum(SWITCH_CAUSES),
  reason: z.string(),
  /** From the fault to the new source's first picture; null for a switch nobody noticed. */
  gap_ms: z.number().int().nullable(),
});
export type StreamSwitch = z.infer<typeof StreamSwitch>;

export const StreamViewer = z.object({
  output: z.enum(['ts', 'hls']),
  since: Timestamp,
  /** The quality it asked for last; null for the transport stream. */
  rung: z.string().nullable(),
  /** Null for HLS, whose segments are the same for everybody. */
  bytes_sent: z.number().int().nullable(),
  /** How far behind the newest byte; null for HLS, whose players decide it themselves. */
  lag_ms: z.number().int().nullable(),
  /** How often it was moved on to the newest keyframe because it was too slow. */
  skips: z.number().int(),
});
export type StreamViewer = z.infer<typeof StreamViewer>;

export const STREAM_ALERTS = ['audio-missing', 'keyframes-far-apart', 'encoder-too-slow'] as const;

export const StreamDetail = StreamStatus.extend({
  errors: z.array(
    z.object({ at: Timestamp, source_position: z.number().int(), code: z.string(), message: z.string() }),
  ),
  sources: z.array(StreamSource),
  /** Newest first. */
  switches: z.array(StreamSwitch),
  /** The qualities this channel has below its source; empty for sound alone. */
  rungs: z.array(StreamRung),
  /** Starts and stops of encoders, newest first. */
  rung_log: z.array(RungEvent),
  /** The first 100. */
  viewer_list: z.array(StreamViewer),
  alerts: z.array(z.object({ kind: z.enum(STREAM_ALERTS), message: z.string() })),
  /** What the source sends: MPEG-TS, HLS, RTMP … */
  format: z.string().nullable(),
  /** Counted since the session began. */
  damage: z.object({
    transport_errors: z.number().int(),
    counter_jumps: z.number().int(),
    dropped_video: z.number().int(),
    dropped_audio: z.number().int(),
    cuts_without_keyframe: z.number().int(),
  }),
  /** One reading each `step_seconds`, oldest first. */
  samples: z.object({
    step_seconds: z.number(),
    in_bits_per_second: z.array(z.number()),
    out_bits_per_second: z.array(z.number()),
    viewers: z.array(z.number().int()),
  }),
});
export type StreamDetail = z.infer<typeof StreamDetail>;

/** "Switch now": the position of the wanted source; without it the next one. */
export const StreamSwitchRequest = z.object({ position: z.number().int().min(0).optional() });
export type StreamSwitchRequest = z.infer<typeof StreamSwitchRequest>;
