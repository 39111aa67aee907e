import type { VideoError } from '../../lib/contract/videos.ts';
import { AppError, isAppError } from '../core/errors.ts';
import type { ChildResult } from './ffmpeg/types.ts';

type EndDetails = { log: string[]; passing: boolean };

/** Why a conversion ended badly, as an error people can act on; the last lines of ffmpeg are kept with it. */
export function explainEnd(result: ChildResult): AppError {
  const log = result.lastLines;
  const text = log.join('\n');
  const details: EndDetails = { log, passing: isRetryable(result) };
  if (result.reason === 'spawn-error' || result.code === 127)
    return new AppError('FFMPEG_MISSING', { details });
  if (/No space left on device|File too large/i.test(text)) return new AppError('STORAGE_FULL', { details });
  if (/Cannot allocate memory|malloc of size \d+ failed/.test(text))
    return new AppError('TRANSCODE_NO_MEMORY', { details });
  if (result.reason === 'stalled' || result.reason === 'timeout')
    return new AppError('TRANSCODE_STALLED', { details });
  if (/not on whitelist/i.test(text)) return new AppError('MEDIA_CODEC_REFUSED', { details });
  return new AppError('TRANSCODE_FAILED', { details });
}

/** True when ffmpeg said that memory ran out; it may still have answered 0 then. */
export const ranOutOfMemory = (result: ChildResult): boolean =>
  /Cannot allocate memory|malloc of size \d+ failed/.test(result.lastLines.join('\n'));

/** True when this ffmpeg cannot map HDR to standard range. */
export const lacksToneMapping = (result: ChildResult): boolean =>
  /No such filter: '(zscale|tonemap)'/.test(result.lastLines.join('\n'));

/** A result this much shorter than promised, with complaints of the demuxer, is a file that was cut off. */
const SHORT_SHARE = 0.95;
const SHORT_SECONDS = 2;
const COMPLAINTS =
  /partial file|Invalid data found|truncat|Packet corrupt|error reading|File ended prematurely/i;

/** The error of a file that ends long before the time it promised; null when it is whole. */
export function cutShort(seconds: number, promisedSeconds: number, result: ChildResult): AppError | null {
  const short = seconds < promisedSeconds * SHORT_SHARE && promisedSeconds - seconds > SHORT_SECONDS;
  if (!short || !COMPLAINTS.test(result.lastLines.join('\n'))) return null;
  const message = `The file ends after ${Math.round(seconds)} of ${Math.round(promisedSeconds)} seconds. Upload it again from the original.`;
  return new AppError('MEDIA_TRUNCATED', { message, details: { log: result.lastLines } });
}

/** True for an error that another try may get around. */
export const isPassing = (error: unknown): boolean =>
  isAppError(error) && (error.details as Partial<EndDetails> | undefined)?.passing === true;

/** Whether trying again may help: what killed or starved the process may pass, a bad file will not. */
function isRetryable(result: ChildResult): boolean {
  const killed = result.signal !== null && result.reason === 'exit';
  return killed || result.reason === 'stalled' || result.reason === 'supervisor-lost';
}

/** An error as it is kept with a video or a job. */
export function toVideoError(error: unknown): VideoError {
  const known = isAppError(error) ? error : new AppError('INTERNAL', { cause: error });
  const details = known.details as { log?: string[] } | undefined;
  return { code: known.code, message: known.message, ...(details?.log?.length ? { log: details.log } : {}) };
}
