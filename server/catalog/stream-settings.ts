import type { z } from 'zod';
import type { ChannelSettings } from '../../drizzle/schema/catalog.ts';
import type { ServerStreamSettings, StreamSettings } from '../../lib/contract/stream-settings.ts';
import type { Settings } from '../core/config.ts';

/** What channels without their own values take. */
export const serverSettings = (settings: Settings): z.infer<typeof ServerStreamSettings> => ({
  idleTimeoutSeconds: settings.get('streamIdleTimeoutSeconds'),
  segmentSeconds: settings.get('liveSegmentSeconds'),
  bufferBytes: settings.get('relayBufferBytes'),
});

/** The stored values as the API shows them: what is not set is null. */
export const shownSettings = (own: ChannelSettings): StreamSettings => ({
  idleTimeoutSeconds: own.idleTimeoutSeconds ?? null,
  segmentSeconds: own.segmentSeconds ?? null,
  bufferBytes: own.bufferBytes ?? null,
});

/** A change laid over the stored values; null takes one away. */
export function mergedSettings(
  own: ChannelSettings,
  change: { readonly [K in keyof StreamSettings]?: number | null | undefined },
): ChannelSettings {
  const given = Object.entries(change).filter(([, value]) => value !== undefined);
  const all = Object.entries({ ...own, ...Object.fromEntries(given) });
  return Object.fromEntries(all.filter(([, value]) => value !== null));
}
