import { expect, test } from 'vitest';
import { isFileOf } from './same-file';

const begun = { fileName: 'VTS_01_1.VOB', sizeBytes: 1000, lastModified: 7 };
const elsewhere = { ...begun, lastModified: 0 };
const file = { name: 'VTS_01_1.VOB', size: 1000, lastModified: 7 };

test('an upload goes on with the file it was begun with, also when that was renamed', () => {
  expect(isFileOf(begun, file)).toBe(true);
  expect(isFileOf(begun, { ...file, name: 'holiday.vob' })).toBe(true);
});

test('another file of the same size is another file', () => {
  expect(isFileOf(begun, { ...file, name: 'VTS_01_2.VOB', lastModified: 8 })).toBe(false);
  expect(isFileOf(begun, { ...file, lastModified: 8 })).toBe(false);
  expect(isFileOf(begun, { ...file, size: 1001 })).toBe(false);
});

test('where another device began it, the name tells the file', () => {
  expect(isFileOf(elsewhere, { ...file, lastModified: 9 })).toBe(true);
  expect(isFileOf(elsewhere, { ...file, name: 'VTS_01_2.VOB' })).toBe(false);
});
