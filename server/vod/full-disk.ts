import { AppError } from '../core/errors.ts';
import { isFull } from '../store/index.ts';

/** An error as it is, or STORAGE_FULL where a write of our own met a full disk; of ffmpeg's it is told by its words. */
export const withFullDisk = (error: unknown): unknown =>
  isFull(error) ? new AppError('STORAGE_FULL', { cause: error }) : error;
