import { describe, expect, it } from 'vitest';
import { formatAgo, formatTimeOfDay } from './time.ts';

const now = Date.parse('2026-11-21T12:00:00Z');
const ago = (seconds: number): string => new Date(now - seconds * 1000).toISOString();

describe('points in time', () => {
  it.each([
    [5, 'just now'],
    [60, '1 minute ago'],
    [600, '10 minutes ago'],
    [7200, '2 hours ago'],
    [100_000, 'yesterday'],
    [260_000, '3 days ago'],
  ])('%d seconds back reads %s', (seconds, text) => expect(formatAgo(ago(seconds), now)).toBe(text));

  it('shows the date after a week, and never for nothing', () => {
    expect(formatAgo(ago(30 * 86_400), now)).toMatch(/^\d+ Oct 2026$/);
    expect(formatAgo(null, now)).toBe('never');
  });

  it('keeps two digits on the station clock', () => {
    expect(formatTimeOfDay(new Date(2026, 10, 21, 9, 5, 7))).toBe('09:05:07');
  });
});
