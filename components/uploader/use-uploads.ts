'use client';

import type { Video } from '@/lib/contract/videos';
import { useStore } from '../shell/use-store';
import { uploads } from './store';
import type { UploadItem } from './types';

/** All uploads of this page, kept fresh. */
export const useUploads = (): readonly UploadItem[] => useStore(uploads);

/** The upload behind a video, as long as it says more than the server does. */
export const uploadFor = (
  items: readonly UploadItem[],
  video: Pick<Video, 'id' | 'state'>,
): UploadItem | undefined =>
  items.find((item) => {
    if (item.videoId !== video.id) return false;
    // Without its file this page only knows what the server said once; the video's own state is newer.
    const stale = item.phase === 'done' || item.phase === 'needs-file';
    return !stale || video.state === 'uploading';
  });

export const useUploadOf = (video: Pick<Video, 'id' | 'state'>): UploadItem | undefined =>
  uploadFor(useUploads(), video);
