import type { z } from 'zod';
import type { Page } from '../contract/common.ts';
import type { Job, StreamConfig, Upload, Video, VideoPatch, VideoQuery } from '../contract/videos.ts';
import { del, get, patch, post, request } from './http.ts';
import { keys } from './keys.ts';

export type VideoFilter = Pick<z.infer<typeof VideoQuery>, 'state' | 'search'>;

export const videoPages = (filter: VideoFilter) => ({
  queryKey: keys.videoList(filter),
  queryFn: ({ pageParam, signal }: { pageParam: string | null; signal: AbortSignal }) =>
    get<Page<Video>>('/api/v1/videos', { query: { ...filter, cursor: pageParam, limit: 60 }, signal }),
  initialPageParam: null as string | null,
  getNextPageParam: (last: Page<Video>) => last.nextCursor,
});
export const videoQuery = (id: string) => ({
  queryKey: keys.video(id),
  queryFn: () => get<Video>(`/api/v1/videos/${id}`),
});
/** All playable addresses of a video, signed; answers from the upload's first moment. */
export const streamConfigQuery = (id: string) => ({
  queryKey: [...keys.video(id), 'stream-config'],
  queryFn: () => get<StreamConfig>(`/api/v1/videos/${id}/stream-config`),
});
export const updateVideo = (id: string, body: z.infer<typeof VideoPatch>) =>
  patch<Video>(`/api/v1/videos/${id}`, body);
/** Remembers where the person is; it arrives although the page goes. */
export const savePosition = (id: string, seconds: number) =>
  request<unknown>('PUT', `/api/v1/videos/${id}/position`, { body: { seconds }, keepalive: true });
export const deleteVideo = (id: string) => del<unknown>(`/api/v1/videos/${id}`);
export const retryVideo = (id: string) => post<unknown>(`/api/v1/videos/${id}/retry`);
/** Makes all qualities anew; the ones that are there play until the new ones are complete. */
export const remakeVideo = (id: string) => post<unknown>(`/api/v1/videos/${id}/generate-hls`);
export const cancelVideo = (id: string) => post<unknown>(`/api/v1/videos/${id}/cancel`);

export const jobsQuery = (filter: { state?: Job['state']; videoId?: string }) => ({
  queryKey: keys.jobList(filter),
  queryFn: () => get<Page<Job>>('/api/v1/jobs', { query: { ...filter, limit: 100 } }),
});
export const uploadsQuery = {
  queryKey: keys.uploads,
  queryFn: () => get<Page<Upload>>('/api/v1/uploads', { query: { limit: 100 } }),
};
