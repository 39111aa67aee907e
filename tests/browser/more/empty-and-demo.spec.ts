import { expect, type Page, test } from '@playwright/test';
import type { Page as ListPage } from '../../../lib/contract/common.ts';
import type { Video } from '../../../lib/contract/videos.ts';
import { settled } from '../../support/upload.ts';
import { expectPlaying, openPanel, signIn, watchErrors, watchRequests } from '../support.ts';

/** Every list: its page, what it says when it is empty, and what there is to press. */
const EMPTY = [
  { path: 'overview', says: 'Nothing on air yet', action: 'Load demo' },
  { path: 'live', says: 'Nothing is on air', action: 'Open TV' },
  { path: 'channels', says: 'Nothing on air yet', action: 'Import M3U' },
  { path: 'library', says: 'No video yet', action: 'Upload a video' },
  { path: 'uploads', says: 'Nothing was uploaded yet', action: 'Choose files' },
  { path: 'users', says: 'No API token', action: 'New token' },
  { path: 'tv', says: 'No channel to watch yet', action: 'Add channels' },
  { path: 'videos', says: 'No videos yet', action: 'Upload a video' },
];

const panel = openPanel(() => ({ env: { STREAM_IDLE_TIMEOUT: '2' } }));

/** A link with words inside the page itself that leads to something that is there. */
async function expectHelp(page: Page): Promise<void> {
  const help = page.getByRole('main').locator('a[href^="/api/docs"]').first();
  await expect(help).toBeVisible();
  await expect(help).toHaveText(/^\w+ \w+/);
  const answer = await page.request.get(panel.base + (await help.getAttribute('href')));
  expect(answer.status()).toBe(200);
}

test('every empty list has a sentence, something to press and a link to help', async ({ page }) => {
  const errors = watchErrors(page);
  await signIn(page, panel);
  for (const { path, says, action } of EMPTY) {
    await test.step(path, async () => {
      await page.goto(`${panel.base}/${path}`);
      const main = page.getByRole('main');
      await expect(main.getByText(says, { exact: true })).toBeVisible();
      const toPress = main.getByRole('button', { name: action }).or(main.getByRole('link', { name: action }));
      await expect(toPress.first()).toBeEnabled();
      await expectHelp(page);
    });
  }
  expect(errors()).toEqual([]);
});

test('one press on Load demo brings a channel and a video that play, and both can be deleted again (S1.1, S2.1, S2.4)', async ({
  page,
}) => {
  const strangers = watchRequests(page);
  const errors = watchErrors(page);
  await signIn(page, panel);
  await page.getByRole('button', { name: 'Load demo' }).click();
  await expect(page.getByText('The demo is here')).toBeVisible({ timeout: 60_000 });

  await page.goto(`${panel.base}/tv`);
  await page.getByRole('button', { name: /Test card/ }).click();
  await expectPlaying(page);

  const { body } = await panel.client.get<ListPage<Video>>('/api/v1/videos');
  expect((await settled(panel.client, body.items[0]?.id ?? '')).state).toBe('ready');
  await page.goto(`${panel.base}/videos`);
  await page.getByRole('link', { name: /Violet drift/ }).click();
  await page.waitForURL(/\/videos\/.+/);
  await expectPlaying(page);

  await page.goto(`${panel.base}/channels`);
  await page.getByRole('checkbox', { name: 'Select Test card' }).check();
  await page
    .getByRole('toolbar', { name: 'Selected channels' })
    .getByRole('button', { name: 'Delete' })
    .click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('1 channel deleted.')).toBeVisible();

  await page.goto(`${panel.base}/library`);
  await page.getByRole('link', { name: /Violet drift/ }).click();
  await page.waitForURL(/\/library\/.+/);
  await page.getByRole('main').getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Delete video' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete video' }).click();
  await page.waitForURL(/\/library$/);
  await expect(page.getByRole('heading', { name: 'No video yet' })).toBeVisible();
  await page.goto(`${panel.base}/overview`);
  await expect(page.getByRole('heading', { name: 'Nothing on air yet' })).toBeVisible();

  const left = await panel.client.get<{ total: number }>('/api/v1/channels');
  expect(left.body.total).toBe(0);
  expect(strangers()).toEqual([]);
  expect(errors()).toEqual([]);
});
