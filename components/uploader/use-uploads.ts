'use client';

import { useStore } from '../shell/use-store';
import { uploads } from './store';
import type { UploadItem } from './types';

/** All uploads of this page, kept fresh. */
export const useUploads = (): readonly UploadItem[] => useStore(uploads);

export const useUploadOf = (videoId: string): UploadItem | undefined =>
  useUploads().find((item) => item.videoId === videoId && item.phase !== 'done');
