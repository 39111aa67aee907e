import { z } from 'zod';
import { Timestamp, Uuid } from './common.ts';
import { LiveRungId, SOURCE_RUNG } from './live-rungs.ts';

/** What a player may be told to take: a quality, or `auto` to choose by itself. */
export const QUALITY_CHOICES = ['auto', SOURCE_RUNG, '720p', '480p', '360p'] as const;
export const QualityChoice = z.enum(QUALITY_CHOICES);

/** `relay` the source's own picture for everybody · `transcode` a quality that is encoded while it is watched. */
export const LiveMode = z.enum(['relay', 'transcode']);

/** A channel as a player needs it (`/api/live/{id}`, contracts.md §1). Every address is signed. */
export const LiveInfo = z.object({
  id: Uuid,
  name: z.string(),
  /** The playlist of the quality that was asked for, or the master. */
  url: z.string(),
  /** The master playlist with all qualities. */
  hls: z.string(),
  /** Best first; while the channel is idle, all that it may have. */
  qualities: z.array(
    z.object({
      id: z.union([z.literal(SOURCE_RUNG), LiveRungId]),
      width: z.number().int().nullable(),
      height: z.number().int().nullable(),
      /** As measured, else what the encoder is told; null while unknown. */
      bits_per_second: z.number().int().nullable(),
      url: z.string(),
    }),
  ),
  mode: LiveMode,
  /** Why it comes this way, in one sentence. */
  reason: z.string(),
  /** How many share it now. */
  viewers: z.number().int(),
  /** When its addresses end; null for those that last. */
  expires_at: Timestamp.nullable(),
});
export type LiveInfo = z.infer<typeof LiveInfo>;
