import { expect, type Page, test } from '@playwright/test';
import type { StreamConfig } from '../../../lib/contract/videos.ts';
import { makeFilm } from '../../support/film.ts';
import { settled, uploadFile } from '../../support/upload.ts';
import {
  chooseQuality,
  currentTime,
  expectPlaying,
  openPanel,
  player,
  signIn,
  watchErrors,
} from '../support.ts';

const SECONDS = 60;

const panel = openPanel();
let videoId: string;
test.beforeAll(async () => {
  const film = await makeFilm(panel.dataDir, {
    seconds: SECONDS,
    chapters: [
      { startSeconds: 0, title: 'The road' },
      { startSeconds: 20, title: 'The river' },
    ],
    subtitles: ['It is <i>raining</i> again.', 'Hujan <i>lagi</i>.'],
  });
  videoId = await uploadFile(panel.client, film);
  await settled(panel.client, videoId);
});
test.beforeEach(async () => {
  await panel.client.call('PUT', `/api/v1/videos/${videoId}/position`, { seconds: 0 });
});

const video = (page: Page) => player(page).locator('video');
const savedSeconds = async (): Promise<number | null> =>
  (await panel.client.get<StreamConfig>(`/api/v1/videos/${videoId}/stream-config`)).body.positionSeconds;
async function open(page: Page): Promise<void> {
  await signIn(page, panel);
  await page.goto(`${panel.base}/videos/${videoId}`);
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
  await page.goto(`${panel.base}/videos/${videoId}`);
  await expectPlaying(page, 0.3);
  await page.keyboard.press('End');
  await expect(player(page)).toHaveAttribute('data-state', 'ended');
  await expect.poll(savedSeconds).toBeNull();
});

test('the position bar shows the picture, the time and the chapter of the place that is pointed at (S2.7)', async ({
  page,
}) => {
  const asked: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.includes('storyboard')) asked.push(pathname.split('/').at(-1) ?? '');
  });
  await open(page);
  expect(asked).toEqual([]);
  const bar = player(page).getByRole('slider', { name: 'Position' });
  await player(page).hover();
  const box = await bar.boundingBox();
  if (!box) throw new Error('The position bar has no place on the screen.');
  const picture = player(page).locator('[data-storyboard]');
  const pointAt = (share: number) => page.mouse.move(box.x + box.width * share, box.y + box.height / 2);
  const shownSeconds = async () => Number(await picture.getAttribute('data-storyboard'));
  await pointAt(0.1);
  await expect.poll(shownSeconds).toBeGreaterThanOrEqual(0);
  expect(await shownSeconds()).toBeLessThanOrEqual(6);
  await expect(bar.getByText('The road')).toBeVisible();
  await pointAt(0.75);
  await expect.poll(shownSeconds).toBeGreaterThan(30);
  expect(await shownSeconds()).toBeLessThanOrEqual(45);
  await expect(bar.getByText(/^0:4[45]$/)).toBeVisible();
  await expect(bar.getByText('The river')).toBeVisible();
  const sheet = await picture.locator('span').evaluate(async (part) => {
    const src = getComputedStyle(part).backgroundImage.slice('url("'.length, -'")'.length);
    const image = Object.assign(new Image(), { src });
    await image.decode();
    const [x = 0] = getComputedStyle(part).backgroundPosition.split(' ').map(Number.parseFloat);
    return { width: image.naturalWidth, x: -x };
  });
  expect(sheet.width).toBeGreaterThan(100);
  expect(sheet.x).toBeLessThan(sheet.width);
  expect(asked.filter((name) => name === 'storyboard.vtt')).toHaveLength(1);
  await expect(bar.locator('[data-chapter]')).toHaveCount(1);

  await player(page).getByRole('button', { name: 'Chapter: The road' }).click();
  await page.getByRole('menuitemradio', { name: 'The river' }).click();
  await expect.poll(() => currentTime(page)).toBeGreaterThanOrEqual(20);
});

test('subtitles are off until they are chosen, c turns them off and on, and the choice outlives a reload', async ({
  page,
}) => {
  await open(page);
  const text = player(page).locator('[data-captions]');
  await expect(text).toBeHidden();
  await player(page).hover();
  await player(page).getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('menuitem', { name: /^Subtitles/ }).click();
  await expect(page.getByRole('menuitemradio', { name: 'Off' })).toBeChecked();
  await page.getByRole('menuitemradio', { name: 'Indonesian' }).click();
  await expect(text.getByText('Hujan lagi.')).toBeVisible();
  expect(await text.locator('i').textContent()).toBe('lagi');

  await page.reload();
  await expectPlaying(page, 0.3);
  await expect(player(page)).toHaveAttribute('data-subtitle', '1');
  await expect(text.getByText('Hujan lagi.')).toBeVisible();
  await page.keyboard.press('c');
  await expect(text).toBeHidden();
  await page.reload();
  await expectPlaying(page, 0.3);
  await expect(player(page)).toHaveAttribute('data-subtitle', '');
  await page.keyboard.press('c');
  await expect(player(page)).toHaveAttribute('data-subtitle', '1');
});

test('the small player in the corner shows the subtitles that were chosen', async ({ page }) => {
  await open(page);
  await page.keyboard.press('c');
  const text = player(page).locator('[data-captions]');
  await expect(text).toBeVisible();
  await page.getByRole('link', { name: 'Videos', exact: true }).first().click();
  await page.waitForURL(/\/videos$/);
  await expect(player(page)).toHaveAttribute('data-docked', 'true');
  await expect(text).toBeVisible();
  const picture = await video(page).boundingBox();
  const line = await text.locator('p').first().boundingBox();
  if (!picture || !line) throw new Error('The picture or its text has no place on the screen.');
  expect(line.y).toBeGreaterThan(picture.y + picture.height / 2);
  expect(line.y + line.height).toBeLessThanOrEqual(picture.y + picture.height);
  expect(line.x).toBeGreaterThanOrEqual(picture.x);
  expect(line.x + line.width).toBeLessThanOrEqual(picture.x + picture.width);
});

test("where the browser's own HLS plays, the menu offers what works there and nothing else", async ({
  page,
}) => {
  await page.addInitScript(() => {
    for (const name of ['MediaSource', 'ManagedMediaSource']) Reflect.deleteProperty(window, name);
  });
  await open(page);
  await expect(player(page)).toHaveAttribute('data-mode', 'native');
  await player(page).hover();
  await expect(player(page).getByRole('button', { name: /^Quality/ })).toBeHidden();
  await player(page).getByRole('button', { name: 'Settings' }).click();
  const menu = page.getByRole('menu');
  for (const name of [/^Speed/, /^Subtitles/, /^Chapters/])
    await expect(menu.getByRole('menuitem', { name })).toBeVisible();
  for (const name of [/^Quality/, /^Sound/]) await expect(menu.getByRole('menuitem', { name })).toBeHidden();
  await menu.getByRole('menuitem', { name: /^Speed/ }).click();
  await page.getByRole('menuitemradio', { name: '1.5×' }).click();
  expect(await video(page).evaluate((element: HTMLVideoElement) => element.playbackRate)).toBe(1.5);
  await page.keyboard.press('c');
  await expect(player(page).locator('[data-captions]')).toBeVisible();
});

test('speed, single pictures and places by number are keys, ? lists them, and the menu works without a mouse', async ({
  page,
}) => {
  const errors = watchErrors(page);
  await open(page);
  const rate = () => video(page).evaluate((element: HTMLVideoElement) => element.playbackRate);
  // Two strokes may come before the browser tells of the first.
  await page.evaluate(() => {
    for (let i = 0; i < 2; i++)
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '>', bubbles: true }));
  });
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

test('a second sound track is chosen in the menu and remembered by its language', async ({ page }) => {
  let second = 0;
  page.on('response', (response) => {
    if (/\/audio-1\/\d+-\d+\.aac/.test(response.url()) && response.ok()) second += 1;
  });
  await open(page);
  expect(second).toBe(0);
  await player(page).hover();
  await player(page).getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('menuitem', { name: /^Sound/ }).click();
  await expect(page.getByRole('menuitemradio', { name: 'English' })).toBeChecked();
  await page.getByRole('menuitemradio', { name: 'Indonesian' }).click();
  await expect(player(page)).toHaveAttribute('data-sound', '1');
  await expect.poll(() => second).toBeGreaterThan(0);
  await expectPlaying(page, 1);

  await page.reload();
  await expectPlaying(page, 0.5);
  await expect(player(page)).toHaveAttribute('data-sound', '1');
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
  expect(qualities.map(({ id }) => id)).toEqual(['original', '480p', '360p']);
  expect(qualities[1]?.bandwidth).toBeGreaterThan(0);
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
    await open(page);
    const menu = page.getByRole('menu');
    await expect(async () => {
      // A touch on the picture shows the controls, another one hides them.
      if ((await player(page).getAttribute('data-awake')) === 'false') await player(page).tap();
      await player(page).getByRole('button', { name: 'Settings' }).tap({ timeout: 1000 });
      await expect(menu).toBeVisible({ timeout: 1000 });
    }).toPass();
    for (const name of [/^Quality/, /^Speed/, /^Subtitles/, /^Sound/, /^Chapters/, /^How this video/])
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
