import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { makeClip } from '../../support/media.ts';
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

const SECONDS = 24;

const panel = openPanel();
let videoId: string;
let ladder: string[];
test.beforeAll(async () => {
  const clip = await makeClip(path.join(panel.dataDir, 'clip.mp4'), {
    seconds: SECONDS,
    size: '1280x720',
    rate: 15,
  });
  videoId = await uploadFile(panel.client, clip);
  ladder = (await settled(panel.client, videoId)).qualities.map(({ id }) => id);
});

const video = (page: Page) => player(page).locator('video');
const isMuted = (page: Page): Promise<boolean> =>
  video(page).evaluate((element: HTMLVideoElement) => element.muted);

/** Opens the quality menu; the names of its lines without the bit rates beside them. */
async function openQualities(page: Page): Promise<string[]> {
  await player(page).hover();
  await player(page)
    .getByRole('button', { name: /^Quality/ })
    .click();
  const lines = page.getByRole('menu', { name: 'Quality' }).getByRole('menuitemradio');
  await expect(lines.first()).toBeVisible();
  return lines.locator('span:nth-child(2)').allTextContents();
}

test('the quality menu is the uploaded file and the ladder with Auto (…) on top, a switch keeps the place, and the choice outlives a reload (S4.8, S2.7)', async ({
  page,
}) => {
  const errors = watchErrors(page);
  await signIn(page, panel);
  await page.goto(`${panel.base}/videos/${videoId}`);
  await expectPlaying(page);

  const byLines = [...ladder].sort((a, b) => Number.parseInt(b, 10) - Number.parseInt(a, 10));
  expect(byLines).toEqual(['720p', '480p', '360p']);
  const [auto, ...rungs] = await openQualities(page);
  expect(auto).toMatch(/^Auto \((720|480|360)p\)$/);
  expect(rungs[0]).toMatch(/^Original/);
  expect(rungs.slice(1)).toEqual(byLines);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menu', { name: 'Quality' })).toBeHidden();

  const before = await currentTime(page);
  const sinceMs = Date.now();
  await chooseQuality(page, /^360p/);
  await expect(player(page)).toHaveAttribute('data-quality', '360p', { timeout: 30_000 });
  await expect.poll(() => video(page).evaluate((element: HTMLVideoElement) => element.videoHeight)).toBe(360);
  const after = await currentTime(page);
  expect(after).toBeGreaterThanOrEqual(before);
  expect(after).toBeLessThan(before + (Date.now() - sinceMs) / 1000 + 1);
  await expectPlaying(page, 1);

  await page.reload();
  await expectPlaying(page);
  await expect(player(page)).toHaveAttribute('data-choice', '360p');
  await expect(player(page)).toHaveAttribute('data-quality', '360p');
  await openQualities(page);
  await expect(page.getByRole('menuitemradio', { name: /^360p/ })).toBeChecked();
  expect(errors()).toEqual([]);
});

test('k, the arrows and m steer the player, and none of them while somebody types (S2.7)', async ({
  page,
}) => {
  await signIn(page, panel);
  await page.goto(`${panel.base}/library/${videoId}?play=1`);
  await expectPlaying(page, 1);

  await page.keyboard.press('k');
  await expect(player(page)).toHaveAttribute('data-state', 'paused');
  const at = await currentTime(page);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => currentTime(page)).toBeCloseTo(at + 10, 0);
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => currentTime(page)).toBeCloseTo(at + 5, 0);
  await page.keyboard.press('m');
  await expect.poll(() => isMuted(page)).toBe(true);
  await page.keyboard.press('m');
  await expect.poll(() => isMuted(page)).toBe(false);

  const place = await currentTime(page);
  const title = page.getByRole('textbox', { name: 'Title' });
  await title.focus();
  await page.keyboard.press('End');
  await page.keyboard.type(' kmjlf');
  for (const key of ['ArrowLeft', 'ArrowRight', 'Space']) await page.keyboard.press(key);
  await expect(title).toHaveValue('clip kmjlf ');
  await expect(player(page)).toHaveAttribute('data-state', 'paused');
  expect(await isMuted(page)).toBe(false);
  expect(await currentTime(page)).toBe(place);

  await title.blur();
  await page.keyboard.press('k');
  await expectPlaying(page, 1);
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test('the quality menu is a sheet that leaves the picture free (S4.8)', async ({ page }) => {
    await signIn(page, panel);
    await page.goto(`${panel.base}/videos/${videoId}`);
    await expectPlaying(page, 1);
    const menu = page.getByRole('menu', { name: 'Quality' });
    await expect(async () => {
      // A touch on the picture shows the controls, another one hides them.
      if ((await player(page).getAttribute('data-awake')) === 'false') await player(page).tap();
      await player(page)
        .getByRole('button', { name: /^Quality/ })
        .tap({ timeout: 1000 });
      await expect(menu).toBeVisible({ timeout: 1000 });
    }).toPass();
    await menu.evaluate((element) => Promise.all(element.getAnimations().map(({ finished }) => finished)));
    const sheet = await menu.boundingBox();
    const picture = await video(page).boundingBox();
    if (!sheet || !picture) throw new Error('The menu or the picture has no place on the screen.');
    expect(sheet.y).toBeGreaterThanOrEqual(picture.y + picture.height);
    expect(sheet.y + sheet.height).toBeLessThanOrEqual(844);
    expect(sheet.width).toBeGreaterThan(350);
    for (const line of await menu.getByRole('menuitemradio').all())
      expect((await line.boundingBox())?.height).toBeGreaterThanOrEqual(44);
    await menu.getByRole('menuitemradio', { name: /^480p/ }).tap();
    await expect(menu).toBeHidden();
    await expect(player(page)).toHaveAttribute('data-choice', '480p');
  });
});
