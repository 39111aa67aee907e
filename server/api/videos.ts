import { createHash } from 'node:crypto';
import { z } from 'zod';
import { IdOrNum } from '../../lib/contract/common.ts';
import {
  PosterChoice,
  SegmentMap,
  StreamConfig,
  Video,
  VideoList,
  VideoPatch,
  VideoQuery,
  WatchPosition,
} from '../../lib/contract/videos.ts';

import { AppError } from '../core/errors.ts';
import type { Vod } from '../vod/index.ts';
import type { Caller, Routes } from './frame.ts';
import { type LinkFor, signConfig, signPoster } from './media-links.ts';

export type VideoPorts = {
  vod: Pick<
    Vod,
    | 'find'
    | 'list'
    | 'view'
    | 'update'
    | 'remove'
    | 'cancel'
    | 'retry'
    | 'pause'
    | 'resume'
    | 'generateHls'
    | 'choosePoster'
    | 'segments'
    | 'streamConfig'
    | 'position'
    | 'savePosition'
  >;
  /** The query that opens a video for the caller. */
  link: LinkFor;
};

type Found = NonNullable<Awaited<ReturnType<Vod['find']>>>;

const tags = ['Videos'];
const params = z.object({ id: IdOrNum });

/** Videos: viewers see those they may play, editors also what is not finished, and change their own. */
export const videoRoutes =
  (ports: VideoPorts): Routes =>
  (api) => {
    const { vod, link } = ports;
    api.get(
      '/api/v1/videos',
      {
        config: { access: 'viewer' },
        schema: {
          tags,
          summary: 'Videos, newest first',
          querystring: VideoQuery,
          response: { 200: VideoList },
        },
      },
      async ({ query, caller }) => {
        const state = caller.role === 'viewer' ? ('ready' as const) : query.state;
        const privateOf = caller.role === 'admin' ? 'everybody' : { userId: caller.userId };
        const list = await vod.list({ ...query, state, privateOf });
        return { ...list, items: list.items.map((video) => signPoster(video, link, caller)) };
      },
    );
    api.get(
      '/api/v1/videos/:id',
      {
        config: { access: 'viewer' },
        schema: { tags, summary: 'One video', params, response: { 200: Video } },
      },
      async ({ params: { id }, caller }, reply) => {
        const view = await vod.view((await visible(ports, id, caller)).id);
        return reply.header('ETag', editTag(view)).send(signPoster(view, link, caller));
      },
    );
    api.get(
      '/api/v1/videos/:id/stream-config',
      {
        config: { access: 'viewer' },
        schema: { tags, summary: 'All playable addresses, signed', params, response: { 200: StreamConfig } },
      },
      async ({ params: { id }, caller }) => {
        const row = await visible(ports, id, caller);
        const config = await vod.streamConfig(row.id);
        const positionSeconds = await vod.position(caller.userId, config.id);
        return signConfig({ ...config, positionSeconds }, link(row, caller));
      },
    );
    registerSegments(ports)(api);
    registerPosition(ports)(api);
    registerEdits(ports)(api);
    registerActions(ports)(api);
    registerPoster(ports)(api);
  };

const registerSegments =
  (ports: VideoPorts): Routes =>
  (api) => {
    api.get(
      '/api/v1/videos/:id/segments',
      {
        config: { access: 'editor' },
        schema: {
          tags,
          summary: 'Which segments of each quality and sound track are made, and what is being made now',
          params,
          response: { 200: SegmentMap },
        },
      },
      async ({ params: { id }, caller }) => ports.vod.segments((await visible(ports, id, caller)).id),
    );
  };

const registerPosition =
  (ports: VideoPorts): Routes =>
  (api) => {
    api.put(
      '/api/v1/videos/:id/position',
      {
        config: { access: 'viewer' },
        schema: {
          tags,
          summary: 'Remember where the caller is in a video; 0 or the last 5 % (at least 15 s) forgets it',
          params,
          body: WatchPosition,
        },
      },
      async ({ params: { id }, body: { seconds }, caller }, reply) => {
        const row = await visible(ports, id, caller);
        await ports.vod.savePosition(caller.userId, row.id, seconds);
        return reply.status(204).send();
      },
    );
  };

const registerEdits =
  (ports: VideoPorts): Routes =>
  (api) => {
    const { vod, link } = ports;
    api.patch(
      '/api/v1/videos/:id',
      {
        config: { access: 'editor' },
        schema: {
          tags,
          summary: 'Change title, description or visibility; If-Match refuses an edit of an older version',
          params,
          body: VideoPatch,
          response: { 200: Video },
        },
      },
      async ({ params: { id }, body, caller, headers }, reply) => {
        const row = await owned(ports, id, caller);
        const expected = headers['if-match']?.trim();
        if (expected && expected !== '*' && expected !== editTag(row)) throw new AppError('EDIT_CONFLICT');
        const view = await vod.update(row.id, body);
        return reply.header('ETag', editTag(view)).send(signPoster(view, link, caller));
      },
    );
    api.delete(
      '/api/v1/videos/:id',
      {
        config: { access: 'editor' },
        schema: { tags, summary: 'Delete a video with all its files', params },
      },
      async ({ params: { id }, caller }, reply) => {
        await vod.remove((await owned(ports, id, caller)).id);
        return reply.status(204).send();
      },
    );
  };

const ACTIONS = [
  { path: 'retry', summary: 'Process a failed or cancelled video again', run: 'retry' },
  { path: 'cancel', summary: 'Stop the upload or the processing of a video', run: 'cancel' },
  { path: 'pause', summary: 'Hold the work on a video where it is', run: 'pause' },
  { path: 'resume', summary: 'Go on with the work on a held video', run: 'resume' },
  { path: 'generate-hls', summary: 'Make all renditions of a video anew', run: 'generateHls' },
] as const;

const registerActions =
  (ports: VideoPorts): Routes =>
  (api) => {
    for (const { path, summary, run } of ACTIONS) {
      api.post(
        `/api/v1/videos/:id/${path}`,
        { config: { access: 'editor' }, schema: { tags, summary, params, response: { 202: Video } } },
        async ({ params: { id }, caller }, reply) => {
          const row = await owned(ports, id, caller);
          await ports.vod[run](row.id);
          return reply.status(202).send(signPoster(await ports.vod.view(row.id), ports.link, caller));
        },
      );
    }
  };

const registerPoster =
  (ports: VideoPorts): Routes =>
  (api) => {
    api.post(
      '/api/v1/videos/:id/thumbnail',
      {
        config: { access: 'editor' },
        schema: {
          tags,
          summary: 'Make the picture that is shown at a time of the video its poster',
          params,
          body: PosterChoice,
          response: { 200: Video },
        },
      },
      async ({ params: { id }, body, caller }) => {
        const row = await owned(ports, id, caller);
        await ports.vod.choosePoster(row.id, body.atSeconds);
        return signPoster(await ports.vod.view(row.id), ports.link, caller);
      },
    );
  };

/** A video that the caller may see; to others it does not exist. */
async function visible({ vod }: VideoPorts, id: string, caller: Caller): Promise<Found> {
  const row = await vod.find(id);
  if (!row) throw new AppError('NOT_FOUND');
  const own = row.ownerId === caller.userId || caller.role === 'admin';
  const hidden = row.visibility === 'private' || (caller.role === 'viewer' && !row.playable);
  if (hidden && !own) throw new AppError('NOT_FOUND');
  return row;
}

/** A video that the caller may change: an editor his own, an admin all. */
async function owned(ports: VideoPorts, id: string, caller: Caller): Promise<Found> {
  const row = await visible(ports, id, caller);
  if (row.ownerId !== caller.userId && caller.role !== 'admin')
    throw new AppError('FORBIDDEN', {
      message: 'This video belongs to somebody else. Ask its owner or an admin to change it.',
    });
  return row;
}

/** The ETag of what can be edited; processing does not change it. */
const editTag = ({
  title,
  description,
  visibility,
}: {
  title: string;
  description: string;
  visibility: string;
}): string =>
  `"${createHash('sha256')
    .update(JSON.stringify([title, description, visibility]))
    .digest('base64url')
    .slice(0, 22)}"`;
