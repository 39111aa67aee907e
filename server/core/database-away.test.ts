import { expect, it } from 'vitest';
import { isDatabaseAway } from './database-away.ts';

const error = (message: string, extra: object = {}, cause?: unknown) =>
  Object.assign(new Error(message, { cause }), extra);

it.each([
  ['no connection is free in time', error('timeout exceeded when trying to connect'), true],
  ['the server was stopped', error('terminating connection', { code: '57P01' }), true],
  ['it starts', error('the database system is starting up', { code: '57P03' }), true],
  ['nobody listens', error('connect ECONNREFUSED', { code: 'ECONNREFUSED', syscall: 'connect' }), true],
  ['its socket is gone', error('connect ENOENT', { code: 'ENOENT', syscall: 'connect' }), true],
  [
    'the cause of a failed query',
    error('Failed query', {}, error('Connection terminated unexpectedly')),
    true,
  ],
  ['a file that is missing', error('open ENOENT', { code: 'ENOENT', syscall: 'open' }), false],
  ['a broken rule of a table', error('duplicate key', { code: '23505' }), false],
  ['nothing at all', undefined, false],
])('%s: %#', (_what, thrown, away) => {
  expect(isDatabaseAway(thrown)).toBe(away);
});
