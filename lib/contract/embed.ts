import { z } from 'zod';
import { Timestamp } from './common.ts';

/** How long an embedded player may play; a link that is given away cannot be taken back before its end. */
export const EMBED_DAYS = [1, 7, 30, 365] as const;
export const EmbedRequest = z.object({
  days: z.union([z.literal(1), z.literal(7), z.literal(30), z.literal(365)]),
});
export type EmbedRequest = z.infer<typeof EmbedRequest>;

export const Embed = z.object({
  /** A whole player for any page: a video element, hls.js from this server, and a few lines of script. */
  html: z.string(),
  hlsUrl: z.string(),
  /** null when access is public, so that nothing ends. */
  expiresAt: Timestamp.nullable(),
  /** Pages that may play it (ALLOWED_ORIGINS); empty = any page. */
  origins: z.array(z.string()),
});
export type Embed = z.infer<typeof Embed>;
