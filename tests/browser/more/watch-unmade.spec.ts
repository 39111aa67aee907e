import path from 'node:path';
import { expect, type Page, type Route, test } from '@playwright/test';
import type { StreamConfig } from '../../../lib/contract/videos.ts';
import { makeClip } from '../../support/media.ts';
import { settled, uploadFile } from '../../support/upload.ts';
import { currentTime, expectPlaying, openPanel, player, signIn, watchErrors } from '../support.ts';

const SECONDS = 32;

const panel = openPanel();
let videoId: string;
test.beforeAll(async () => {
  const film = await makeClip(path.join(panel.dataDir, 'film.mp4'), {
    seconds: SECONDS,
    size: '640x360',
    rate: 10,
  });
  videoId = await uploadFile(panel.client, film);
  await settled(panel.client, videoId);
});

/** Changes what the server says of the video. */
const changeConfig = (page: Page, extra: Partial<StreamConfig>): Promise<unknown> =>
  page.route('**/stream-config', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({
      json: { ...((await answer.json()) as StreamConfig), positionSeconds: null, ...extra },
    });
  });

/** Opens the video in its one made quality; Auto may take the copy of the uploaded file. */
async function open(page: Page): Promise<void> {
  await page.addInitScript(() => localStorage.setItem('siaran.quality.vod', '360p'));
  await signIn(page, panel);
  await page.goto(`${panel.base}/videos/${videoId}`);
}

const SEGMENT = /\/hls\/[^/]+\/\d+p\/\d+-(\d+)\.ts/;
const numberOf = (route: Route): number => Number(SEGMENT.exec(route.request().url())?.[1] ?? -1);

/** What the first list says of the segments: the number of the last one. */
async function lastSegment(page: Page): Promise<number> {
  const lists: string[] = [];
  page.on('response', (response) => {
    if (response.url().includes('/playlist.m3u8')) void response.text().then((text) => lists.push(text));
  });
  await open(page);
  await expect.poll(() => lists.length).toBeGreaterThan(0);
  return Math.max(...[...(lists[0] ?? '').matchAll(/\d+-(\d+)\.ts/g)].map(([, k]) => Number(k)));
}

test('a segment that is not made yet is waited for with a calm word, and no fault is counted (contracts.md §8)', async ({
  page,
}) => {
  const errors = watchErrors(page);
  await changeConfig(page, { complete: false });
  let refused = 0;
  await page.route(SEGMENT, async (route) => {
    if (numberOf(route) !== 0 || refused >= 8) return route.continue();
    refused += 1;
    return route.fulfill({
      status: 503,
      headers: { 'Retry-After': '1' },
      contentType: 'text/plain',
      body: 'This part is being made.',
    });
  });
  await open(page);
  await expect(player(page).getByText('Preparing this part…')).toBeVisible();
  await expect(player(page).getByRole('alert')).toBeHidden();
  // More refusals than faults are forgiven, a second apart.
  await expectPlaying(page, 1);
  expect(refused).toBe(8);
  expect(errors()).toEqual([]);
});

/** Too many places at once: come again in so many seconds. */
const refuse = (route: Route, retryAfter: number): Promise<void> =>
  route.fulfill({
    status: 429,
    headers: { 'Retry-After': String(retryAfter) },
    contentType: 'text/plain',
    body: 'Too many places.',
  });

test('who asks for too many places waits as long as the server says, keeps the quality, and may go elsewhere meanwhile (contracts.md §9)', async ({
  page,
}) => {
  const errors = watchErrors(page);
  await changeConfig(page, { complete: false });
  const askedAt: number[] = [];
  await page.route(SEGMENT, (route) => {
    const k = numberOf(route);
    if (k === 0) askedAt.push(performance.now());
    if (k >= 4) return refuse(route, 60);
    return k === 0 && askedAt.length <= 2 ? refuse(route, 2) : route.continue();
  });
  await open(page);
  await expect(player(page).getByText('Preparing this part…')).toBeVisible();
  await expectPlaying(page, 1);
  const gaps = askedAt.slice(1).map((at, i) => at - (askedAt[i] ?? 0));
  expect(gaps).toHaveLength(2);
  expect(Math.min(...gaps)).toBeGreaterThan(1900);
  await expect(player(page)).toHaveAttribute('data-quality', '360p');

  await page.keyboard.press('9');
  await expect(player(page).getByText('Preparing this part…')).toBeVisible();
  await expect(player(page).getByRole('alert')).toBeHidden();
  await page.keyboard.press('0');
  await expectPlaying(page, 1);
  await expect(player(page)).toHaveAttribute('data-quality', '360p');
  await expect(player(page)).toHaveAttribute('data-choice', '360p');
  expect(errors()).toEqual([]);
});

test('a player that waits as the server says still tells which quality it shows (contracts.md §9)', async ({
  page,
}) => {
  await changeConfig(page, { complete: false });
  await page.route(SEGMENT, (route) => (numberOf(route) > 0 ? refuse(route, 60) : route.continue()));
  await open(page);
  await expectPlaying(page, 1);
  await expect(player(page)).toHaveAttribute('data-quality', '360p');
});

test('Auto looks once whether another quality of the place is made, then waits as the server says (contracts.md §9)', async ({
  page,
}) => {
  await changeConfig(page, { complete: false });
  const asked = new Map<string, number>();
  let refused = 0;
  await page.route(/\/hls\/[^/]+\/[^/]+\/\d+-\d+\.ts/, (route) => {
    const [path = ''] = new URL(route.request().url()).pathname.split('.');
    const times = (asked.get(path) ?? 0) + 1;
    asked.set(path, times);
    if (times > 1) return route.continue();
    refused += 1;
    return refuse(route, 2);
  });
  await signIn(page, panel);
  await page.goto(`${panel.base}/videos/${videoId}`);
  await expect(player(page).getByText('Preparing this part…')).toBeVisible();
  await expectPlaying(page, 1);
  await expect(player(page).getByRole('alert')).toBeHidden();
  await expect(player(page)).toHaveAttribute('data-choice', 'auto');
  expect(refused).toBeGreaterThan(0);
});

test('a segment that the server holds while it is made brings the same word, and no second request', async ({
  page,
}) => {
  await changeConfig(page, { complete: false });
  let asked = 0;
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(SEGMENT, async (route) => {
    if (numberOf(route) === 0) {
      asked += 1;
      await held;
    }
    return route.continue();
  });
  await open(page);
  await expect(player(page).getByText('Preparing this part…')).toBeVisible();
  release();
  await expectPlaying(page, 1);
  expect(asked).toBe(1);
});

test('a last segment that was promised and does not exist is the end of the video, not an error', async ({
  page,
}) => {
  const last = await lastSegment(page);
  let missed = 0;
  await page.route(SEGMENT, (route) => {
    if (numberOf(route) !== last) return route.continue();
    missed += 1;
    return route.fulfill({ status: 404, contentType: 'text/plain', body: 'This segment does not exist.' });
  });
  await page.reload();
  await expectPlaying(page, 0.3);
  await page.keyboard.press('8');
  await expect(player(page)).toHaveAttribute('data-state', 'ended', { timeout: 30_000 });
  expect(missed).toBeGreaterThan(0);
  expect(missed).toBeLessThan(6);
  expect(await currentTime(page)).toBeGreaterThan(SECONDS * 0.75);

  // Back from the end, and straight into what does not exist.
  await page.keyboard.press('0');
  await expectPlaying(page, 0.5);
  await page.reload();
  await expectPlaying(page, 0.3);
  await page.keyboard.press('End');
  await expect(player(page)).toHaveAttribute('data-state', 'ended', { timeout: 30_000 });
  await expect(player(page).getByRole('alert')).toBeHidden();
});

test('a list without an end plays from its start with a growing length, and the full list takes its place', async ({
  page,
}) => {
  await changeConfig(page, { complete: false, durationSeconds: null });
  let known = 4;
  await page.route('**/playlist.m3u8*', async (route) => {
    const answer = await route.fetch();
    const text = await answer.text();
    const lines = text.split('\n');
    const segments = lines.filter((line) => SEGMENT.test(line) || /\d+-\d+\.ts/.test(line));
    if (known >= segments.length) return route.fulfill({ response: answer, body: text });
    const cut = lines.indexOf(segments[known] ?? '') - 1;
    const head = lines.slice(0, cut).map((line) => line.replace('TYPE:VOD', 'TYPE:EVENT'));
    return route.fulfill({ response: answer, body: `${head.join('\n')}\n` });
  });
  await open(page);
  await expectPlaying(page, 0.5);
  expect(await currentTime(page)).toBeLessThan(8);
  await expect(player(page).getByText('so far')).toBeAttached();
  const length = async () => Number(await player(page).getAttribute('data-duration'));
  const first = await length();
  expect(first).toBeLessThan(SECONDS - 4);
  known = 6;
  await expect.poll(length, { timeout: 30_000 }).toBeGreaterThan(first + 2);
  known = Number.POSITIVE_INFINITY;
  await expect.poll(length, { timeout: 30_000 }).toBeGreaterThan(SECONDS - 1);
  await expect(player(page).getByText('so far')).toBeHidden();
  await page.keyboard.press('9');
  await expect(player(page)).toHaveAttribute('data-state', 'ended', { timeout: 30_000 });
});
