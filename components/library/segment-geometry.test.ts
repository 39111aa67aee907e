import { describe, expect, it } from 'vitest';
import type { SegmentMap } from '../../lib/contract/videos.ts';
import {
  axisTimes,
  cellPath,
  cellState,
  inOrder,
  madeCount,
  rangeTimes,
  segmentAt,
  segmentsShown,
} from './segment-geometry.ts';

const map: SegmentMap = {
  gen: 1,
  segmentSeconds: 6,
  count: 100,
  rows: [
    {
      id: '720p',
      kind: 'video',
      made: [
        [0, 40],
        [60, 62],
      ],
    },
    { id: 'audio-0', kind: 'audio', made: [[0, 100]] },
  ],
  running: [
    { rows: ['720p'], from: 30, to: 50, at: 40, why: 'batch' },
    { rows: ['720p'], from: 60, to: 65, at: 62, why: 'viewer' },
  ],
};
const box = { count: 100, widthPx: 800, heightPx: 20 };
const boxes = (path: string): number => path.split('Z').length - 1;

describe('the geometry of the segment map', () => {
  it('draws single cells with a gap where each has room', () => {
    expect(cellPath([[0, 2]], box)).toBe('M0 0H7V20H0ZM8 0H15V20H8Z');
    expect(boxes(cellPath([[0, 100]], box))).toBe(100);
  });

  it('drops the gaps on a phone', () =>
    expect(cellPath([[0, 50]], { ...box, count: 50, widthPx: 300 })).toBe('M0 0H300V20H0Z'));

  it('draws ten hours in few boxes, and lets no single segment vanish', () => {
    const day = { count: 6000, widthPx: 800, heightPx: 20 };
    expect(cellPath([[0, 3000]], day)).toBe('M0 0H400V20H0Z');
    expect(cellPath([[5999, 6000]], day)).toBe('M799 0H800V20H799Z');
    const islands = Array.from({ length: 3000 }, (_, i): [number, number] => [2 * i, 2 * i + 1]);
    expect(boxes(cellPath(islands, day))).toBeLessThanOrEqual(800);
  });

  it('keeps what is being made wide enough to be seen, also at the very end', () =>
    expect(cellPath([[5999, 6000]], { count: 6000, widthPx: 800, heightPx: 20, leastPx: 3 })).toBe(
      'M797 0H800V20H797Z',
    ));

  it('draws nothing before it knows its width', () =>
    expect(cellPath([[0, 1]], { ...box, widthPx: 0 })).toBe(''));

  it('finds the segment under the pointer, and stays inside', () => {
    expect(segmentAt(0, 800, 100)).toBe(0);
    expect(segmentAt(407, 800, 100)).toBe(50);
    expect(segmentAt(900, 800, 100)).toBe(99);
    expect(segmentAt(-4, 800, 100)).toBe(0);
    expect(segmentAt(4, 0, 100)).toBeNull();
  });

  it.each([
    [3, 'made'],
    [40, 'now'],
    [45, 'ahead'],
    [55, 'waiting'],
    [61, 'made'],
    [62, 'viewer-now'],
    [64, 'viewer-ahead'],
  ] as const)('says that segment %d is %s', (k, state) => expect(cellState(map, '720p', k)).toBe(state));

  it('counts what is made, and how much it can show while the length is not known', () => {
    expect(madeCount(map.rows[0]!.made)).toBe(42);
    expect(segmentsShown(map)).toBe(100);
    expect(segmentsShown({ ...map, count: null, rows: map.rows.slice(0, 1) })).toBe(63);
    expect(segmentsShown({ ...map, count: null, rows: [], running: [] })).toBe(0);
  });

  it('puts the best quality on top and sound at the foot', () => {
    const row = (id: string, kind: 'video' | 'audio' = 'video') => ({ id, kind, made: [] });
    const rows = [
      row('audio-1', 'audio'),
      row('360p'),
      row('1080p'),
      row('original'),
      row('audio-0', 'audio'),
    ];
    expect(inOrder({ ...map, rows }).rows.map(({ id }) => id)).toEqual([
      'original',
      '1080p',
      '360p',
      'audio-0',
      'audio-1',
    ]);
  });

  it('tells times from 0 to the end of the video', () => {
    expect(axisTimes(100, 4)).toEqual([0, 25, 50, 75, 100]);
    expect(axisTimes(2.5, 4)).toEqual([0, 1.25, 2.5]);
    expect(axisTimes(0.4, 4)).toEqual([0, 0.4]);
    expect(rangeTimes([90, 100], 6, 597)).toBe('9:00 to 9:57');
  });
});
