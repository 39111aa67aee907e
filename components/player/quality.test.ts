import { describe, expect, it } from 'vitest';
import {
  choiceHere,
  choiceLabel,
  isComing,
  pickQuality,
  qualityId,
  rememberChoice,
  rememberedChoice,
  rungsOf,
  shownChoice,
} from './quality.ts';

const variant = (name: string, width: number, height: number, bandwidth: number) => ({
  url: `http://127.0.0.1/hls/x/${name}/playlist.m3u8?expires=1&sig=a`,
  width,
  height,
  bandwidth,
});

const LADDER = [
  variant('360p', 640, 360, 900_000),
  variant('480p', 854, 480, 1_500_000),
  variant('720p', 1280, 720, 2_600_000),
];

describe('the name of a quality', () => {
  it.each([
    ['/hls/1/720p/playlist.m3u8', '720p'],
    ['/hls/1/original/playlist.m3u8?sig=x', 'original'],
    ['http://h/stream/arena/hls/source.m3u8?v=4', 'source'],
    ['hls/480p.m3u8', '480p'],
  ])('is read from our address %s', (url, id) =>
    expect(qualityId({ url, width: 10, height: 20, bandwidth: 0 })).toBe(id),
  );

  it('is the short side of the picture in a foreign playlist, also upright', () => {
    expect(qualityId({ url: 'http://h/a.m3u8', width: 1920, height: 1080, bandwidth: 0 })).toBe('1080p');
    expect(qualityId({ url: 'http://h/a.m3u8', width: 1080, height: 1920, bandwidth: 0 })).toBe('1080p');
  });
});

describe('the list of qualities', () => {
  it('begins with the source, then falls, and keeps the index of the engine', () => {
    const rungs = rungsOf([...LADDER, variant('original', 1920, 1080, 6_000_000)]);
    expect(rungs.map(({ id, index, label }) => [id, index, label])).toEqual([
      ['original', 3, 'Original 1080p'],
      ['720p', 2, '720p'],
      ['480p', 1, '480p'],
      ['360p', 0, '360p'],
    ]);
  });

  it('names each quality once and keeps the better of two', () => {
    const rungs = rungsOf([LADDER[2]!, variant('720p', 1280, 720, 3_000_000)]);
    expect(rungs).toHaveLength(1);
    expect(rungs[0]).toMatchObject({ id: '720p', index: 1, bandwidth: 3_000_000 });
  });
});

describe('what a choice means here', () => {
  const rungs = rungsOf(LADDER);
  it.each([
    ['auto', null],
    ['480p', '480p'],
    ['1080p', '720p'],
    ['540p', '480p'],
    ['240p', '360p'],
    ['source', '720p'],
  ])('%s is %s', (choice, id) => expect(pickQuality(rungs, choice)?.id ?? null).toBe(id));

  it('is nothing without qualities', () => expect(pickQuality([], '720p')).toBeNull());
});

describe('the words on the button', () => {
  const rungs = rungsOf(LADDER);
  it('say what Auto plays now', () => expect(choiceLabel(rungs, 'auto', '720p')).toBe('Auto (720p)'));
  it('say the size of the source, too', () => {
    const source = [{ id: 'source', label: 'Source 720p', bandwidth: null }];
    expect(choiceLabel(source, 'auto', 'source')).toBe('Auto (720p)');
    expect(choiceLabel(source, 'source', 'source')).toBe('Source 720p');
  });
  it('say Auto before anything plays', () => expect(choiceLabel(rungs, 'auto', null)).toBe('Auto'));
  it('say the choice, whatever plays', () => expect(choiceLabel(rungs, '480p', '720p')).toBe('480p'));
});

describe('the remembered choice', () => {
  const map = new Map<string, string>();
  const storage = {
    getItem: (key: string) => map.get(key) ?? null,
    setItem: (key: string, value: string) => void map.set(key, value),
  };

  it('is kept apart for live and videos', () => {
    rememberChoice('vod', '480p', storage);
    expect(rememberedChoice('vod', storage)).toBe('480p');
    expect(rememberedChoice('live', storage)).toBeNull();
  });

  it('is dropped when it is not a quality', () => {
    map.set('siaran.quality.live', '<b>');
    expect(rememberedChoice('live', storage)).toBeNull();
  });
});

describe('a choice and what is on the screen', () => {
  const state = {
    choice: '720p',
    quality: 'source',
    qualities: [
      { id: 'source', label: 'Source 720p', bandwidth: null },
      { id: '360p', label: '360p', bandwidth: null },
    ],
    started: true,
    refused: [] as string[],
  };

  it('reads as the one that is taken for it where there is no such quality', () => {
    expect(choiceHere(state)).toBe('source');
    expect(isComing('720p', state)).toBe(false);
    expect(choiceHere({ ...state, choice: 'auto' })).toBe('auto');
  });

  it('is on its way until it is shown or refused', () => {
    expect(isComing('360p', { ...state, choice: '360p' })).toBe(true);
    expect(isComing('360p', { ...state, choice: '360p', quality: '360p' })).toBe(false);
    expect(isComing('360p', { ...state, choice: '360p', refused: ['360p'] })).toBe(false);
    expect(isComing('auto', { ...state, choice: 'auto' })).toBe(false);
  });

  it('reads Auto while a preselected quality had to give way', () => {
    const rungs = [
      { id: 'source', lines: 1080 },
      { id: '720p', lines: 720 },
      { id: '360p', lines: 360 },
    ];
    const shown = (quality: string, preselected: boolean) =>
      shownChoice({ rungs, choice: '720p', preselected, quality });
    expect(shown('720p', true)).toBe('720p');
    expect(shown('360p', true)).toBe('auto');
    expect(shown('360p', false)).toBe('720p');
  });
});
