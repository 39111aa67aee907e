import { describe, expect, test } from 'vitest';
import { asHlsSegment, cleanCues, cleanText, cueText, readCues, writeWebVtt } from './webvtt.ts';

describe('FILE-04 markup in subtitles', () => {
  test.each([
    ['<script>alert(1)</script>Hello', 'Hello'],
    ['<SCRIPT src=//evil>never closed', ''],
    ['<scr<script>x</script>ipt>alert(1)', 'alert(1)'],
    ['<img src=x onerror=alert(1)>Hi', 'Hi'],
    ['<a href="javascript:alert(1)">link</a>', 'link'],
    ['<font color="#ff0000">red</font>', 'red'],
    ['<b onclick=alert(1)>bold</b>', '<b>bold</b>'],
    ['<i>so</i> <u>it</u> <c.yellow.bg_blue>is</c>', '<i>so</i> <u>it</u> <c.yellow.bg_blue>is</c>'],
    ['<v Ann & "Bob">Hi</v>', '<v Ann   "Bob">Hi</v>'],
    [
      '<ruby>漢<rt>kan</rt></ruby> <lang en-GB>Hi</lang>',
      '<ruby>漢<rt>kan</rt></ruby> <lang en-GB>Hi</lang>',
    ],
    ['<00:00:01.500>word <99>', '<00:00:01.500>word'],
    ['a < b && c > d', 'a &lt; b &amp;&amp; c &gt; d'],
    ['Tom &amp; Jerry &lt;3 &#x1F600;', 'Tom &amp; Jerry &lt;3 &#x1F600;'],
    ['one\n\n00:01.000 --> 00:02.000', 'one\n00:01.000 --&gt; 00:02.000'],
    ['nul\u0000l\u001b[31m', 'nul l [31m'],
    ['m 0 0 l 100 0 100 50 0 50', ''],
    ['<b> </b>\n<i></i>', ''],
    ['<!-- comment --><?php echo 1 ?>x', 'x'],
  ])('%j becomes %j', (text, clean) => expect(cleanText(text)).toBe(clean));

  test('whatever is sent in, no tag but those of WebVTT comes out', () => {
    const pieces = [
      '<',
      '>',
      '/',
      'script',
      'b',
      'img',
      ' ',
      '&',
      ';',
      '-->',
      '\n',
      '"',
      '<v ',
      'style',
      '!--',
      '.c',
    ];
    let seed = 7;
    const next = (most: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % most;
    };
    for (let round = 0; round < 3000; round++) {
      const text = Array.from({ length: 1 + next(14) }, () => pieces[next(pieces.length)]).join('');
      const clean = cleanText(text);
      for (const tag of clean.match(/<[^>]*>?/g) ?? [])
        expect(tag, JSON.stringify(text)).toMatch(
          /^<\/?(?:b|i|u|c|ruby|rt|v|lang)(?:\.[\w-]+)*(?: [^<>&]*)?>$/,
        );
      expect(clean).not.toMatch(/-->|\n\n/);
    }
  });

  test('a text of megabytes is cut, and takes no time', () => {
    const begun = performance.now();
    expect(cleanText('<'.repeat(2_000_000)).length).toBeLessThan(5_000);
    expect(cleanText('<b '.repeat(1_000_000)).length).toBeLessThan(5_000);
    expect(cleanText(`<script>${'<script'.repeat(500_000)}`)).toBe('');
    expect(performance.now() - begun).toBeLessThan(1_000);
  });
});

test('broken cues go, the others are in order and inside the film', () => {
  const vtt = `WEBVTT - a title\r\nX-OTHER: 1\r\n\r\nSTYLE\r\n::cue { color: red }\r\n\r\nNOTE --> no cue\r\n
2\r\n00:05.000 --> 00:07.000 align:left line:0\r\nsecond\r\n\r\n00:01.000 --> 00:02.500\r\nfirst\r\nline\r\n
00:03.000 --> 00:02.000\r\nbackwards\r\n\r\n00:61.000 --> 00:62.000\r\nno time\r\n
00:05.000 --> 00:07.000\r\nsecond\r\n\r\n01:00:00.000 --> 01:00:02.000\r\nbehind the end\r\n
00:09.000 --> 99:00:00.000\r\nto the end\r\n\r\n00:08.000 --> 00:09.000\r\n<script>x</script>\r\n`;
  const cues = cleanCues(readCues(vtt), 10);
  expect(cues).toEqual([
    { startSeconds: 1, endSeconds: 2.5, text: 'first\nline' },
    { startSeconds: 5, endSeconds: 7, text: 'second' },
    { startSeconds: 9, endSeconds: 10, text: 'to the end' },
  ]);
  expect(writeWebVtt(cues)).toBe(
    'WEBVTT\n\n00:00:01.000 --> 00:00:02.500\nfirst\nline\n\n00:00:05.000 --> 00:00:07.000\nsecond\n\n00:00:09.000 --> 00:00:10.000\nto the end\n',
  );
  expect(readCues(writeWebVtt(cues))).toEqual(cues);
});

test('not more cues are kept than players can hold, and as a segment the text says where its zero is', () => {
  const many = Array.from({ length: 30_000 }, (_, i) => ({
    startSeconds: i,
    endSeconds: i + 1,
    text: `${i}`,
  }));
  expect(cleanCues(many, null)).toHaveLength(20_000);
  expect(writeWebVtt([{ startSeconds: 3661.0005, endSeconds: 3662, text: 'x' }])).toContain(
    '01:01:01.001 -->',
  );
  expect(asHlsSegment(writeWebVtt([]), 10)).toMatch(
    /^WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00\.000,MPEGTS:900000\n\n/,
  );
  expect(cueText('A <b> &\n--> c')).toBe('A &lt;b&gt; &amp; --&gt; c');
});
