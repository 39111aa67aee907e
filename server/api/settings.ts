import { z } from 'zod';
import { type Setting, SettingList, SettingsPatch } from '../../lib/contract/system.ts';
import type { Routes } from './frame.ts';

type Ports = {
  list(): Setting[];
  patch(changes: Record<string, string | number | boolean | null>): Promise<void>;
  stationName(): Promise<string>;
  renameStation(name: string): Promise<void>;
};

const tags = ['Settings'];

export const settingRoutes =
  (ports: Ports): Routes =>
  (api) => {
    const all = () => {
      const items = ports.list();
      return { items, nextCursor: null, total: items.length };
    };
    api.get(
      '/api/v1/settings',
      {
        config: { access: 'admin' },
        schema: {
          tags,
          summary: 'All settings and where each value comes from',
          response: { 200: SettingList },
        },
      },
      async () => all(),
    );
    api.patch(
      '/api/v1/settings',
      {
        config: { access: 'admin' },
        schema: {
          tags,
          summary: 'Change settings; null puts one back to its default',
          body: SettingsPatch,
          response: { 200: SettingList },
        },
      },
      async (request) => {
        await ports.patch(request.body);
        return all();
      },
    );
    const Station = z.object({ name: z.string().trim().min(1).max(80) });
    api.get(
      '/api/v1/station',
      {
        config: { access: 'viewer' },
        schema: { tags, summary: "The station's name", response: { 200: Station } },
      },
      async () => ({ name: await ports.stationName() }),
    );
    api.patch(
      '/api/v1/station',
      {
        config: { access: 'admin' },
        schema: { tags, summary: 'Rename the station', body: Station, response: { 200: Station } },
      },
      async (request) => {
        await ports.renameStation(request.body.name);
        return { name: await ports.stationName() };
      },
    );
  };
