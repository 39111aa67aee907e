import { describe, expect, test } from 'vitest';
import { type M3uEntry, M3uParser } from './parser.ts';
import { m3uEntry, m3uHeader } from './writer.ts';

function read(text: string): M3uEntry[] {
  const entries: M3uEntry[] = [];
  const parser = new M3uParser({ onEntry: (e) => entries.push(e), onSkip: (s) => expect(s).toBeNull() });
  parser.push(text);
  expect(parser.end()).toBe('list');
  return entries;
}

describe('IMP-10 whatever a channel is called, the list has exactly its entries', () => {
  const names = [
    'x\n#EXTINF:-1,evil\nhttp://evil/',
    'x\r#EXTINF:-1,evil\rhttp://evil/',
    'x\u2028http://evil/',
    'x\u2029y',
    'x\u0085y',
    'a" group-title="evil',
    'a",evil',
    'tvg-id="evil",b',
    '#EXTM3U',
    ',',
    '"',
    '',
    '  ',
    '\0',
    'a\u000bb\u000cc',
    '$& %s {0}',
    '名前, 2',
  ];
  test.each(names)('%j', (name) => {
    const text = `${m3uHeader()}${m3uEntry({ name, url: 'http://h/1?a=b&c=d', attributes: { 'tvg-id': name, 'group-title': name } })}${m3uEntry({ name: 'next', url: 'http://h/2' })}`;
    expect(text.split('\n')).toHaveLength(6);
    const entries = read(text);
    expect(entries.map((e) => e.url)).toEqual(['http://h/1?a=b&c=d', 'http://h/2']);
    expect(
      Object.keys(entries[0]?.attributes ?? {}).every((key) => ['tvg-id', 'group-title'].includes(key)),
    ).toBe(true);
  });

  test('random names of odd characters keep the count', () => {
    const odd = [
      '\n',
      '\r',
      '"',
      "'",
      ',',
      '#',
      '=',
      ' ',
      '\\',
      '\t',
      'é',
      '\u2028',
      'a',
      'tvg-id',
      '|',
      '\0',
    ];
    let seed = 7;
    const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
    const word = () => Array.from({ length: random(12) }, () => odd[random(odd.length)]).join('');
    const list = Array.from({ length: 500 }, (_, i) =>
      m3uEntry({ name: word(), url: `https://h/${i}`, attributes: { 'tvg-id': word(), 'tvg-name': word() } }),
    );
    expect(read(m3uHeader({ 'url-tvg': word() }) + list.join('')).map((e) => e.url)).toEqual(
      list.map((_, i) => `https://h/${i}`),
    );
  });
});

test('attributes come back as they were and empty ones are left out', () => {
  const attributes = {
    'tvg-id': 'a.b',
    'tvg-logo': 'https://l/x,y.png',
    'tvg-chno': null,
    'group-title': '',
  };
  const [entry] = read(
    m3uHeader() + m3uEntry({ name: 'A, B', url: 'https://h/1', durationS: 12.4, attributes }),
  );
  expect(entry).toMatchObject({
    name: 'A, B',
    durationS: 12,
    attributes: { 'tvg-id': 'a.b', 'tvg-logo': 'https://l/x,y.png' },
  });
});

test.each(['javascript:alert(1)', 'file:///x', 'nonsense'])('the address %s is not written', (url) => {
  expect(() => m3uEntry({ name: 'x', url })).toThrow(TypeError);
});
