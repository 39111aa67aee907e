import { z } from 'zod';
import { page, Timestamp } from './common.ts';

/** A setting as the Settings page shows it: env > database > default (contracts.md §10). */
export const Setting = z.object({
  key: z.string(),
  env: z.string(),
  group: z.enum(['station', 'live', 'video', 'uploads', 'access', 'server']),
  label: z.string(),
  hint: z.string(),
  kind: z.enum(['string', 'integer', 'boolean', 'choice', 'list']),
  unit: z.string().nullable(),
  choices: z.array(z.string()).nullable(),
  min: z.number().nullable(),
  max: z.number().nullable(),
  value: z.union([z.string(), z.number(), z.boolean(), z.null()]),
  default: z.union([z.string(), z.number(), z.boolean(), z.null()]),
  source: z.enum(['env', 'database', 'default']),
  /** False when only the environment can set it, or does so now. */
  editable: z.boolean(),
  restart: z.boolean(),
});
export type Setting = z.infer<typeof Setting>;
export const SettingList = page(Setting);
/** Keys to new values; null puts a setting back to its default. */
export const SettingsPatch = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

/** The numbers of the Overview and of the strip at the foot. */
export const Overview = z.object({
  stationName: z.string(),
  onAir: z.number().int(),
  watching: z.number().int(),
  outBitsPerSecond: z.number(),
  inBitsPerSecond: z.number(),
  channels: z.number().int(),
  videos: z.number().int(),
  jobs: z.object({ running: z.number().int(), queued: z.number().int() }),
  storage: z.object({
    freeBytes: z.number(),
    totalBytes: z.number(),
    rawBytes: z.number(),
    processedBytes: z.number(),
  }),
  needsYou: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(['channel', 'video', 'storage']),
      title: z.string(),
      message: z.string(),
      href: z.string(),
    }),
  ),
  demoLoaded: z.boolean(),
  startedAt: Timestamp,
});
export type Overview = z.infer<typeof Overview>;

export const DemoResult = z.object({ channelId: z.string(), videoId: z.string() });
