import { z } from 'zod';

/** What a channel may set for itself, with the bounds that the server's own values have too (contracts.md §10). */
export const STREAM_BOUNDS = {
  idleTimeoutSeconds: { min: 0, max: 3600 },
  segmentSeconds: { min: 1, max: 12 },
  bufferBytes: { min: 262_144, max: 8_388_608 },
} as const;

const within = ({ min, max }: { min: number; max: number }) =>
  z.number().int().min(min).max(max).nullable().describe("null takes the server's value");

/** How a channel runs; null stands for the server's value. A running channel takes a change at its next start. */
export const StreamSettings = z.object({
  idleTimeoutSeconds: within(STREAM_BOUNDS.idleTimeoutSeconds),
  segmentSeconds: within(STREAM_BOUNDS.segmentSeconds),
  bufferBytes: within(STREAM_BOUNDS.bufferBytes),
});
export type StreamSettings = z.infer<typeof StreamSettings>;

/** The server's values, which a channel without its own takes. */
export const ServerStreamSettings = z.object({
  idleTimeoutSeconds: z.number().int(),
  segmentSeconds: z.number().int(),
  bufferBytes: z.number().int(),
});
