import { describe, expect, it } from 'vitest';
import { modesOf } from './modes.ts';

const HLS = { hls: '/master.m3u8', mp4: '/stream/1' };

describe('the ways to play a source', () => {
  it('begin with hls.js and fall back to the file', () =>
    expect(modesOf(HLS, 'auto', { hlsJs: true, nativeHls: true })).toEqual(['hls', 'file']));
  it("use the browser's own HLS where MediaSource is missing", () =>
    expect(modesOf(HLS, 'auto', { hlsJs: false, nativeHls: true })).toEqual(['native', 'file']));
  it('are only the file where there is no HLS at all', () => {
    expect(modesOf(HLS, 'auto', { hlsJs: false, nativeHls: false })).toEqual(['file']);
    expect(modesOf({ hls: null, mp4: '/stream/1' }, 'auto', { hlsJs: true, nativeHls: true })).toEqual([
      'file',
    ]);
  });
  it('are none before the first part is made', () =>
    expect(modesOf({ hls: null, mp4: null }, 'auto', { hlsJs: true, nativeHls: false })).toEqual([]));
});
