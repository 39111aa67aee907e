import { expect, it } from 'vitest';
import { NO_VIDEO, refusalOfFile, skippedSentence } from './refuse.ts';

const refusal = (name: string, type = '', size = 1000) => refusalOfFile({ name, type, size });

it.each([
  ['film.mp4', 'video/mp4'],
  ['FILM.MKV', ''],
  ['record.ts', 'text/vnd.trolltech.linguist'],
  ['tape.mxf', 'application/mxf'],
  ['sound.mp3', 'audio/mpeg'],
  ['camera.dat', ''],
  ['no extension', ''],
])('%s (%s) may be a video and is sent', (name, type) => expect(refusal(name, type)).toBeNull());

it.each([
  ['poster.jpg', 'image/jpeg'],
  ['film.srt', ''],
  ['recipe.pdf', 'application/pdf'],
  ['picture', 'image/png'],
  ['setup.exe', ''],
  ['Thumbs.db', ''],
])('%s (%s) is refused at once with a sentence', (name, type) => expect(refusal(name, type)).toBe(NO_VIDEO));

it('a playlist is sent to where playlists go, and an empty file is called empty', () => {
  expect(refusal('list.m3u8', 'application/vnd.apple.mpegurl')).toContain('Import it under Channels');
  expect(refusal('film.mp4', 'video/mp4', 0)).toContain('empty');
});

it('many refused files are named in one sentence, the first of them at least', () => {
  const names = Array.from({ length: 12 }, (_, i) => `scan ${i + 1}.jpg`);
  expect(skippedSentence(names)).toBe(
    'Left out, they cannot be videos: scan 1.jpg, scan 2.jpg, scan 3.jpg, scan 4.jpg, scan 5.jpg and 7 more.',
  );
  expect(skippedSentence(['a.txt'])).toBe('Left out, they cannot be videos: a.txt.');
});
