import type { z } from 'zod';
import type { Page } from '../contract/common.ts';
import type { Setting, SettingsPatch } from '../contract/system.ts';
import { get, patch } from './http.ts';
import { keys } from './keys.ts';

export const settingsQuery = {
  queryKey: keys.settings,
  queryFn: () => get<Page<Setting>>('/api/v1/settings', { query: { limit: 500 } }),
};
/** Keys to new values; null puts one back to its default. Answers all settings as they are then. */
export const saveSettings = (changes: z.infer<typeof SettingsPatch>) =>
  patch<Page<Setting>>('/api/v1/settings', changes);

export const stationQuery = {
  queryKey: keys.station,
  queryFn: () => get<{ name: string }>('/api/v1/station'),
};
export const renameStation = (name: string) => patch<{ name: string }>('/api/v1/station', { name });
