import type { IncomingMessage } from 'node:http';
import { createM3uExport, type ExportedVideo, type ExportPorts, type ListReader } from '../exports/m3u.ts';
import type { Domains } from './domains.ts';
import type { Foundation } from './foundation.ts';

const BATCH = 500;

/** Hands the exports what they list and who may read it. */
export function wireExports(foundation: Foundation, { catalog, vod }: Domains) {
  const videos = async function* (reader: ListReader): AsyncGenerator<ExportedVideo[]> {
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof vod.list>> = await vod.list({
        limit: BATCH,
        state: 'ready',
        cursor: cursor ?? undefined,
        privateOf: reader.userId === null ? 'nobody' : { userId: reader.userId },
      });
      yield page.items.map(({ id, title, durationSeconds, qualities, visibility }) => ({
        id,
        title,
        durationSeconds,
        mp4Quality: qualities.at(-1)?.id ?? null,
        isPrivate: visibility === 'private',
      }));
      cursor = page.nextCursor;
    } while (cursor !== null);
  };
  const ports: ExportPorts = {
    reader: (req) => readerOf(foundation, req),
    channels: catalog.exportChannels,
    channel: catalog.find,
    origin: foundation.peer.origin,
    videos,
    revision: async () => (await Promise.all([catalog.revision(), vod.revision()])).join('|'),
  };
  return createM3uExport(ports);
}

/** A list is read with a line's token; whoever is signed in reads it as the line of his own. */
async function readerOf({ auth, peer, config }: Foundation, req: IncomingMessage): Promise<ListReader> {
  const origin = peer.origin(req);
  const identity = await auth.mediaAccess(req, null);
  if (identity.userId === null) return { key: 'public', origin, userId: null, sign: () => '' };
  const { id } = await auth.lineOf(identity.userId);
  const open = config.values.streamAccess === 'public';
  return {
    // The same list has other addresses in open access.
    key: open ? `${id} unsigned` : id,
    origin,
    userId: identity.userId,
    // Private videos stay private in open access as well, so their addresses need the signature then too.
    sign: ({ isPrivate, ...resource }) => (open && !isPrivate ? '' : auth.lineLink(resource, id)),
  };
}
