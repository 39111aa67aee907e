import type { Chapter } from '../../lib/contract/videos.ts';

/** The chapter that runs at a time; null before the first and after the last. */
export const chapterAt = (chapters: readonly Chapter[], seconds: number): Chapter | null =>
  chapters.findLast(({ startSeconds, endSeconds }) => startSeconds <= seconds && seconds < endSeconds) ??
  null;
