import { docRoutes } from '../api/docs.ts';
import { type ApiServer, createApi, type Routes } from '../api/frame.ts';
import { settingRoutes } from '../api/settings.ts';
import { type Foundation, version } from './foundation.ts';

/** The API with every route file. */
export async function wireApi(foundation: Foundation, more: readonly Routes[]): Promise<ApiServer> {
  const { auth, settings, log, checkOrigin, lifecycle } = foundation;
  const api: ApiServer = await createApi({ log, version: version(), identify: auth.identify, checkOrigin }, [
    settingRoutes({
      list: settings.list,
      patch: settings.patch,
      stationName: auth.stationName,
      renameStation: async () => undefined,
    }),
    docRoutes(() => api.openapi()),
    ...more,
  ]);
  lifecycle.add('api', () => api.close());
  return api;
}
