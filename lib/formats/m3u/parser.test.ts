import { describe, expect, test } from 'vitest';
import { MAX_LINE_BYTES } from './lines.ts';
import { type M3uEntry, M3uParser, type M3uSkip } from './parser.ts';

function read(input: string | Uint8Array, options: { baseUrl?: string; chunk?: number } = {}) {
  const entries: M3uEntry[] = [];
  const skips: M3uSkip[] = [];
  const parser = new M3uParser({ onEntry: (e) => entries.push(e), onSkip: (s) => skips.push(s) }, options);
  const bytes = typeof input === 'string' ? new TextEncoder().encode(input) : input;
  const size = options.chunk ?? (bytes.length || 1);
  for (let at = 0; at < bytes.length; at += size) parser.push(bytes.subarray(at, at + size));
  const kind = parser.end();
  return { entries, skips, kind, header: parser.header };
}
const one = (extinf: string, address = 'http://a.example/1') =>
  read(`#EXTM3U\n${extinf}\n${address}\n`).entries[0];

describe('IMP-05 attributes and names', () => {
  test.each([
    [
      '-1 tvg-id="a" group-title="News, Sport",Name, with comma',
      { 'tvg-id': 'a', 'group-title': 'News, Sport' },
      'Name, with comma',
    ],
    ['-1 tvg-logo="http://x/a,b.png",N', { 'tvg-logo': 'http://x/a,b.png' }, 'N'],
    ["-1 tvg-id='single' radio=true,N", { 'tvg-id': 'single', radio: 'true' }, 'N'],
    ['-1 tvg-id=plain tvg-chno=7,N', { 'tvg-id': 'plain', 'tvg-chno': '7' }, 'N'],
    ['-1 TVG-ID="Upper",N', { 'tvg-id': 'Upper' }, 'N'],
    ['-1 tvg-name="The "Best" Show" tvg-id="x",N', { 'tvg-name': 'The "Best" Show', 'tvg-id': 'x' }, 'N'],
    ['-1 tvg-id="" tvg-name="",N', { 'tvg-id': '', 'tvg-name': '' }, 'N'],
    ['-1,tvg-id="late" group-title="G",N', { 'tvg-id': 'late', 'group-title': 'G' }, 'N'],
    ['-1 tvg-id="a"tvg-name="b",N', { 'tvg-id': 'a', 'tvg-name': 'b' }, 'N'],
    ['-1 tvg-id = "spaced" ,N', { 'tvg-id': 'spaced' }, 'N'],
    ['-1 __proto__="x" constructor="y" tvg-id="a",N', { 'tvg-id': 'a' }, 'N'],
    ['-1 tvg-id="unclosed,N', { 'tvg-id': 'unclosed' }, 'N'],
    [' -1, spaced name ', {}, 'spaced name'],
    ['-1 Name without comma', {}, 'Name without comma'],
    ['-1 tvg-name="From tvg-name",', { 'tvg-name': 'From tvg-name' }, 'From tvg-name'],
    ['0,=>(★ X ★)<=', {}, '=>(★ X ★)<='],
  ])('#EXTINF:%s', (text, attributes, name) => {
    const entry = one(`#EXTINF:${text}`);
    expect(entry?.attributes).toEqual(attributes);
    expect(entry?.name).toBe(name);
  });

  test('the header keeps its guide addresses', () => {
    expect(read('#EXTM3U url-tvg="http://g/1.gz, http://g/2.gz" tvg-shift="-4.5"\n').header).toEqual({
      'url-tvg': 'http://g/1.gz, http://g/2.gz',
      'tvg-shift': '-4.5',
    });
  });
});

describe('IMP-05 request headers', () => {
  test.each([
    [
      'http://a/x|User-Agent=Box 1.0&Referer=http://r/?a=1&b=2',
      { 'User-Agent': 'Box 1.0', Referer: 'http://r/?a=1&b=2' },
    ],
    [
      'http://a/x|Referer="http://r/"|User-Agent="Mozilla/5.0 (iPhone; x)"|Origin="http://o"',
      { Referer: 'http://r/', 'User-Agent': 'Mozilla/5.0 (iPhone; x)', Origin: 'http://o' },
    ],
    ['http://a/x|user-agent=A%20B', { 'User-Agent': 'A B' }],
    ['http://a/x|X-Key=1&Cookie=a=b', { 'X-Key': '1', Cookie: 'a=b' }],
  ])('%s', (address, headers) => {
    const entry = one('#EXTINF:-1,N', address);
    expect(entry?.url).toBe('http://a/x');
    expect(entry?.headers).toEqual(headers);
  });

  test('a bar that starts no header belongs to the address', () => {
    expect(one('#EXTINF:-1,N', 'http://a/x|y')?.url).toBe('http://a/x|y');
  });

  test('#EXTVLCOPT and #KODIPROP are read, pipe headers win, license keys stay whole', () => {
    const entry = one(
      '#EXTINF:-1 user-agent="attr" http-referrer="http://attr/",N\n#EXTVLCOPT:http-user-agent="vlc"\n#EXTVLCOPT:program=3\n#KODIPROP:inputstream.adaptive.license_key=https://k/?a=b|R{SSM}|\n#KODIPROP:inputstream.adaptive.stream_headers=Cookie=c',
      'http://a/x|User-Agent=pipe',
    );
    expect(entry?.headers).toEqual({ Referer: 'http://attr/', Cookie: 'c', 'User-Agent': 'pipe' });
    expect(entry?.options).toEqual({
      program: '3',
      'inputstream.adaptive.license_key': 'https://k/?a=b|R{SSM}|',
    });
  });
});

describe('groups', () => {
  test('#EXTGRP begins a group that lasts until an empty one or a group-title', () => {
    const { entries } = read(
      '#EXTM3U\n#EXTINF:-1,1\n#EXTGRP:A\nhttp://a/1\n#EXTINF:-1,2\nhttp://a/2\n#EXTGRP:\n#EXTINF:-1,3\nhttp://a/3\n#EXTINF:-1 group-title="B",4\n#EXTGRP:ignored\nhttp://a/4\n#EXTINF:-1,5\nhttp://a/5\n',
    );
    expect(entries.map((e) => e.group)).toEqual(['A', 'A', '', 'B', '']);
  });
});

describe('broken lists', () => {
  test('what cannot be used is skipped with its line, the rest is kept', () => {
    const { entries, skips } = read(
      '#EXTM3U\n#EXTINF:-1,First\n#EXTINF:-1,Second\nhttp://a/2\nhttp://a/lonely\n====== sport ======\n#EXTINF:-1,\nhttp://a/noname\n#EXTM3U\n# a comment\n#EXTINF:-1,Js\njavascript:alert(1)\n#EXTINF:-1,Data\ndata:text/html,x\n#EXTINF:-1,Last\n',
    );
    expect(entries.map((e) => [e.line, e.name])).toEqual([[3, 'Second']]);
    expect(skips.map((s) => [s.line, s.name])).toEqual([
      [2, 'First'],
      [5, ''],
      [7, ''],
      [11, 'Js'],
      [13, 'Data'],
      [15, 'Last'],
    ]);
    expect(skips.every((s) => s.reason.endsWith('.'))).toBe(true);
  });

  test.each(['rtmp://h/x', 'rtsp://h/x', 'udp://@239.0.0.1:1234', 'srt://h:1', 'mms://h/x'])(
    '%s is imported',
    (address) => {
      expect(one('#EXTINF:-1,N', address)?.url).toBe(address);
    },
  );

  test.each(['file:///etc/passwd', 'plugin://x', 'vbscript:x', 'blob:http://x', 'http://', 'http://[bad/'])(
    '%s is not',
    (address) => {
      expect(one('#EXTINF:-1,N', address)).toBeUndefined();
    },
  );

  test('relative addresses resolve against the list, or are skipped without one', () => {
    const text = '#EXTM3U\n#EXTINF:-1,N\nsub/x.m3u8\n';
    expect(read(text, { baseUrl: 'http://h/dir/list.m3u' }).entries[0]?.url).toBe('http://h/dir/sub/x.m3u8');
    expect(read(text).skips).toHaveLength(1);
  });

  test.each([
    ['', 'empty'],
    ['\n \n', 'empty'],
    ['<!doctype html><html>', 'html'],
    ['just words', 'other'],
    ['#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6.0,\nseg1.ts\n', 'hls'],
    ['#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv.m3u8\n', 'hls'],
    ['#EXTINF:-1,N\nhttp://a/1\n', 'list'],
  ])('IMP-03 %j is told to be: %s', (text, kind) => {
    expect(read(text).kind).toBe(kind);
  });
});

describe('IMP-02 bytes', () => {
  const text = '#EXTM3U\r\n#EXTINF:-1 group-title="Télé",Čřž é\r\nhttp://a/1\r\n#EXTINF:-1,Two\r\nhttp://a/2';
  const utf16 = (littleEndian: boolean, mark: boolean) => {
    const units = [...(mark ? '\ufeff' : ''), ...text].map((c) => c.charCodeAt(0));
    const view = new DataView(new ArrayBuffer(units.length * 2));
    for (const [i, unit] of units.entries()) view.setUint16(i * 2, unit, littleEndian);
    return new Uint8Array(view.buffer);
  };
  const forms: [string, Uint8Array][] = [
    ['UTF-8', new TextEncoder().encode(text)],
    ['UTF-8 with a mark', new TextEncoder().encode(`\ufeff${text}`)],
    ['UTF-16LE', utf16(true, true)],
    ['UTF-16BE', utf16(false, true)],
    ['UTF-16LE without a mark', utf16(true, false)],
    ['UTF-16BE without a mark', utf16(false, false)],
  ];
  test.each(
    forms.flatMap(([name, bytes]) => [1, 2, 3, 7, 4096].map((chunk) => [name, chunk, bytes] as const)),
  )('%s in chunks of %i reads the same', (_name, chunk, bytes) => {
    const { entries } = read(bytes, { chunk });
    expect(entries.map((e) => [e.line, e.name, e.group])).toEqual([
      [2, 'Čřž é', 'Télé'],
      [4, 'Two', ''],
    ]);
  });

  test('Latin-1 lines are read beside UTF-8 ones', () => {
    const latin = new Uint8Array([...'#EXTINF:-1,Caf\xe9\nhttp://a/1\n'].map((c) => c.charCodeAt(0)));
    expect(read(latin).entries[0]?.name).toBe('Café');
  });

  test('zero bytes vanish and lone CR ends a line', () => {
    expect(read('#EXTM3U\r#EXTINF:-1,A\0B\rhttp://a/1\r').entries[0]?.name).toBe('AB');
  });

  test('a 20 MB line is skipped with bounded memory and the rest is read', () => {
    const long = `#EXTINF:-1,${'x'.repeat(20_000_000)}\nhttp://a/0\n#EXTINF:-1,N\nhttp://a/1\n`;
    const { entries, skips } = read(long, { chunk: MAX_LINE_BYTES });
    expect(entries.map((e) => e.name)).toEqual(['N']);
    expect(skips.map((s) => s.line)).toEqual([1, 2]);
  });
});
