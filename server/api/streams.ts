import { z } from 'zod';
import { LiveRungId } from '../../lib/contract/live-rungs.ts';
import { StreamDetail, StreamSwitchRequest, StreamsStatus } from '../../lib/contract/streams.ts';
import { AppError } from '../core/errors.ts';
import type { Routes } from './frame.ts';

export type StreamPorts = {
  status(): StreamsStatus;
  statusOf(channelId: string): StreamDetail | null;
  resolve(key: string): Promise<string | null>;
  stop(channelId: string): Promise<boolean>;
  /** Goes to another source; false when the channel is idle. */
  switchTo(channelId: string, position?: number): boolean;
  /** Stops the encoder of one quality; false when it does not run. */
  stopRung(channelId: string, rung: LiveRungId): boolean;
};

const tags = ['Live'];
const Key = z.object({ id: z.string().min(1).max(64) });
const RungKey = Key.extend({ rung: LiveRungId });

const channelFinder =
  ({ resolve }: StreamPorts) =>
  async (key: string): Promise<string> => {
    const id = await resolve(key);
    if (id === null) throw new AppError('CHANNEL_NOT_FOUND');
    return id;
  };

/** Seed 001: the running streams (S1.4). `{id}` is a uuid, a number or an output path. */
export const streamRoutes =
  (ports: StreamPorts): Routes =>
  (api) => {
    const channelOf = channelFinder(ports);
    api.get(
      '/api/streams/status',
      {
        config: { access: 'editor' },
        schema: { tags, summary: 'All streams that are not idle', response: { 200: StreamsStatus } },
      },
      async () => ports.status(),
    );
    api.get(
      '/api/streams/:id/status',
      {
        config: { access: 'editor' },
        schema: {
          tags,
          summary:
            'One stream: its sources, switches, encoders, viewers, alerts, damage, last errors and curves',
          params: Key,
          response: { 200: StreamDetail },
        },
      },
      async (request) => {
        const status = ports.statusOf(await channelOf(request.params.id));
        if (!status)
          throw new AppError('NOT_FOUND', {
            message: 'This channel is idle: nobody watches it. It starts with its first viewer.',
          });
        return status;
      },
    );
  };

/** What an admin does to a running stream. */
export const streamControlRoutes =
  (ports: StreamPorts): Routes =>
  (api) => {
    const channelOf = channelFinder(ports);
    api.post(
      '/api/streams/:id/stop',
      {
        config: { access: 'admin' },
        schema: {
          tags,
          summary: 'Stop a stream; its viewers are disconnected',
          params: Key,
          response: { 200: z.object({ stopped: z.boolean() }) },
        },
      },
      async (request) => ({
        stopped: await ports.stop(await channelOf(request.params.id)),
      }),
    );
    api.post(
      '/api/streams/:id/rungs/:rung/stop',
      {
        config: { access: 'admin' },
        schema: {
          tags,
          summary: 'Stop the encoder of one quality; the stream itself goes on',
          params: RungKey,
          response: { 200: z.object({ stopped: z.boolean() }) },
        },
      },
      async (request) => ({
        stopped: ports.stopRung(await channelOf(request.params.id), request.params.rung),
      }),
    );
    api.post(
      '/api/streams/:id/switch',
      {
        config: { access: 'admin' },
        schema: {
          tags,
          summary: 'Go to another source now: the one at `position`, or the next one',
          params: Key,
          body: StreamSwitchRequest.nullish(),
          response: { 200: z.object({ switched: z.boolean() }) },
        },
      },
      async (request) => {
        const id = await channelOf(request.params.id);
        return { switched: ports.switchTo(id, request.body?.position) };
      },
    );
  };
