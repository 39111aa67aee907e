import { describe, expect, it } from 'vitest';
import { VIDEO_STATES } from '../../lib/contract/videos.ts';
import { bulkSentence, cardsOf, filterOf, fits, runAll } from './library-filter.ts';

describe('the filter of the library', () => {
  it('is read from the address, and what makes no sense there is left out', () => {
    expect(filterOf(new URLSearchParams('show=failed&q=harbour&who=link'))).toEqual({
      tab: 'failed',
      search: 'harbour',
      visibility: 'link',
    });
    expect(filterOf(new URLSearchParams('show=nothing&who=me'))).toEqual({
      tab: 'all',
      search: '',
      visibility: undefined,
    });
  });

  it('puts what failed behind what goes on, and each tab shows its own', () => {
    const videos = VIDEO_STATES.filter((state) => state !== 'ready').map((state) => ({ state }));
    const states = (tab: Parameters<typeof cardsOf>[1]) => cardsOf(videos, tab).map(({ state }) => state);
    expect(states('all').slice(-2)).toEqual(['failed', 'cancelled']);
    expect(states('progress')).toEqual(['uploading', 'queued', 'processing']);
    expect(states('failed')).toEqual(['failed', 'cancelled']);
    expect(states('ready')).toEqual([]);
  });
});

describe('an action on many videos', () => {
  it('is offered for those that it fits', () => {
    const running = { state: 'processing', paused: false } as const;
    expect(fits('pause', running)).toBe(true);
    expect(fits('pause', { ...running, paused: true })).toBe(false);
    expect(fits('resume', { ...running, paused: true })).toBe(true);
    expect(fits('retry', running)).toBe(false);
    expect(fits('retry', { state: 'cancelled', paused: false })).toBe(true);
    expect(fits('delete', { state: 'ready', paused: false })).toBe(true);
  });

  it('goes on past one that fails, and never does more than a few at once', async () => {
    let now = 0;
    let most = 0;
    const outcome = await runAll(
      [1, 2, 3, 4, 5, 6],
      async (n) => {
        now += 1;
        most = Math.max(most, now);
        await Promise.resolve();
        now -= 1;
        if (n === 2) throw new Error('no');
      },
      2,
    );
    expect(outcome.done).toEqual([1, 3, 4, 5, 6]);
    expect(outcome.failed.map(({ item }) => item)).toEqual([2]);
    expect(most).toBe(2);
  });

  it('says what was done, and why not where it was not', () => {
    expect(bulkSentence('delete', 1, 0, '')).toBe('1 video deleted.');
    expect(bulkSentence('delete', 1200, 2, 'It is not yours.')).toBe(
      '1,200 videos deleted, 2 not: It is not yours.',
    );
    expect(bulkSentence('retry', 0, 2, 'It is not yours.')).toBe('It is not yours.');
  });
});
