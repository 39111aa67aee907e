import type { ErrorBody } from '../contract/common.ts';
import { noteServerDate } from './server-clock.ts';

/** What the API answered when it did not do what was asked; `message` is ready to be shown. */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  readonly requestId: string | null;
  readonly details: unknown;
  readonly retryAfterSeconds: number | null;

  constructor(init: {
    code: string;
    status: number;
    message: string;
    requestId?: string | null;
    details?: unknown;
    retryAfterSeconds?: number | null;
  }) {
    super(init.message);
    this.name = 'ApiError';
    this.code = init.code;
    this.status = init.status;
    this.requestId = init.requestId ?? null;
    this.details = init.details;
    this.retryAfterSeconds = init.retryAfterSeconds ?? null;
  }
}

type QueryValue = string | number | boolean | null | undefined;
export type RequestOptions = {
  query?: Record<string, QueryValue>;
  body?: unknown;
  /** Sent as it is (a form with files); excludes `body`. */
  form?: FormData;
  signal?: AbortSignal;
  /** Let it arrive although the page goes. */
  keepalive?: boolean;
  ifMatch?: string;
};

const withQuery = (path: string, query: RequestOptions['query']): string => {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== '') params.set(key, String(value));
  }
  const text = params.toString();
  return text === '' ? path : `${path}?${text}`;
};

const asErrorBody = (value: unknown): ErrorBody['error'] | null => {
  if (typeof value !== 'object' || value === null || !('error' in value)) return null;
  const { error } = value;
  return typeof error === 'object' && error !== null && 'code' in error
    ? (error as ErrorBody['error'])
    : null;
};

/** better-auth answers `{code, message}` without the `error` around it. */
const asAuthBody = (value: unknown): { code?: string; message?: string } =>
  typeof value === 'object' && value !== null ? value : {};

const toError = async (response: Response): Promise<ApiError> => {
  const body: unknown = await response.json().catch(() => null);
  const error = asErrorBody(body);
  const retryAfter = Number(response.headers.get('retry-after'));
  const code = error?.code ?? asAuthBody(body).code ?? `HTTP_${response.status}`;
  const fallback =
    asAuthBody(body).message ?? `The server answered ${response.status}. Try again in a moment.`;
  return new ApiError({
    code,
    status: response.status,
    message: error?.message ?? fallback,
    requestId: error?.requestId ?? response.headers.get('x-request-id'),
    details: error?.details,
    retryAfterSeconds: Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter : null,
  });
};

const OFFLINE = 'The server does not answer. Check that it is running; this page tries again by itself.';

const call = async <T>(
  method: string,
  path: string,
  options: RequestOptions,
): Promise<{ body: T; etag: string | null }> => {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (options.body !== undefined) headers['content-type'] = 'application/json';
  if (options.ifMatch !== undefined) headers['if-match'] = options.ifMatch;
  const init: RequestInit = { method, headers, credentials: 'same-origin' };
  if (options.signal) init.signal = options.signal;
  if (options.keepalive) init.keepalive = true;
  if (options.form) init.body = options.form;
  else if (options.body !== undefined) init.body = JSON.stringify(options.body);
  const response = await fetch(withQuery(path, options.query), init).catch((cause: unknown) => {
    if (options.signal?.aborted) throw cause;
    throw new ApiError({ code: 'OFFLINE', status: 0, message: OFFLINE });
  });
  noteServerDate(response.headers.get('date'), Date.now());
  if (!response.ok) throw await toError(response);
  const text = await response.text();
  return { body: (text === '' ? null : JSON.parse(text)) as T, etag: response.headers.get('etag') };
};

/** One call to our own API: JSON in, JSON out, errors as `ApiError`. */
export const request = async <T>(method: string, path: string, options: RequestOptions = {}): Promise<T> =>
  (await call<T>(method, path, options)).body;

export const get = <T>(path: string, options?: RequestOptions): Promise<T> =>
  request<T>('GET', path, options);
/** The same with the tag of this version, for `ifMatch` of an edit. */
export const getTagged = <T>(path: string): Promise<{ body: T; etag: string | null }> =>
  call<T>('GET', path, {});
export const post = <T>(path: string, body?: unknown, options?: RequestOptions): Promise<T> =>
  request<T>('POST', path, body === undefined ? options : { ...options, body });
export const patch = <T>(path: string, body: unknown, options?: RequestOptions): Promise<T> =>
  request<T>('PATCH', path, { ...options, body });
export const del = <T>(path: string, options?: RequestOptions): Promise<T> =>
  request<T>('DELETE', path, options);
