/** One range of bytes, both ends inclusive. */
export type ByteRange = { readonly start: number; readonly end: number };

/** What a Range header asks for: everything, some ranges, or nothing that exists. */
export type RangeAnswer =
  | { readonly kind: 'whole' }
  | { readonly kind: 'ranges'; readonly ranges: readonly ByteRange[] }
  | { readonly kind: 'unsatisfiable' };

const WHOLE: RangeAnswer = { kind: 'whole' };
/** More ranges than this in one request is not a player; the whole file is answered (RFC 9110 §14.2 allows to ignore). */
const MOST_RANGES = 16;
const SPEC = /^(\d*)-(\d*)$/;

/**
 * Reads a Range header against a file of `sizeBytes` (RFC 9110 §14.1.2, §14.2). An invalid header, an unknown unit and a
 * range that ends before it starts are ignored; ranges past the end fall away, and when none is left the answer is 416.
 */
export function parseRange(header: string | undefined, sizeBytes: number): RangeAnswer {
  if (header === undefined) return WHOLE;
  const [unit, list, ...rest] = header.split('=');
  if (unit?.trim().toLowerCase() !== 'bytes' || list === undefined || rest.length > 0) return WHOLE;
  const specs = list
    .split(',')
    .map((spec) => spec.trim())
    .filter((spec) => spec !== '');
  if (specs.length === 0 || specs.length > MOST_RANGES) return WHOLE;
  const ranges: ByteRange[] = [];
  for (const spec of specs) {
    const range = parseSpec(spec, sizeBytes);
    if (range === 'invalid') return WHOLE;
    if (range !== 'outside') ranges.push(range);
  }
  if (ranges.length === 0) return { kind: 'unsatisfiable' };
  return overlapping(ranges) ? WHOLE : { kind: 'ranges', ranges };
}

function parseSpec(spec: string, sizeBytes: number): ByteRange | 'invalid' | 'outside' {
  const match = SPEC.exec(spec);
  if (!match) return 'invalid';
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return 'invalid';
  if (first === '') return suffix(Number(last), sizeBytes);
  const start = Number(first);
  const end = last === '' ? sizeBytes - 1 : Number(last);
  if (last !== '' && end < start) return 'invalid';
  if (start >= sizeBytes) return 'outside';
  return { start, end: Math.min(end, sizeBytes - 1) };
}

const suffix = (length: number, sizeBytes: number): ByteRange | 'outside' =>
  length === 0 || sizeBytes === 0
    ? 'outside'
    : { start: Math.max(0, sizeBytes - length), end: sizeBytes - 1 };

/** Overlapping ranges are how a small request is made to read a file many times (RFC 9110 §17.15). */
function overlapping(ranges: readonly ByteRange[]): boolean {
  const sorted = [...ranges].sort((a, b) => a.start - b.start);
  return sorted.some((range, i) => i > 0 && range.start <= (sorted[i - 1]?.end ?? -1));
}
