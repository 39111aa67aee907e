import { AppError } from '../../core/errors.ts';
import type { NetResponse } from '../../net/net.ts';
import { type FailureSort, reasonOf } from './policy.ts';

/** The error of an answer that is not a success; a Retry-After in seconds is kept (RFC 9110 §10.2.3). */
export function refusedWith(response: Pick<NetResponse, 'status' | 'headers'>): AppError {
  const wait = Number(response.headers['retry-after']);
  return new AppError('UPSTREAM_STATUS', {
    message: `The source refused the request with status ${response.status}. Check the address and its account.`,
    details: { reason: `it answered with status ${response.status}`, status: response.status },
    ...(Number.isFinite(wait) && wait > 0 && { retryAfterSeconds: wait }),
  });
}

/** The error of a source that came to its end. */
export const ended = (): AppError =>
  new AppError('UPSTREAM_UNREACHABLE', {
    message: 'The source ended the stream. Siaran opens it again, or takes the next one.',
    details: { reason: 'it ended the stream' },
  });

/** The error of a source that is there but does not play. */
export const broughtNothing = (reason: string, cause?: unknown): AppError =>
  new AppError('UPSTREAM_TIMEOUT', {
    message: `The source brings nothing: ${reason}. Try again later.`,
    details: { reason },
    cause,
  });

/** The error of a source that sends pictures but none that can be begun with. */
export const noKeyframe = (): AppError =>
  new AppError('UPSTREAM_TIMEOUT', {
    message: 'The source sent no keyframe to begin with. Try again later.',
    details: { reason: 'it sent no keyframe', sort: 'no-keyframe' satisfies FailureSort },
  });

/** The error of a source that has lost its picture or its sound. */
export function missing(what: 'picture' | 'sound'): AppError {
  const reason = what === 'picture' ? 'its picture is missing' : 'its sound is missing';
  const sort: FailureSort = what === 'picture' ? 'picture-missing' : 'sound-missing';
  return new AppError('UPSTREAM_TIMEOUT', {
    message: `The source is incomplete: ${reason}. Siaran takes another one if there is one.`,
    details: { reason, sort },
  });
}

/** The sentence for viewers when no source is left: the cause, and when to come back. */
export function allDown(cause: AppError | null, retryInMs: number): AppError {
  if (cause?.code === 'CHANNEL_WITHOUT_SOURCE' || cause?.code === 'PROVIDER_BUSY') return cause;
  const reason = cause ? reasonOf(cause) : 'it does not answer';
  return new AppError('ALL_SOURCES_DOWN', {
    message: `No source of this channel works right now: ${reason}. Siaran keeps trying; come back in a moment.`,
    details: { reason, code: cause?.code },
    retryAfterSeconds: Math.max(1, Math.ceil(retryInMs / 1000)),
    cause,
  });
}
