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

type FieldIssue = { field: string; message: string };

/** What a VALIDATION answer says about single fields; empty when it says nothing about any. */
export const fieldIssues = (error: unknown): FieldIssue[] => {
  if (!(error instanceof ApiError) || !Array.isArray(error.details)) return [];
  return error.details.flatMap((issue: unknown) =>
    isRecord(issue) && typeof issue.message === 'string'
      ? [{ field: typeof issue.field === 'string' ? issue.field : '', message: issue.message }]
      : [],
  );
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
