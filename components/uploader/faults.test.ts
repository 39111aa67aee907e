import { describe, expect, it } from 'vitest';
import { backOffMs, stillSentence, uploadFault } from './faults.ts';

describe('an upload that met a fault', () => {
  it.each([
    [null, 'later', true],
    [0, 'later', true],
    [408, 'later', true],
    [409, 'later', false],
    [413, 'smaller', false],
    [423, 'later', false],
    [429, 'later', false],
    [500, 'later', false],
    [502, 'later', false],
    [507, 'later', false],
    [400, 'never', false],
    [401, 'never', false],
    [403, 'never', false],
    [404, 'never', false],
    [410, 'never', false],
  ])('with status %s goes on: %s (line cut: %s)', (status, again, cut) =>
    expect(uploadFault(status, '', false)).toMatchObject({ again, cut }),
  );

  it('waits while the computer is offline, and says that it is that', () => {
    const fault = uploadFault(null, '', false, false);
    expect(fault).toMatchObject({ again: 'later', problem: expect.stringContaining('offline') });
  });

  it('says so too while nothing moves, which a line that was cut looks like at first', () => {
    expect(stillSentence(false)).toContain('offline');
    expect(stillSentence(true)).toContain('Nothing moves');
  });

  it('is over when the whole file is too large, which the server says at the beginning', () =>
    expect(uploadFault(413, '', true).again).toBe('never'));

  it('says which limit there is no room in', () =>
    expect(uploadFault(507, 'You have more unfinished uploads.\n', true).problem).toContain('unfinished'));

  it("tells the server's own sentence, but never a page of a proxy", () => {
    expect(uploadFault(400, 'Invalid Upload-Length\n', true).problem).toBe('Invalid Upload-Length');
    expect(uploadFault(502, '<html>Bad gateway</html>', false).problem).toContain('502');
  });
});

describe('the wait between tries', () => {
  it('grows to half a minute and stays there', () =>
    expect([1, 2, 3, 4, 5, 6, 7, 100].map(backOffMs)).toEqual([
      1000, 2000, 4000, 8000, 15_000, 30_000, 30_000, 30_000,
    ]));
});
