import type { IncomingMessage } from 'node:http';
import type { ChannelUrls } from '../../lib/contract/channels.ts';
import { channelRoutes } from '../api/channels.ts';
import { docRoutes } from '../api/docs.ts';
import { embedRoutes } from '../api/embeds.ts';
import { type EventStream, eventRoutes } from '../api/events.ts';
import { type ApiServer, type Caller, createApi } from '../api/frame.ts';
import { groupRoutes } from '../api/groups.ts';
import { importRoutes } from '../api/imports.ts';
import { jobRoutes } from '../api/jobs.ts';
import { lineRoutes } from '../api/lines.ts';
import { meRoutes } from '../api/me.ts';
import { overviewRoutes } from '../api/overview.ts';
import { providerRoutes } from '../api/providers.ts';
import { relayRoutes } from '../api/relays.ts';
import { settingRoutes } from '../api/settings.ts';
import { setupRoutes } from '../api/setup.ts';
import { streamControlRoutes, streamRoutes } from '../api/streams.ts';
import { tokenRoutes } from '../api/tokens.ts';
import { userRoutes } from '../api/users.ts';
import { videoRoutes } from '../api/videos.ts';
import { playableAddress } from '../exports/addresses.ts';
import { setupChecks } from './checks.ts';
import type { Domains } from './domains.ts';
import { wireEmbeds } from './embeds.ts';
import { type Foundation, version } from './foundation.ts';
import type { Station } from './station.ts';

type Options = { port: () => number; station: Station; events: EventStream };

/** The API with every route file. */
export async function wireApi(
  foundation: Foundation,
  domains: Domains,
  { port, station, events }: Options,
): Promise<ApiServer> {
  const { auth, config, settings, peer, log, checkOrigin, lifecycle } = foundation;
  const { catalog, live, vod, ingest } = domains;
  const open = config.values.streamAccess === 'public';
  const urlsOf = lineUrls(foundation);
  const liveStates = () =>
    new Map(live.status().map((s) => [s.channel_id, { state: s.state, viewers: s.clients }]));
  const streams = {
    status: station.streams,
    statusOf: live.statusOf.bind(live),
    stop: live.stop.bind(live),
    switchTo: live.switchTo.bind(live),
    stopRung: live.stopRung.bind(live),
    resolve: catalog.resolve,
  };
  const api: ApiServer = await createApi({ log, version: version(), identify: auth.identify, checkOrigin }, [
    setupRoutes({ auth, peer, checks: () => setupChecks(foundation, port()) }),
    meRoutes({
      auth,
      uploadChunkBytes: () => settings.get('uploadChunkBytes'),
      defaultQuality: () => settings.get('defaultQuality'),
    }),
    lineRoutes({ auth, peer }),
    tokenRoutes({ auth }),
    userRoutes({ auth }),
    settingRoutes({ ...settings, stationName: auth.stationName, renameStation: auth.renameStation }),
    channelRoutes({ catalog, liveStates, urlsOf }),
    embedRoutes({ catalog, embed: wireEmbeds(foundation) }),
    groupRoutes({ catalog }),
    providerRoutes({ catalog }),
    importRoutes({ catalog }),
    relayRoutes({ catalog, urlsOf }),
    streamRoutes(streams),
    streamControlRoutes(streams),
    videoRoutes({
      vod,
      link: ({ id, visibility }, caller) =>
        open && visibility !== 'private' ? '' : auth.mediaLink({ kind: 'video', id }, caller),
    }),
    jobRoutes({ vod, ingest }),
    overviewRoutes(station),
    eventRoutes(events),
    docRoutes(() => api.openapi()),
  ]);
  lifecycle.add('api', () => api.close());
  return api;
}

type Channel = { id: string; num: number; outputPath: string | null };

/** Addresses of a channel for the line of whoever asks. */
const lineUrls =
  ({ auth, peer, config }: Foundation) =>
  async (req: IncomingMessage, caller: Caller, channel: Channel): Promise<ChannelUrls> => {
    const item = {
      kind: 'channel' as const,
      id: channel.id,
      num: channel.num,
      outputPath: channel.outputPath,
    };
    const open = config.values.streamAccess === 'public';
    const query = open
      ? ''
      : auth.lineLink({ kind: 'channel', id: channel.id }, (await auth.lineOf(caller.userId)).id);
    const origin = peer.origin(req);
    return {
      ts: playableAddress(origin, item, 'ts', query),
      hls: playableAddress(origin, item, 'hls', query),
      m3u: playableAddress(origin, item, 'm3u', query),
    };
  };
