import { ERRORS } from '../../lib/contract/errors.ts';

/** What happens after a request of an upload failed. */
export type UploadFault = {
  /** later: by itself, after a while · smaller: at once, in smaller pieces · never: a person has to act. */
  again: 'later' | 'smaller' | 'never';
  problem: string;
  /** A line that was cut while bytes were on their way; smaller pieces lose less. */
  cut: boolean;
};

const LOST = 'The server does not answer. The upload goes on by itself, nothing is lost.';

const OFFLINE =
  'This computer is offline. The upload goes on by itself as soon as it is back; nothing is lost.';

const STILL = 'Nothing moves at the moment. The upload goes on by itself, nothing is lost.';

/** Said while nothing moves, before the line is taken for dead; `online` as for `uploadFault`. */
export const stillSentence = (online: boolean): string => (online ? STILL : OFFLINE);

/** Said from a new try until its first byte. */
export const AGAIN = 'Trying again. The upload goes on where it stopped, nothing is lost.';

const CHECKING = 'Asking the server what has arrived; the upload goes on by itself.';

const BY_STATUS: Record<number, string> = {
  401: 'You are signed out. Sign in again; the upload goes on where it stopped.',
  403: ERRORS.FORBIDDEN.message,
  404: ERRORS.UPLOAD_NOT_FOUND.message,
  409: CHECKING,
  410: ERRORS.UPLOAD_EXPIRED.message,
  413: ERRORS.UPLOAD_TOO_LARGE.message,
  423: CHECKING,
  460: CHECKING,
  507: ERRORS.STORAGE_FULL.message,
};

const AGAIN_LATER = new Set([408, 409, 423, 425, 429, 460, 507]);

const TELLS_WHY = new Set([413, 507]);

/** TUS answers a refusal in plain text; a page of a proxy is not for people. */
const sentenceIn = (body: string): string | null => {
  const text = body.trim();
  return text !== '' && text.length <= 300 && !/^[<{[]/.test(text) ? text : null;
};

/**
 * The fault behind an answer of `/files`, or behind none (`status` null). `creating` = the upload has no address yet;
 * `online` = what the browser thinks of its own line.
 */
export const uploadFault = (
  status: number | null,
  body: string,
  creating: boolean,
  online = true,
): UploadFault => {
  if (status === null || status === 0) return { again: 'later', problem: online ? LOST : OFFLINE, cut: true };
  if (status === 413 && !creating) {
    return { again: 'smaller', problem: 'The way to the server takes only smaller pieces.', cut: false };
  }
  // Behind one status there are several reasons, and only the server knows which.
  const told = TELLS_WHY.has(status) ? sentenceIn(body) : null;
  const problem =
    told ?? BY_STATUS[status] ?? sentenceIn(body) ?? `The server answered ${status}. Try again in a moment.`;
  const later = AGAIN_LATER.has(status) || status >= 500;
  return { again: later ? 'later' : 'never', problem, cut: status === 408 };
};

const DELAYS_MS = [1000, 2000, 4000, 8000, 15_000, 30_000];

/** How long to wait before the next try; `failures` in a row, counted from 1. */
export const backOffMs = (failures: number): number =>
  DELAYS_MS[Math.min(Math.max(failures, 1), DELAYS_MS.length) - 1] ?? 30_000;
