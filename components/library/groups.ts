import type { Video, VideoState } from '../../lib/contract/videos.ts';

export const GROUPS = ['uploading', 'queued', 'processing', 'failed', 'ready'] as const;
export type Group = (typeof GROUPS)[number];

export const GROUP_WORDS: Record<Group, string> = {
  uploading: 'Uploading',
  queued: 'Queued',
  processing: 'Processing',
  failed: 'Failed',
  ready: 'Ready',
};

const GROUP_OF: Record<VideoState, Group> = {
  uploading: 'uploading',
  queued: 'queued',
  processing: 'processing',
  ready: 'ready',
  failed: 'failed',
  cancelled: 'failed',
};

/** The dashboard's views are of the video's state (contracts.md §4). */
export const groupOf = ({ state }: Pick<Video, 'state'>): Group => GROUP_OF[state];

/** Videos by group, in the order of the dashboard. */
export const grouped = <T extends Pick<Video, 'state'>>(videos: readonly T[]): Record<Group, T[]> => {
  const groups: Record<Group, T[]> = { uploading: [], queued: [], processing: [], failed: [], ready: [] };
  for (const video of videos) groups[groupOf(video)].push(video);
  return groups;
};
