import { describe, expect, it } from 'vitest';
import { connectionWords, readConnections } from './connections.ts';

describe('the connections of a provider', () => {
  it.each([
    ['', null],
    [' 2 ', 2],
    ['1000', 1000],
  ])('%j is %j', (text, value) => expect(readConnections(text)).toEqual({ ok: true, value }));

  it.each(['0', '-1', '1.5', '1001', 'two', '1e3'])('%j is refused with the range', (text) =>
    expect(readConnections(text)).toEqual({ ok: false, error: 'Use 1 to 1,000, or leave it empty.' }),
  );

  it('reads as people say it', () =>
    expect([null, 1, 2].map(connectionWords)).toEqual([
      'No connection limit',
      '1 connection',
      '2 connections',
    ]));
});
