import { describe, expect, it } from 'vitest';
import { errorSentence, fieldIssues, isSignedOut } from './errors.ts';
import { ApiError } from './http.ts';

const error = (init: Partial<ConstructorParameters<typeof ApiError>[0]>): ApiError =>
  new ApiError({ code: 'VALIDATION', status: 400, message: 'Some fields are not valid.', ...init });

describe('errors as people read them', () => {
  it('shows the sentence of the server, with the wait when there is one', () => {
    expect(errorSentence(error({}))).toBe('Some fields are not valid.');
    expect(errorSentence(error({ message: 'Too many attempts.', retryAfterSeconds: 45 }))).toBe(
      'Too many attempts. Wait 45 s.',
    );
  });

  it('says something useful about what no server said', () => {
    expect(errorSentence(new TypeError('x is undefined'))).toMatch(/Reload/);
  });

  it('takes the field messages out of the details, whatever else stands there', () => {
    expect(
      fieldIssues(error({ details: [{ field: 'name', message: 'Too short.' }, 7, { field: 'x' }] })),
    ).toEqual([{ field: 'name', message: 'Too short.' }]);
    expect(fieldIssues(error({ details: { a: 1 } }))).toEqual([]);
  });

  it('tells a lost session from a wrong password', () => {
    expect(isSignedOut(error({ status: 401, code: 'UNAUTHENTICATED' }))).toBe(true);
    expect(isSignedOut(error({ status: 401, code: 'SIGN_IN_FAILED' }))).toBe(false);
  });
});
