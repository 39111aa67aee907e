import { AppError, isAppError, messageOf } from '../../../core/errors.ts';
import { UnknownMedia } from '../../../media/fmp4/tracks.ts';
import { toFailure } from '../../../net/failure.ts';
import { unsupported } from '../kinds.ts';

/** The error of a source that answers, but with something that does not play. */
export const unreadable = (reason: string, cause?: unknown): AppError =>
  new AppError('UPSTREAM_NOT_MEDIA', {
    message: `The source answered with something that is not a stream: ${reason}. Check the address.`,
    details: { reason },
    cause,
  });

/** The error of a segment that came only in part. */
export const cutShort = (reason: string): AppError =>
  new AppError('UPSTREAM_UNREACHABLE', {
    message: `The source broke off: ${reason}. Try again later.`,
    details: { reason },
  });

/** Whatever a demuxer threw, as an error of the source. */
export function damaged(error: unknown): AppError {
  if (isAppError(error)) return error;
  if (error instanceof UnknownMedia) return unsupported(error.message);
  return unreadable(messageOf(error), error);
}

/** Whatever reading a body threw, as an error of the source. */
export const broken = (error: unknown, url: string): AppError =>
  toFailure(error, URL.parse(url)?.hostname ?? '');

/** True for a source whose kind has no reader: trying again does not help. */
export const isFinal = (error: unknown): boolean =>
  isAppError(error) && error.code === 'SOURCE_KIND_UNSUPPORTED';

const EXPIRED = new Set([401, 403, 410]);

/** The status of a refused request, or null. */
export function statusOf(error: unknown): number | null {
  if (!isAppError(error) || error.code !== 'UPSTREAM_STATUS') return null;
  const details = error.details;
  const known =
    typeof details === 'object' && details !== null && 'status' in details ? details.status : null;
  return typeof known === 'number' ? known : null;
}

/** True for an answer that an address gives whose token has run out. */
export const isExpired = (error: unknown): boolean => EXPIRED.has(statusOf(error) ?? 0);
