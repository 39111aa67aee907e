import { AppError } from '../core/errors.ts';
import type { IngestPorts } from './ports.ts';

/** What open uploads have announced: one person's own, and the bytes that all of them still have to bring. */
export type Load = { uploads: number; ownBytes: number; promisedBytes: number };

/** What somebody asks for on top of it. */
export type Wish = { uploads: number; bytes: number };

/** Refuses what does not fit any more; runs where nobody else can promise the same room (UP-09). */
export type Admit = (load: Load, wish: Wish) => Promise<void>;

/**
 * Nobody can fill the disk with promises: the bytes that open uploads have announced count as used.
 * Throws UPLOAD_TOO_LARGE, UPLOAD_QUOTA or STORAGE_FULL.
 */
export function createAdmit({ store, settings }: Pick<IngestPorts, 'store' | 'settings'>): Admit {
  return async ({ uploads, ownBytes, promisedBytes }, wish) => {
    const mostBytes = settings.get('uploadBytesPerUser');
    if (wish.bytes > mostBytes)
      throw new AppError('UPLOAD_TOO_LARGE', {
        message:
          'The file is larger than the unfinished uploads of one person may be. Raise UPLOAD_BYTES_PER_USER or choose a smaller file.',
      });
    if (uploads + wish.uploads > settings.get('uploadsPerUser') || ownBytes + wish.bytes > mostBytes)
      throw new AppError('UPLOAD_QUOTA');
    await store.checkSpace(promisedBytes + wish.bytes);
  };
}
