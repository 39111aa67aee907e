import { docRoutes } from '../api/docs.ts';
import { type ApiServer, createApi, type Routes } from '../api/frame.ts';
import { lineRoutes } from '../api/lines.ts';
import { meRoutes } from '../api/me.ts';
import { settingRoutes } from '../api/settings.ts';
import { setupRoutes } from '../api/setup.ts';
import { tokenRoutes } from '../api/tokens.ts';
import { userRoutes } from '../api/users.ts';
import { setupChecks } from './checks.ts';
import { type Foundation, version } from './foundation.ts';

/** The API with every route file. */
export async function wireApi(
  foundation: Foundation,
  port: () => number,
  more: readonly Routes[],
): Promise<ApiServer> {
  const { auth, settings, peer, log, checkOrigin, lifecycle } = foundation;
  const api: ApiServer = await createApi({ log, version: version(), identify: auth.identify, checkOrigin }, [
    setupRoutes({ auth, peer, checks: () => setupChecks(foundation, port()) }),
    meRoutes({ auth }),
    lineRoutes({ auth, peer }),
    tokenRoutes({ auth }),
    userRoutes({ auth }),
    settingRoutes({ ...settings, stationName: auth.stationName, renameStation: auth.renameStation }),
    docRoutes(() => api.openapi()),
    ...more,
  ]);
  lifecycle.add('api', () => api.close());
  return api;
}
