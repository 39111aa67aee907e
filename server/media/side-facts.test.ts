import { expect, test } from 'vitest';
import { chapterFacts, subtitleFacts } from './side-facts.ts';

test('subtitles are told apart: text that becomes WebVTT, pictures of text, and what is not read', () => {
  const stream = (index: number, codec_name: string, more = {}) => ({
    ...{ index, codec_type: 'subtitle', codec_name },
    ...more,
  });
  const found = subtitleFacts([
    { index: 0, codec_type: 'video', codec_name: 'h264' },
    stream(2, 'subrip', {
      tags: { language: 'ger', title: ' Deutsch\n(SDH) ' },
      disposition: { default: 1 },
    }),
    stream(3, 'hdmv_pgs_subtitle', { disposition: { forced: 1 } }),
    stream(4, 'dvb_teletext'),
  ]);
  expect(found.map(({ index, kind }) => [index, kind])).toEqual([
    [2, 'text'],
    [3, 'picture'],
    [4, 'other'],
  ]);
  expect(found[0]).toMatchObject({ language: 'ger', title: 'Deutsch (SDH)', isDefault: true, forced: false });
  expect(found[1]).toMatchObject({ language: null, title: null, forced: true });
});

test('chapters are in order, one after the other, inside the film, and each has a title', () => {
  const chapter = (start_time: number | undefined, end_time?: number, title?: string) => ({
    ...{ start_time, end_time, tags: title === undefined ? undefined : { title } },
  });
  const found = chapterFacts(
    [
      chapter(31.4, 500, 'The\u0007 end\nof it'),
      chapter(1.377, 31.4),
      chapter(20, 31.4, 'Inside'),
      chapter(undefined, 4, 'Nowhere'),
      chapter(900, 950, 'Behind the end'),
    ],
    { durationSeconds: 60, startSeconds: 1.4 },
  );
  expect(found).toEqual([
    { startSeconds: 0, endSeconds: 18.6, title: 'Chapter 1' },
    { startSeconds: 18.6, endSeconds: 30, title: 'Inside' },
    { startSeconds: 30, endSeconds: 60, title: 'The end of it' },
  ]);
  expect(chapterFacts(undefined, { durationSeconds: null, startSeconds: 0 })).toEqual([]);
});
