import Hls, { type ErrorData } from 'hls.js/light';
import { type Fault, faultOfAnswer, faultOfEngine, retryAfterMs, toldIn } from './fault';

const request = (details: unknown): XMLHttpRequest | null =>
  details instanceof XMLHttpRequest ? details : null;

const header = (details: unknown, name: string): string | null =>
  request(details)?.getResponseHeader(name) ?? null;

const body = (details: unknown): string | null => {
  const xhr = request(details);
  return xhr && (xhr.responseType === '' || xhr.responseType === 'text') ? xhr.responseText : null;
};

/** Milliseconds that the server asked to wait; null when it did not. */
export const askedToWaitMs = (details: unknown): number | null =>
  retryAfterMs(header(details, 'retry-after'), Date.now());

/** A report of hls.js in the words of the policy. */
export const faultOf = (data: ErrorData): Fault => {
  const status = data.response?.code ?? 0;
  if (data.type !== Hls.ErrorTypes.NETWORK_ERROR || (status >= 200 && status < 400)) {
    return faultOfEngine(data.type, data.details);
  }
  return faultOfAnswer(
    { status, retryAfter: header(data.networkDetails, 'retry-after'), text: body(data.networkDetails) },
    Date.now(),
  );
};

export type Refusal = { level: number; sentence: string | null; retryAfterMs: number };

/** The server cannot make one quality now (QUALITY_UNAVAILABLE), while the others go on; null for any other report. */
export const refusalOf = (data: ErrorData): Refusal | null => {
  const level = data.context?.level ?? data.level;
  if (data.details !== Hls.ErrorDetails.LEVEL_LOAD_ERROR || typeof level !== 'number') return null;
  const { code, sentence } = toldIn(body(data.networkDetails));
  if (code !== 'QUALITY_UNAVAILABLE') return null;
  return { level, sentence, retryAfterMs: askedToWaitMs(data.networkDetails) ?? 0 };
};
