import { expect, it } from 'vitest';
import { noteServerDate, serverNowMs } from './server-clock.ts';

const NOW = Date.UTC(2026, 10, 21, 12, 0, 0);

it("follows the server's clock when it is far from ours, and not for a second", () => {
  noteServerDate(new Date(NOW + 1500).toUTCString(), NOW);
  expect(serverNowMs(NOW)).toBe(NOW);
  noteServerDate(new Date(NOW - 300_000).toUTCString(), NOW);
  expect(serverNowMs(NOW)).toBe(NOW - 300_000);
  noteServerDate(null, NOW);
  noteServerDate('not a date', NOW);
  expect(serverNowMs(NOW)).toBe(NOW - 300_000);
});
