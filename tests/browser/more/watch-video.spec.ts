import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import type { StreamConfig } from '../../../lib/contract/videos.ts';
import { Client } from '../../support/client.ts';
import { makeClip } from '../../support/media.ts';
import { type RunningServer, removeDataDir, startServer } from '../../support/server.ts';
import { settled, uploadFile } from '../../support/upload.ts';
import { chooseQuality, currentTime, expectPlaying, player, signIn, watchErrors } from '../support.ts';

const SECONDS = 60;

let server: RunningServer;
let client: Client;
let videoId: string;
test.beforeAll(async () => {
  server = await startServer();
  client = await new Client(server.base).signIn();
  const clip = await makeClip(path.join(server.dataDir, 'film.mp4'), {
    seconds: SECONDS,
    size: '854x480',
    rate: 10,
  });
  videoId = await uploadFile(client, clip);
  await settled(client, videoId);
});
test.afterAll(async () => {
  await server.stop();
  removeDataDir(server.dataDir);
});
test.beforeEach(async () => {
  await client.call('PUT', `/api/v1/videos/${videoId}/position`, { seconds: 0 });
});

const video = (page: Page) => player(page).locator('video');
const savedSeconds = async (): Promise<number | null> =>
  (await client.get<StreamConfig>(`/api/v1/videos/${videoId}/stream-config`)).body.positionSeconds;
const SUBTITLES = `WEBVTT

00:00:00.000 --> 00:00:59.000
It is <i>raining</i> again.

00:00:00.000 --> 00:00:59.000 line:1
At the top
`;

/** What the server says of the video, with things added that this clip does not have. */
async function serveExtras(page: Page, extra: Partial<StreamConfig>): Promise<{ storyboards: number }> {
  const count = { storyboards: 0 };
  const sheet = path.join(server.dataDir, 'sheet.jpg');
  execFileSync('ffmpeg', [
    ...[
      '-y',
      '-nostdin',
      '-loglevel',
      'error',
      '-f',
      'lavfi',
      '-i',
      'smptebars=size=160x90',
      '-frames:v',
      '1',
    ],
    ...['-vf', 'tile=2x1', sheet],
  ]);
  await page.route('**/stream-config', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ json: { ...((await answer.json()) as StreamConfig), ...extra } });
  });
  await page.route('**/extra/storyboard.vtt*', (route) => {
    count.storyboards += 1;
    const cue = (k: number) =>
      `00:00:${k ? '30' : '00'}.000 --> 00:00:${k ? '59' : '30'}.000\nsheet.jpg?sig=x#xywh=${160 * k},0,160,90`;
    return route.fulfill({ contentType: 'text/vtt', body: `WEBVTT\n\n${cue(0)}\n\n${cue(1)}\n` });
  });
  await page.route('**/extra/sheet.jpg*', (route) =>
    route.fulfill({ contentType: 'image/jpeg', body: readFileSync(sheet) }),
  );
  await page.route('**/extra/*.vtt', (route) => {
    if (route.request().url().includes('storyboard')) return route.fallback();
    return route.fulfill({ contentType: 'text/vtt', body: SUBTITLES });
  });
  return count;
}

const EXTRAS: Partial<StreamConfig> = {
  storyboard: '/extra/storyboard.vtt?expires=9999999999&sig=x',
  subtitles: [
    { track: 0, language: 'en', name: 'English', url: '/extra/en.vtt' },
    { track: 1, language: 'id', name: 'Bahasa Indonesia', url: '/extra/id.vtt' },
  ],
  chapters: [
    { startSeconds: 0, endSeconds: 20, title: 'The road' },
    { startSeconds: 20, endSeconds: 60, title: 'The river' },
  ],
};

async function open(page: Page): Promise<void> {
  await signIn(page, server);
  await page.goto(`${server.base}/videos/${videoId}`);
  await expectPlaying(page, 0.5);
}

test('a video goes on where the person stopped, after a reload and after leaving it without a pause (UX 20)', async ({
  page,
}) => {
  await open(page);
  await expect(page.getByText(/^Resumed at/)).toBeHidden();
  await page.keyboard.press('3');
  await expectPlaying(page, 0.5);
  await page.keyboard.press('k');
  await expect.poll(savedSeconds).toBeGreaterThan(17.9);
  const stopped = await currentTime(page);

  await page.reload();
  await expectPlaying(page, 0.3);
  await expect(page.getByText(/^Resumed at 0:1[89]$/)).toBeVisible();
  expect(await currentTime(page)).toBeGreaterThan(stopped - 0.5);
  expect(await currentTime(page)).toBeLessThan(stopped + 6);

  await page.getByRole('button', { name: 'Start over' }).click();
  await expect(page.getByText(/^Resumed at/)).toBeHidden();
  await expect.poll(() => currentTime(page)).toBeLessThan(4);
  await expectPlaying(page, 0.5);

  await page.keyboard.press('5');
  await expect.poll(() => currentTime(page)).toBeGreaterThan(30);
  await expectPlaying(page, 0.5);
  await page.goto('about:blank');
  await expect.poll(savedSeconds).toBeGreaterThan(30);

  // Whoever saw the end begins at the start.
  await page.goto(`${server.base}/videos/${videoId}`);
  await expectPlaying(page, 0.3);
  await page.keyboard.press('End');
  await expect(player(page)).toHaveAttribute('data-state', 'ended');
  await expect.poll(savedSeconds).toBeNull();
});

test('the position bar shows the picture, the time and the chapter of the place that is pointed at (S2.7)', async ({
  page,
}) => {
  const count = await serveExtras(page, EXTRAS);
  await open(page);
  expect(count.storyboards).toBe(0);
  const bar = player(page).getByRole('slider', { name: 'Position' });
  await player(page).hover();
  const box = await bar.boundingBox();
  if (!box) throw new Error('The position bar has no place on the screen.');
  const picture = player(page).locator('[data-storyboard]');
  const pointAt = (share: number) => page.mouse.move(box.x + box.width * share, box.y + box.height / 2);
  await pointAt(0.1);
  await expect(picture).toHaveAttribute('data-storyboard', '0');
  await expect(bar.getByText('The road')).toBeVisible();
  await pointAt(0.75);
  await expect(picture).toHaveAttribute('data-storyboard', '30');
  await expect(bar.getByText(/^0:4[45]$/)).toBeVisible();
  await expect(bar.getByText('The river')).toBeVisible();
  expect(await picture.locator('span').evaluate((part) => getComputedStyle(part).backgroundPosition)).toBe(
    '-160px 0px',
  );
  expect(count.storyboards).toBe(1);
  await expect(bar.locator('[data-chapter]')).toHaveCount(1);

  await player(page).getByRole('button', { name: 'Chapter: The road' }).click();
  await page.getByRole('menuitemradio', { name: 'The river' }).click();
  await expect.poll(() => currentTime(page)).toBeGreaterThanOrEqual(20);
});

test('subtitles are off until they are chosen, c turns them off and on, and the choice outlives a reload', async ({
  page,
}) => {
  await serveExtras(page, EXTRAS);
  await open(page);
  const text = player(page).locator('[data-captions]');
  await expect(text).toBeHidden();
  await player(page).hover();
  await player(page).getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('menuitem', { name: /^Subtitles/ }).click();
  await expect(page.getByRole('menuitemradio', { name: 'Off' })).toBeChecked();
  await page.getByRole('menuitemradio', { name: 'Bahasa Indonesia' }).click();
  await expect(text.getByText('It is raining again.')).toBeVisible();
  expect(await text.locator('i').textContent()).toBe('raining');
  const top = await text.getByText('At the top').boundingBox();
  const low = await text.getByText('It is raining').boundingBox();
  expect(top?.y).toBeLessThan((low?.y ?? 0) - 100);

  await page.reload();
  await expectPlaying(page, 0.3);
  await expect(player(page)).toHaveAttribute('data-subtitle', '1');
  await expect(text.getByText('It is raining again.')).toBeVisible();
  await page.keyboard.press('c');
  await expect(text).toBeHidden();
  await page.reload();
  await expectPlaying(page, 0.3);
  await expect(player(page)).toHaveAttribute('data-subtitle', '');
  await page.keyboard.press('c');
  await expect(player(page)).toHaveAttribute('data-subtitle', '1');
});

test('speed, single pictures and places by number are keys, ? lists them, and the menu works without a mouse', async ({
  page,
}) => {
  const errors = watchErrors(page);
  await open(page);
  const rate = () => video(page).evaluate((element: HTMLVideoElement) => element.playbackRate);
  await page.keyboard.press('>');
  await page.keyboard.press('>');
  expect(await rate()).toBe(1.5);
  await page.keyboard.press('<');
  expect(await rate()).toBe(1.25);

  await page.keyboard.press('k');
  await page.keyboard.press('5');
  await expect.poll(() => currentTime(page)).toBeCloseTo(SECONDS / 2, 0);
  await page.keyboard.press('.');
  const at = await currentTime(page);
  await page.keyboard.press('.');
  await expect.poll(() => currentTime(page)).toBeCloseTo(at + 0.1, 2);
  await page.keyboard.press(',');
  await expect.poll(() => currentTime(page)).toBeCloseTo(at, 2);

  await page.keyboard.press('?');
  const help = page.getByRole('complementary', { name: 'Keyboard shortcuts' });
  for (const what of ['Slower or faster', 'One picture back or on', 'Subtitles on or off', 'Full screen'])
    await expect(help.getByText(what)).toBeVisible();
  await expect(help.getByText('Next or previous channel')).toBeHidden();
  await page.keyboard.press('Escape');
  await expect(help).toBeHidden();

  const gear = player(page).getByRole('button', { name: 'Settings' });
  await gear.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('menu', { name: 'Settings' })).toBeVisible();
  await expect(page.getByRole('menuitem', { name: /^Quality/ })).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('menuitemradio', { name: '1.25×' })).toBeFocused();
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  expect(await rate()).toBe(2);
  await expect(page.getByRole('menu')).toBeHidden();
  await expect(gear).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menu', { name: 'Settings' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menu')).toBeHidden();
  await expect(gear).toBeFocused();
  expect(errors()).toEqual([]);
});

test('the uploaded file itself is a quality where browsers play it, and the place and speed are kept both ways', async ({
  page,
}) => {
  const { body } = await client.get<StreamConfig>(`/api/v1/videos/${videoId}/stream-config`);
  await serveExtras(page, { original: body.mp4 });
  await open(page);
  await page.keyboard.press('>');
  await page.keyboard.press('5');
  await expectPlaying(page, 0.3);
  await chooseQuality(page, /^Original/);
  await expect(player(page)).toHaveAttribute('data-mode', 'original');
  await expectPlaying(page, 0.5);
  const there = await currentTime(page);
  expect(there).toBeGreaterThan(29);
  expect(there).toBeLessThan(50);
  expect(await video(page).evaluate((element: HTMLVideoElement) => element.playbackRate)).toBe(1.25);
  await chooseQuality(page, /^360p/);
  await expect(player(page)).toHaveAttribute('data-mode', 'hls');
  await expect(player(page)).toHaveAttribute('data-quality', '360p');
  expect(await currentTime(page)).toBeGreaterThanOrEqual(there - 0.5);
  await expectPlaying(page, 0.3);
});

test('a page steers the player by the API of its element (S2.7)', async ({ page }) => {
  await open(page);
  const api = (name: string, ...args: unknown[]) =>
    player(page).evaluate(
      (element, [called, given]) => {
        const { siaran } = element as HTMLElement & { siaran: Record<string, (...a: unknown[]) => unknown> };
        return siaran[called as string]?.(...(given as unknown[]));
      },
      [name, args],
    );
  const qualities = (await api('getQualities')) as { id: string; label: string; bandwidth: number }[];
  expect(qualities.map(({ id }) => id)).toEqual(['480p', '360p']);
  expect(qualities[0]?.bandwidth).toBeGreaterThan(0);
  await api('setQuality', '360p');
  await expect(player(page)).toHaveAttribute('data-quality', '360p');
  expect(await api('getQuality')).toEqual({ choice: '360p', current: '360p' });
  await api('setQuality', 'auto');
  await expect(player(page)).toHaveAttribute('data-choice', 'auto');
  await api('pause');
  await expect(player(page)).toHaveAttribute('data-state', 'paused');
  await api('seek', 12);
  await expect.poll(() => currentTime(page)).toBeCloseTo(12, 0);
  await api('play');
  await expectPlaying(page, 0.3);
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test('all settings are one sheet with lines for a finger, which leaves the picture free', async ({
    page,
  }) => {
    await serveExtras(page, EXTRAS);
    await open(page);
    const menu = page.getByRole('menu');
    await expect(async () => {
      // A touch on the picture shows the controls, another one hides them.
      if ((await player(page).getAttribute('data-awake')) === 'false') await player(page).tap();
      await player(page).getByRole('button', { name: 'Settings' }).tap({ timeout: 1000 });
      await expect(menu).toBeVisible({ timeout: 1000 });
    }).toPass();
    for (const name of [/^Quality/, /^Speed/, /^Subtitles/, /^Chapters/, /^How this video/])
      await expect(menu.getByRole('menuitem', { name })).toBeVisible();
    await menu.evaluate((element) => Promise.all(element.getAnimations().map(({ finished }) => finished)));
    const sheet = await menu.boundingBox();
    const picture = await video(page).boundingBox();
    if (!sheet || !picture) throw new Error('The menu or the picture has no place on the screen.');
    expect(sheet.y).toBeGreaterThanOrEqual(picture.y + picture.height);
    expect(sheet.y + sheet.height).toBeLessThanOrEqual(844);
    for (const line of await menu.getByRole('menuitem').all())
      expect((await line.boundingBox())?.height).toBeGreaterThanOrEqual(44);
    await menu.getByRole('menuitem', { name: /^Speed/ }).tap();
    await page.getByRole('menuitemradio', { name: '1.5×' }).tap();
    await expect(player(page)).toHaveAttribute('data-rate', '1.5');
    await expect(menu).toBeHidden();
  });
});
