import type { z } from 'zod';
import type {
  Channel,
  ChannelBulk,
  ChannelBulkResult,
  ChannelCreate,
  ChannelDetail,
  ChannelPatch,
  Group,
  LiveState,
} from '../contract/channels.ts';
import type { Page } from '../contract/common.ts';
import type { Embed, EmbedRequest } from '../contract/embed.ts';
import { del, get, patch, post } from './http.ts';
import { keys } from './keys.ts';

export type ChannelFilter = {
  search?: string;
  group?: string;
  providerId?: string;
  state?: LiveState;
  sort?: 'number' | 'name' | 'group' | 'created';
};

export const CHANNEL_PAGE = 500;

/** The list in pages, for an endless table; `total` in each page tells how long it is in all. */
export const channelPages = (filter: ChannelFilter, limit = CHANNEL_PAGE) => ({
  queryKey: keys.channelList({ ...filter, limit }),
  queryFn: ({ pageParam, signal }: { pageParam: string | null; signal: AbortSignal }) =>
    get<Page<Channel>>('/api/v1/channels', {
      query: { ...filter, cursor: pageParam, limit },
      signal,
    }),
  initialPageParam: null as string | null,
  getNextPageParam: (last: Page<Channel>) => last.nextCursor,
});

export const channelQuery = (id: string) => ({
  queryKey: keys.channel(id),
  queryFn: () => get<ChannelDetail>(`/api/v1/channels/${id}`),
});

export const groupsQuery = {
  queryKey: keys.groups,
  queryFn: () => get<Page<z.infer<typeof Group>>>('/api/v1/groups', { query: { limit: 500 } }),
};

export const createChannel = (body: ChannelCreate) => post<ChannelDetail>('/api/v1/channels', body);
export const updateChannel = (id: string, body: ChannelPatch, etag: string) =>
  patch<ChannelDetail>(`/api/v1/channels/${id}`, body, { ifMatch: etag });
export const deleteChannel = (id: string) => del<unknown>(`/api/v1/channels/${id}`);
export const changeChannels = (body: z.infer<typeof ChannelBulk>) =>
  post<z.infer<typeof ChannelBulkResult>>('/api/v1/channels/bulk', body);
export const embedChannel = (id: string, days: EmbedRequest['days']) =>
  post<Embed>(`/api/v1/channels/${id}/embed`, { days });
