import type { LiveRungId } from '../contract/live-rungs.ts';
import type { StreamDetail, StreamsStatus } from '../contract/streams.ts';
import { get, post } from './http.ts';
import { keys } from './keys.ts';

/** All streams that are not idle; kept fresh by the `streams` event. */
export const streamsQuery = {
  queryKey: keys.streams,
  queryFn: () => get<StreamsStatus>('/api/streams/status'),
};

export const streamQuery = (id: string) => ({
  queryKey: keys.stream(id),
  queryFn: () => get<StreamDetail>(`/api/streams/${encodeURIComponent(id)}/status`),
  refetchInterval: 2000,
});

export const stopStream = (id: string) => post<unknown>(`/api/streams/${encodeURIComponent(id)}/stop`);

/** Stops the encoder of one quality; `stopped` is false when it does not run any more. */
export const stopRung = (id: string, rung: LiveRungId) =>
  post<{ stopped: boolean }>(`/api/streams/${encodeURIComponent(id)}/rungs/${rung}/stop`);

/** Goes to the source at `position`, or to the next one; `switched` is false when the channel is idle. */
export const switchStream = (id: string, position?: number) =>
  post<{ switched: boolean }>(
    `/api/streams/${encodeURIComponent(id)}/switch`,
    position === undefined ? {} : { position },
  );
