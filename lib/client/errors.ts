import { ApiError } from './http.ts';

/** The sentence to show for anything that was thrown. */
export const errorSentence = (error: unknown): string => {
  if (error instanceof ApiError) {
    return error.retryAfterSeconds === null
      ? error.message
      : `${error.message} Wait ${waitText(error.retryAfterSeconds)}.`;
  }
  return 'Something went wrong in this page. Reload it and try again.';
};

export const isSignedOut = (error: unknown): boolean =>
  error instanceof ApiError && error.status === 401 && error.code !== 'SIGN_IN_FAILED';

const waitText = (seconds: number): string =>
  seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;

type FieldIssue = { path: string; message: string };

/** Field errors of a VALIDATION answer, by dotted path; empty when the answer has none. */
export const fieldIssues = (error: unknown): FieldIssue[] => {
  if (!(error instanceof ApiError)) return [];
  const { details } = error;
  const list = Array.isArray(details)
    ? details
    : isRecord(details) && Array.isArray(details.issues)
      ? details.issues
      : [];
  return list.flatMap((issue: unknown) => {
    if (!isRecord(issue) || typeof issue.message !== 'string') return [];
    const path = Array.isArray(issue.path) ? issue.path.join('.') : String(issue.path ?? '');
    return [{ path, message: issue.message }];
  });
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
