import { expect, test } from 'vitest';
import { languageTag, trackName } from './languages.ts';

test.each([
  ['ger', 'de'],
  ['deu', 'de'],
  ['fre', 'fr'],
  ['pt-BR', 'pt-BR'],
  ['und', null],
  ['', null],
  ['no language!', null],
  [null, null],
])('the language %j of a container is %j', (code, tag) => expect(languageTag(code)).toBe(tag));

test('a track is called by its title, else by its language, else by its number', () => {
  expect(trackName('Subtitles', { language: 'eng', title: ' Commentary ' }, 1)).toBe('Commentary');
  expect(trackName('Subtitles', { language: 'ind', title: null }, 1)).toBe('Indonesian');
  expect(trackName('Subtitles', { language: 'qaa', title: null }, 2)).toBe('Subtitles 2');
});
