/** Points in time as people read them. `now` is given, so the same input always reads the same. */

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

const plural = (n: number, word: string): string => `${n} ${word}${n === 1 ? '' : 's'} ago`;

/** "just now", "5 minutes ago", "yesterday"; from a week on the date itself. */
export const formatAgo = (iso: string | null, nowMs: number): string => {
  if (iso === null) return 'never';
  const seconds = (nowMs - Date.parse(iso)) / 1000;
  if (Number.isNaN(seconds)) return 'never';
  if (seconds < MINUTE) return 'just now';
  if (seconds < HOUR) return plural(Math.floor(seconds / MINUTE), 'minute');
  if (seconds < DAY) return plural(Math.floor(seconds / HOUR), 'hour');
  if (seconds < 2 * DAY) return 'yesterday';
  if (seconds < 7 * DAY) return plural(Math.floor(seconds / DAY), 'day');
  return formatDate(iso);
};

/** "21 Nov 2026", in the reader's time zone. */
export const formatDate = (iso: string): string =>
  new Date(iso).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

const two = (n: number): string => String(n).padStart(2, '0');

/** The station clock: 21:47:08, always 24 hours. */
export const formatTimeOfDay = (at: Date): string =>
  `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
