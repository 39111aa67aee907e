import { expect, test } from 'vitest';
import { ERRORS } from '../../lib/contract/errors.ts';
import { AppError, isAppError, messageOf } from './errors.ts';

test('an error has the status and the sentence of its code', () => {
  const error = new AppError('NOT_READY');
  expect(error).toMatchObject({ name: 'AppError', code: 'NOT_READY', status: 409 });
  expect(error.message).toBe(ERRORS.NOT_READY.message);
  expect(error.details).toBeUndefined();
  expect(error.retryAfterSeconds).toBeUndefined();
  expect('cause' in error).toBe(false);
});

test('a more exact sentence, details, a cause and a waiting time go along', () => {
  const cause = new Error('below');
  const error = new AppError('NOT_READY', {
    message: 'Soon.',
    details: { part: 1 },
    cause,
    retryAfterSeconds: 3,
  });
  expect(error).toMatchObject({
    message: 'Soon.',
    details: { part: 1 },
    cause,
    retryAfterSeconds: 3,
    status: 409,
  });
});

test('only our own errors are recognised', () => {
  expect(isAppError(new AppError('INTERNAL'))).toBe(true);
  expect(isAppError(Object.assign(new Error('x'), { code: 'INTERNAL', status: 500 }))).toBe(false);
  expect(isAppError(undefined)).toBe(false);
});

test.each([
  [new Error('broken'), 'broken'],
  [new AppError('INTERNAL', { message: 'ours' }), 'ours'],
  ['text', 'text'],
  [undefined, 'undefined'],
  [42, '42'],
])('anything thrown has a message', (thrown, message) => {
  expect(messageOf(thrown)).toBe(message);
});
