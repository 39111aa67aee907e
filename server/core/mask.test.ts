import { describe, expect, test } from 'vitest';
import { maskText, maskUrl } from './mask.ts';

describe('NET-11 an address without its secrets', () => {
  test.each([
    ['http://host/stream.ts', 'http://host/stream.ts'],
    ['http://user:pass@host:8080/a.m3u8', 'http://***@host:8080/a.m3u8'],
    ['http://user@host/a', 'http://***@host/a'],
    ['http://host/a?token=abc&b=2', 'http://host/a?token=***&b=***'],
    ['http://host/a?x=1#part', 'http://host/a?x=***'],
    ['http://host/a?b%20c=1', 'http://host/a?b%20c=***'],
    ['http://host:80/live/me/word/12.ts', 'http://host/live/***/***/12.ts'],
    ['http://host/movie/me/word/12.mkv', 'http://host/movie/***/***/12.mkv'],
    ['http://host/series/me/word/12.mp4', 'http://host/series/***/***/12.mp4'],
    [
      'http://host/timeshift/me/word/60/2024-01-01:10-00/12.ts',
      'http://host/timeshift/***/***/60/2024-01-01:10-00/12.ts',
    ],
    ['http://host/me/word/12', 'http://host/***/***/12'],
    ['http://host/me/word/12.ts', 'http://host/***/***/12.ts'],
    ['http://host/live/news/index.m3u8', 'http://host/live/news/index.m3u8'],
    ['rtmp://user:pass@host/app/key', 'rtmp://***@host/app/***'],
    ['udp://@239.0.0.1:1234', 'udp://239.0.0.1:1234'],
    ['not an address', '***'],
    ['', '***'],
  ])('%s is shown as %s', (address, shown) => {
    expect(maskUrl(address)).toBe(shown);
  });
});

describe('text for the log', () => {
  test.each([
    ['GET /playlist.m3u?token=abc&output=ts', 'GET /playlist.m3u?token=***&output=ts'],
    ['/hls/x/master.m3u8?expires=1&sig=k.s.m', '/hls/x/master.m3u8?expires=***&sig=***'],
    ['/setup?code=ABCD-1234 opened', '/setup?code=*** opened'],
    ['get.php?username=me&password=word&type=m3u', 'get.php?username=***&password=***&type=m3u'],
    ['{"url":"http://h/a?TOKEN=abc"}', '{"url":"http://h/a?TOKEN=***"}'],
    ['connect http://me:word@host/a failed', 'connect http://***@host/a failed'],
    ['postgres://me:word@host/db', 'postgres://***@host/db'],
    ['Authorization: Bearer abc.def-ghi', 'Authorization: Bearer ***'],
    ['mail me@example.org at http://host/a', 'mail me@example.org at http://host/a'],
    ['nothing secret', 'nothing secret'],
  ])('WEB-10 %s is written as %s', (text, written) => {
    expect(maskText(text)).toBe(written);
  });
});
