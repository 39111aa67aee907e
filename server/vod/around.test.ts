import { expect, test } from 'vitest';
import type { SubtitleTrack } from '../../drizzle/schema/vod.ts';
import { aroundOf, subtitleLines } from './around.ts';
import type { VideoRow } from './queries.ts';

const track = (number: number, language: string | null, title: string | null = null): SubtitleTrack => ({
  ...{ track: number, language, title },
  ...{ isDefault: number < 2, forced: false },
});
const row = {
  id: 'a-video',
  storyboard: null,
  subtitles: [track(0, 'eng'), track(1, 'eng'), track(2, null, 'English 2'), track(3, 'ger', 'English')],
} as VideoRow;

test('subtitles of one name are told apart, in the menu of the player as in the master list', () => {
  const names = ['English', 'English 2', 'English 2 2', 'English 3'];
  expect(aroundOf(row).subtitles.map(({ name }) => name)).toEqual(names);
  const lines = subtitleLines(row);
  expect(lines.map(({ name }) => name)).toEqual(names);
  expect(lines.map(({ isDefault }) => isDefault)).toEqual([true, false, false, false]);
});
