import { describe, expect, it } from 'vitest';
import { aboutVideo, infoLines, titleOf } from './info-words.ts';

describe('the words of the info panel', () => {
  it('say how a channel comes and how many share it', () => {
    expect(titleOf({ mode: 'relay', viewers: 12 })).toBe('Relay, shared by 12');
    expect(titleOf({ mode: 'transcode', viewers: 1 })).toBe('Transcode');
    expect(aboutVideo('file').title).toBe('Direct');
    expect(aboutVideo('hls').title).toBe('Adaptive');
  });

  it('give each number its unit, and say when one is not known', () => {
    const state = {
      live: true,
      quality: '720p',
      qualities: [{ id: '720p', label: '720p', bandwidth: 2_600_000 }],
      latencySeconds: 12.34,
    };
    const facts = {
      width: 1280,
      height: 720,
      fps: 25,
      bitsPerSecond: 2_512_000,
      lineBitsPerSecond: 18_000_000,
      codecs: 'avc1.64001f, mp4a.40.2',
      bufferSeconds: 8.42,
      droppedFrames: 3,
      shownFrames: 41_208,
    };
    expect(infoLines(state, facts)).toEqual([
      ['Playing', '720p, 2.5 Mb/s'],
      ['Picture', '1280×720, 25 fps'],
      ['Codecs', 'H.264 + AAC'],
      ['Your line', '18 Mb/s'],
      ['Behind live', '12.3 s'],
      ['Buffer', '8.4 s'],
      ['Dropped frames', '3 of 41,208'],
    ]);
    const nothing = {
      ...facts,
      width: 0,
      fps: null,
      bitsPerSecond: null,
      codecs: null,
      lineBitsPerSecond: null,
    };
    const lines = infoLines({ ...state, live: false, quality: null, latencySeconds: null }, nothing);
    expect(lines.slice(0, 4).map(([, value]) => value)).toEqual(['–', '–', '–', '–']);
    expect(lines.map(([name]) => name)).not.toContain('Behind live');
  });
});
