import type { z } from 'zod';
import type { Page } from '../contract/common.ts';
import type {
  Job,
  SegmentMap,
  StreamConfig,
  Upload,
  Video,
  VideoPatch,
  VideoQuery,
} from '../contract/videos.ts';
import { ApiError, del, get, getTagged, patch, post, request } from './http.ts';
import { keys } from './keys.ts';

export type VideoFilter = Pick<z.infer<typeof VideoQuery>, 'state' | 'search' | 'visibility'>;
export type VideoDetails = Pick<Video, 'title' | 'description' | 'visibility'>;

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
/** Which segments of which quality are made, and what is being made now. */
export const segmentsQuery = (id: string) => ({
  queryKey: [...keys.video(id), 'segments'],
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    get<SegmentMap>(`/api/v1/videos/${id}/segments`, { signal }),
});
export const updateVideo = (id: string, body: z.infer<typeof VideoPatch>) =>
  patch<Video>(`/api/v1/videos/${id}`, body);
/** Remembers where the person is; it arrives although the page goes. */
export const savePosition = (id: string, seconds: number) =>
  request<unknown>('PUT', `/api/v1/videos/${id}/position`, { body: { seconds }, keepalive: true });

/** Somebody else saved other details since the edit began; `theirs` is what they saved. */
export class EditConflict extends Error {
  readonly theirs: Video;

  constructor(theirs: Video) {
    super('Somebody else changed this video meanwhile.');
    this.name = 'EditConflict';
    this.theirs = theirs;
  }
}

const sameDetails = (a: VideoDetails, b: VideoDetails): boolean =>
  a.title === b.title && a.description === b.description && a.visibility === b.visibility;

/** Saves an edit that began from `base`; throws `EditConflict` when that is not what the server has any more. */
export const saveDetails = async (id: string, base: VideoDetails, body: VideoDetails): Promise<Video> => {
  const now = await getTagged<Video>(`/api/v1/videos/${id}`);
  if (!sameDetails(now.body, base)) throw new EditConflict(now.body);
  try {
    return await patch<Video>(`/api/v1/videos/${id}`, body, now.etag === null ? {} : { ifMatch: now.etag });
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 412) throw error;
    throw new EditConflict(await get<Video>(`/api/v1/videos/${id}`));
  }
};
export const deleteVideo = (id: string) => del<unknown>(`/api/v1/videos/${id}`);
export const retryVideo = (id: string) => post<unknown>(`/api/v1/videos/${id}/retry`);
/** Makes all qualities anew; the ones that are there play until the new ones are complete. */
export const remakeVideo = (id: string) => post<unknown>(`/api/v1/videos/${id}/generate-hls`);
/** Holds the work where it is; what is made stays, and resuming goes on from there. */
export const pauseVideo = (id: string) => post<unknown>(`/api/v1/videos/${id}/pause`);
export const resumeVideo = (id: string) => post<unknown>(`/api/v1/videos/${id}/resume`);
/** Takes the picture of the video from this moment. */
export const choosePicture = (id: string, atSeconds: number) =>
  post<unknown>(`/api/v1/videos/${id}/thumbnail`, { atSeconds });
export const cancelVideo = (id: string) => post<unknown>(`/api/v1/videos/${id}/cancel`);

export const jobsQuery = (filter: { state?: Job['state']; videoId?: string }) => ({
  queryKey: keys.jobList(filter),
  queryFn: () => get<Page<Job>>('/api/v1/jobs', { query: { ...filter, limit: 100 } }),
});
export const uploadsQuery = {
  queryKey: keys.uploads,
  queryFn: () => get<Page<Upload>>('/api/v1/uploads', { query: { limit: 100 } }),
};
