import { expect, test } from 'vitest';
import {
  rememberedSound,
  rememberedSubtitle,
  rememberSound,
  rememberSubtitle,
  soundLabels,
  subtitleToShow,
} from './tracks.ts';

const memory = () => {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
};

const film = [
  { id: '0', label: 'English', language: 'en' },
  { id: '1', label: 'Bahasa Indonesia', language: 'id' },
];
const other = [
  { id: '0', label: 'Bahasa Indonesia', language: 'id' },
  { id: '1', label: 'Comments', language: null },
];

test('subtitles are off until they are chosen, and then on in the next video by their language', () => {
  const storage = memory();
  expect(rememberedSubtitle(film, storage)).toBeNull();
  rememberSubtitle(film, '1', storage);
  expect(rememberedSubtitle(film, storage)).toBe('1');
  expect(rememberedSubtitle(other, storage)).toBe('0');
  expect(rememberedSubtitle([], storage)).toBeNull();
});

test('subtitles that were turned off stay off, and c brings the same language back', () => {
  const storage = memory();
  expect(subtitleToShow(film, storage)).toBe('0');
  rememberSubtitle(film, '1', storage);
  rememberSubtitle(film, null, storage);
  rememberSubtitle(film, null, storage);
  expect(rememberedSubtitle(film, storage)).toBeNull();
  expect(subtitleToShow(film, storage)).toBe('1');
  expect(subtitleToShow(other, storage)).toBe('0');
  expect(subtitleToShow([], storage)).toBeNull();
});

test('a sound track without a language is known by its name', () => {
  const storage = memory();
  expect(rememberedSound(film, storage)).toBeNull();
  rememberSound({ id: '1', label: 'Comments', language: null }, storage);
  expect(rememberedSound(other, storage)?.id).toBe('1');
  expect(rememberedSound(film, storage)).toBeNull();
});

test('sound tracks are named by their language as people write it, and numbered where that says nothing', () => {
  expect(soundLabels(['eng', 'id', 'en', null, 'und', 'not a language'])).toEqual([
    ...['English', 'Indonesian', 'English 2', 'Sound 4', 'Sound 5', 'Sound 6'],
  ]);
});
