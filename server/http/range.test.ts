import { describe, expect, test } from 'vitest';
import { checkPreconditions, ifRangeHolds } from './conditional.ts';
import { parseRange } from './range.ts';

const SIZE = 1000;
const many = (count: number, step: number) =>
  `bytes=${Array.from({ length: count }, (_, i) => `${i * step}-${i * step}`).join(',')}`;

/** The header, and what it means for a file of 1000 bytes: ranges, the whole file (200), or nothing (416). */
const RANGES: [name: string, header: string | undefined, answer: string][] = [
  ['no header', undefined, 'whole'],
  ['an empty header', '', 'whole'],
  ['the first bytes', 'bytes=0-499', '0-499'],
  ['a piece in the middle', 'bytes=500-599', '500-599'],
  ['one byte', 'bytes=0-0', '0-0'],
  ['the last byte', 'bytes=999-999', '999-999'],
  ['an open range', 'bytes=400-', '400-999'],
  ['an open range from the start', 'bytes=0-', '0-999'],
  ['an open range at the last byte', 'bytes=999-', '999-999'],
  ['the last 500 bytes', 'bytes=-500', '500-999'],
  ['the last byte as a suffix', 'bytes=-1', '999-999'],
  ['a suffix as long as the file', 'bytes=-1000', '0-999'],
  ['a suffix longer than the file', 'bytes=-5000', '0-999'],
  ['a suffix of nothing', 'bytes=-0', '416'],
  ['an end past the file', 'bytes=900-2000', '900-999'],
  ['an end of twenty digits', 'bytes=0-99999999999999999999', '0-999'],
  ['a start right behind the file', 'bytes=1000-', '416'],
  ['a closed range behind the file', 'bytes=1000-1001', '416'],
  ['a start of twenty digits', 'bytes=99999999999999999999-', '416'],
  ['an end before the start', 'bytes=5-2', 'whole'],
  ['no numbers at all', 'bytes=-', 'whole'],
  ['letters', 'bytes=abc-def', 'whole'],
  ['a hexadecimal number', 'bytes=0x10-0x20', 'whole'],
  ['a fraction', 'bytes=0.5-10', 'whole'],
  ['a sign', 'bytes=+1-10', 'whole'],
  ['two dashes', 'bytes=--5', 'whole'],
  ['a third number', 'bytes=1-2-3', 'whole'],
  ['no dash', 'bytes=500', 'whole'],
  ['no unit', '0-499', 'whole'],
  ['no list', 'bytes=', 'whole'],
  ['only commas', 'bytes=,,', 'whole'],
  ['another unit', 'items=0-5', 'whole'],
  ['the unit in capitals', 'BYTES=0-5', '0-5'],
  ['a second equals sign', 'bytes=0-5=6', 'whole'],
  ['spaces around the list', 'bytes= 0-5 ', '0-5'],
  ['spaces inside a range', 'bytes=0 - 5', 'whole'],
  ['two ranges', 'bytes=0-99,200-299', '0-99,200-299'],
  ['spaces and empty items between ranges', 'bytes=0-99, ,200-299,', '0-99,200-299'],
  ['ranges out of order', 'bytes=500-599,0-99', '500-599,0-99'],
  ['neighbours', 'bytes=0-99,100-199', '0-99,100-199'],
  ['a range and a suffix', 'bytes=0-99,-100', '0-99,900-999'],
  ['one range inside and one behind the file', 'bytes=0-99,5000-6000', '0-99'],
  ['all ranges behind the file', 'bytes=2000-3000,5000-6000', '416'],
  ['one wrong range among right ones', 'bytes=0-99,5-2', 'whole'],
  ['overlapping ranges', 'bytes=0-99,50-149', 'whole'],
  ['overlapping ranges out of order', 'bytes=500-,0-99,90-600', 'whole'],
  ['the same range twice', 'bytes=0-99,0-99', 'whole'],
  ['a suffix that overlaps', 'bytes=0-950,-100', 'whole'],
  ['sixteen ranges', many(16, 10), many(16, 10).slice(6)],
  ['seventeen ranges', many(17, 10), 'whole'],
  ['CLI-05 1200 ranges', many(1200, 0), 'whole'],
];

function shown(header: string | undefined, sizeBytes: number): string {
  const answer = parseRange(header, sizeBytes);
  if (answer.kind === 'whole') return 'whole';
  if (answer.kind === 'unsatisfiable') return '416';
  return answer.ranges.map(({ start, end }) => `${start}-${end}`).join(',');
}

describe('Range', () => {
  test.each(RANGES)('%s: %s is %s', (_name, header, answer) => {
    expect(shown(header, SIZE)).toBe(answer);
  });

  test.each([
    ['bytes=0-', '416'],
    ['bytes=0-0', '416'],
    ['bytes=-1', '416'],
    [undefined, 'whole'],
    ['bytes=x', 'whole'],
  ])('of an empty file, %s is %s', (header, answer) => {
    expect(shown(header, 0)).toBe(answer);
  });

  test('a file beyond 4 GB keeps exact positions', () => {
    expect(shown('bytes=5000000000-5000000001', 6_000_000_000)).toBe('5000000000-5000000001');
  });
});

const ETAG = '"abc,1"';
const MADE = new Date('1994-11-06T08:49:37.600Z');
const AT = 'Sun, 06 Nov 1994 08:49:37 GMT';
const BEFORE = 'Sun, 06 Nov 1994 08:49:36 GMT';
const AFTER = 'Sun, 06 Nov 1994 08:49:38 GMT';

describe('If-Range', () => {
  const table: [header: string | undefined, holds: boolean][] = [
    [undefined, true],
    [ETAG, true],
    [` ${ETAG} `, true],
    ['"other"', false],
    [`W/${ETAG}`, false],
    ['abc,1', false],
    ['*', false],
    [AT, true],
    ['Sunday, 06-Nov-94 08:49:37 GMT', true],
    ['Sun Nov  6 08:49:37 1994', true],
    [BEFORE, false],
    [AFTER, false],
    ['1994-11-06T08:49:37Z', false],
    ['yesterday', false],
    ['', false],
  ];
  test.each(table)('%s: the range is honoured: %s', (header, holds) => {
    expect(ifRangeHolds(header, { etag: ETAG, lastModified: MADE })).toBe(holds);
  });

  test('the form without a zone means GMT wherever the server stands', () => {
    const zone = process.env.TZ;
    process.env.TZ = 'Asia/Jakarta';
    try {
      expect(new Date(0).getHours()).toBe(7);
      expect(ifRangeHolds('Sun Nov  6 08:49:37 1994', { etag: ETAG, lastModified: MADE })).toBe(true);
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
  });

  test('a date does not hold for something that has none', () => {
    expect(ifRangeHolds(AT, { etag: ETAG })).toBe(false);
  });
});

describe('preconditions', () => {
  const table: [headers: Record<string, string>, answer: string][] = [
    [{}, 'proceed'],
    [{ 'if-none-match': ETAG }, 'not-modified'],
    [{ 'if-none-match': `W/${ETAG}` }, 'not-modified'],
    [{ 'if-none-match': `"x", ${ETAG}, "y"` }, 'not-modified'],
    [{ 'if-none-match': `"x",W/${ETAG}` }, 'not-modified'],
    [{ 'if-none-match': ' * ' }, 'not-modified'],
    [{ 'if-none-match': '"x"' }, 'proceed'],
    [{ 'if-none-match': 'abc,1' }, 'proceed'],
    [{ 'if-none-match': '"abc"' }, 'proceed'],
    [{ 'if-none-match': '"x"', 'if-modified-since': AFTER }, 'proceed'],
    [{ 'if-modified-since': AT }, 'not-modified'],
    [{ 'if-modified-since': AFTER }, 'not-modified'],
    [{ 'if-modified-since': BEFORE }, 'proceed'],
    [{ 'if-modified-since': 'Sunday, 06-Nov-94 08:49:37 GMT' }, 'not-modified'],
    [{ 'if-modified-since': 'nonsense' }, 'proceed'],
    [{ 'if-modified-since': '2099' }, 'proceed'],
    [{ 'if-match': ETAG }, 'proceed'],
    [{ 'if-match': '*' }, 'proceed'],
    [{ 'if-match': `"x", ${ETAG}` }, 'proceed'],
    [{ 'if-match': `W/${ETAG}` }, 'failed'],
    [{ 'if-match': '"x"' }, 'failed'],
    [{ 'if-match': '' }, 'failed'],
    [{ 'if-unmodified-since': BEFORE }, 'failed'],
    [{ 'if-unmodified-since': AT }, 'proceed'],
    [{ 'if-unmodified-since': '1' }, 'proceed'],
    [{ 'if-match': ETAG, 'if-unmodified-since': BEFORE }, 'proceed'],
    [{ 'if-match': '"x"', 'if-none-match': ETAG }, 'failed'],
    [{ 'if-match': ETAG, 'if-none-match': ETAG }, 'not-modified'],
  ];
  test.each(table)('%o: %s', (headers, answer) => {
    expect(checkPreconditions(headers, { etag: ETAG, lastModified: MADE })).toBe(answer);
  });

  test('dates are ignored for something that has none', () => {
    const headers = { 'if-modified-since': AFTER, 'if-unmodified-since': BEFORE };
    expect(checkPreconditions(headers, { etag: ETAG })).toBe('proceed');
  });
});
