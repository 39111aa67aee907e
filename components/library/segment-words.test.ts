import { describe, expect, it } from 'vitest';
import type { SegmentMap } from '../../lib/contract/videos.ts';
import { aboutSize, mapNote, rowName, rowNote, rowText, viewerNote } from './segment-words.ts';

const row = { id: '720p', kind: 'video' as const, made: [[0, 61]] as [number, number][] };
const map: SegmentMap = { gen: 1, segmentSeconds: 6, count: 100, rows: [row], running: [] };
const sound = { id: 'audio-1', kind: 'audio' as const, made: [] };

describe('the words of the segment map', () => {
  it('name qualities as they are, and sound by its track where there are several', () => {
    expect(rowName(row, [])).toBe('720p');
    expect(rowName({ ...row, id: 'original' }, [])).toBe('Original');
    expect(rowName(sound, [])).toBe('Sound');
    const tracks = [
      { track: 0, language: 'en', name: 'English' },
      { track: 1, language: 'id', name: 'Indonesia' },
    ];
    expect(rowName(sound, tracks)).toBe('Sound Indonesia');
  });

  it('say how far a row is', () => {
    expect(rowNote(map, row)).toBe('61 %');
    expect(rowNote(map, { ...row, made: [[0, 100]] })).toBe('Done');
    expect(rowNote({ ...map, count: null }, row)).toBe('61 made');
    expect(mapNote(map)).toBe('100 segments of 6 s');
  });

  it('say why a later part is made first', () => {
    expect(viewerNote(map)).toBeNull();
    const run = { rows: ['720p'], from: 321, to: 324, at: 321, why: 'viewer' as const };
    expect(viewerNote({ ...map, running: [run] })).toBe(
      'Somebody watches at 32:06: that part is made first.',
    );
  });

  it('call an estimated size an estimate, and leave out what is not known', () => {
    const quality = {
      id: '720p',
      width: 1280,
      height: 720,
      bandwidth: 3e6,
      averageBandwidth: 2e6,
      sizeBytes: 1,
    };
    expect(aboutSize(map, row, [quality])).toBe('about 1.5 MB');
    expect(aboutSize(map, sound, [quality])).toBeNull();
  });

  it('tell the islands of a row as times', () => {
    expect(
      rowText(
        map,
        {
          ...row,
          made: [
            [0, 10],
            [50, 51],
          ],
        },
        600,
      ),
    ).toBe('0:00 to 1:00, 5:00 to 5:06');
    expect(rowText(map, sound, 600)).toBe('nothing yet');
    expect(rowText(map, { ...row, made: [[0, 100]] }, 600)).toBe('all of it');
  });
});
