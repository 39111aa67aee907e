import { describe, expect, it } from 'vitest';
import { VIDEO_STATES } from '../../lib/contract/videos.ts';
import { grouped } from './groups.ts';

describe('the groups of the dashboard', () => {
  it('hold every video once, and a cancelled one among the failed', () => {
    const groups = grouped(VIDEO_STATES.map((state) => ({ state })));
    expect(Object.values(groups).flat()).toHaveLength(VIDEO_STATES.length);
    expect(groups.failed.map(({ state }) => state)).toEqual(['failed', 'cancelled']);
  });
});
