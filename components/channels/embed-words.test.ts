import { expect, it } from 'vitest';
import { whereItPlays, whoMayWatch } from './embed-words.ts';

const embed = {
  html: '',
  hlsUrl: 'https://tv.example.org/stream/a/hls',
  expiresAt: '2026-11-28T12:00:00Z',
  origins: [],
};

it('says who may watch a snippet and until when', () => {
  expect(whoMayWatch(embed)).toContain('until 28 Nov 2026');
  expect(whoMayWatch({ ...embed, expiresAt: null })).toContain('without an end');
});

it('says where it plays only where that is less than everywhere', () => {
  expect(whereItPlays(embed)).toBeNull();
  expect(whereItPlays({ ...embed, hlsUrl: 'http://tv.lan/stream/a/hls' })).toContain('https');
  expect(whereItPlays({ ...embed, origins: ['https://a.example'] })).toContain('https://a.example only');
});
