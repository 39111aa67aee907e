import { z } from 'zod';
import { LiveState } from './channels.ts';
import { Timestamp, Uuid } from './common.ts';

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
});
export type StreamStatus = z.infer<typeof StreamStatus>;

export const StreamsStatus = z.object({ total_streams: z.number().int(), streams: z.array(StreamStatus) });
export type StreamsStatus = z.infer<typeof StreamsStatus>;

export const StreamDetail = StreamStatus.extend({
  errors: z.array(
    z.object({ at: Timestamp, source_position: z.number().int(), code: z.string(), message: z.string() }),
  ),
});
export type StreamDetail = z.infer<typeof StreamDetail>;
