import { expect, test } from 'vitest';
import { chapterAt } from './chapters.ts';

const chapters = [
  { startSeconds: 2, endSeconds: 10, title: 'One' },
  { startSeconds: 10, endSeconds: 20, title: 'Two' },
];

test('the chapter of a time is the one that it lies in', () => {
  expect([0, 2, 9.9, 10, 19, 20].map((at) => chapterAt(chapters, at)?.title ?? null)).toEqual([
    ...[null, 'One', 'One', 'Two', 'Two', null],
  ]);
});
