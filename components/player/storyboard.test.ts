import { expect, test } from 'vitest';
import { parseStoryboard, tileAt } from './storyboard.ts';

const BASE = 'http://127.0.0.1:8080/thumb/a/storyboard.vtt?expires=9&sig=s';
const TEXT = `WEBVTT

NOTE made by us

00:00:00.000 --> 00:00:05.000
storyboard-1-0.jpg?expires=9&sig=s#xywh=0,0,160,90

2
00:05.000 --> 00:10.000
storyboard-1-0.jpg?expires=9&sig=s#xywh=160,0,160,90

01:00:10.000 --> 01:00:15.500
/thumb/a/storyboard-1-1.jpg#xywh=0,90,160,90

00:20.000 --> 00:25.000
only words
`;

test('a storyboard is read: times, sheets relative to it with their signature, parts of a sheet', () => {
  const tiles = parseStoryboard(TEXT, BASE);
  expect(tiles).toEqual([
    {
      ...{ fromSeconds: 0, toSeconds: 5, x: 0, y: 0, width: 160, height: 90 },
      src: 'http://127.0.0.1:8080/thumb/a/storyboard-1-0.jpg?expires=9&sig=s',
    },
    {
      ...{ fromSeconds: 5, toSeconds: 10, x: 160, y: 0, width: 160, height: 90 },
      src: 'http://127.0.0.1:8080/thumb/a/storyboard-1-0.jpg?expires=9&sig=s',
    },
    {
      ...{ fromSeconds: 3610, toSeconds: 3615.5, x: 0, y: 90, width: 160, height: 90 },
      src: 'http://127.0.0.1:8080/thumb/a/storyboard-1-1.jpg',
    },
  ]);
  expect(parseStoryboard(TEXT.replaceAll('\n', '\r\n'), BASE)).toEqual(tiles);
});

test('what is no storyboard gives no pictures', () => {
  for (const text of ['', 'WEBVTT', '<html></html>', 'WEBVTT\n\n00:00.000 --> x\na.jpg#xywh=0,0,0,0'])
    expect(parseStoryboard(text, BASE)).toEqual([]);
  expect(tileAt([], 3)).toBeNull();
});

test('every time has the picture that was the last before it', () => {
  const tiles = parseStoryboard(TEXT, BASE);
  const at = (seconds: number) => tileAt(tiles, seconds)?.fromSeconds;
  expect([0, 4.99, 5, 30, 3609, 3610, 9999].map(at)).toEqual([0, 0, 5, 5, 5, 3610, 3610]);
});
