import { statSync } from 'node:fs';
import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { ADMIN } from '../../support/server.ts';
import { settled } from '../../support/upload.ts';
import { openPanel, signIn, watchErrors } from '../support.ts';
import { bigClip, expectSame, lineOf, MIB, watchUploads } from '../uploads.ts';

const panel = openPanel();

const CHUNKS = /\/_next\/static\/chunks\/.*\.js/;
/** The framework's own page for anything that it does not expect. */
const expectOurs = (page: Page): Promise<void> =>
  expect(page.getByText(/This page couldn.t load/)).toHaveCount(0);

/** Opens Users, and waits until the page needs nothing more. */
async function openUsers(page: Page): Promise<void> {
  await signIn(page, panel);
  await page.goto(`${panel.base}/users`);
  await expect(page.getByRole('main').getByText(ADMIN.email).first()).toBeVisible();
}

test('a part of the page that does not arrive comes by itself when it can be had again', async ({ page }) => {
  const errors = watchErrors(page);
  await openUsers(page);
  let asked = 0;
  await page.route(CHUNKS, (route) => {
    asked += 1;
    return route.abort('connectionreset');
  });
  await page.getByRole('button', { name: 'Add person' }).click();
  const note = page.getByText('A part of this page did not arrive.');
  await expect(note).toBeVisible();
  await expect.poll(() => asked, { timeout: 20_000 }).toBeGreaterThan(4);
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page.getByRole('heading', { name: 'Users' })).toBeVisible();
  await page.unroute(CHUNKS);
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await expect(page.getByRole('dialog')).toBeVisible();
  await expect(note).toHaveCount(0);
  expect(errors()).toEqual([]);
});

test('a part that a newer version of the server has no more ends in a sentence with “Reload the page”', async ({
  page,
}) => {
  await openUsers(page);
  await page.route(CHUNKS, (route) => route.fulfill({ status: 404, body: 'Not Found' }));
  await page.getByRole('button', { name: 'New token' }).click();
  await expect(page.getByText('Siaran was updated.')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Users' })).toBeVisible();
  await page.unroute(CHUNKS);
  await page.getByRole('button', { name: 'Reload the page' }).click();
  await expect(page.getByText('Siaran was updated.')).toHaveCount(0);
  await page.getByRole('button', { name: 'New token' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
});

/**
 * Holds the panel's scripts until the server is dead, which it is when the page and its first script have come, who looks
 * after the others; `killed` is when that is.
 */
async function killBeforeScripts(page: Page, address: string): Promise<{ killed: Promise<void> }> {
  const dead = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  await page.route(CHUNKS, async (route) => {
    begun.resolve();
    await dead.promise;
    await route.continue();
  });
  // Scripts are asked for while the page is still on its way: a kill then would cut the page.
  const come = [address, `${panel.base}/start.js`].map(async (one) =>
    (await page.waitForResponse(one)).finished(),
  );
  const killed = Promise.all([begun.promise, ...come]).then(() => panel.server.kill());
  return { killed: killed.then(dead.resolve) };
}

test('a page whose own scripts were on their way when the server died opens by itself when it is back', async ({
  page,
}) => {
  await signIn(page, panel);
  const address = `${panel.base}/library`;
  const { killed } = await killBeforeScripts(page, address);
  await page.goto(address, { waitUntil: 'commit' });
  await killed;
  await expect(page.getByText('The server does not answer.')).toBeVisible();
  await expectOurs(page);
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await panel.startAgain();
  await expect(page.getByRole('button', { name: 'Load demo' })).toBeVisible({ timeout: 60_000 });
  await expectOurs(page);
});

test('while the server is dead another page waits for it, the upload in the tray is kept, and both go on when it is back', async ({
  page,
}) => {
  const file = await bigClip(panel.dataDir, 'ferry.mp4', 6);
  const sent = watchUploads(page);
  await signIn(page, panel);
  await page.goto(`${panel.base}/uploads`);
  const line = await lineOf(page);
  await line.slow();
  const created = page.waitForResponse(
    (one) => one.request().method() === 'POST' && one.url().endsWith('/files'),
  );
  await page.getByRole('region', { name: 'Upload videos' }).getByLabel('Video files').setInputFiles(file);
  const answer = await created;
  const id = path.basename((await answer.headerValue('location')) ?? '');
  const videoId = (await answer.headerValue('video-id')) ?? '';
  const onDisk = path.join(panel.dataDir, 'temp/uploads', id);
  await expect.poll(() => statSync(onDisk).size, { timeout: 30_000 }).toBeGreaterThan(MIB / 4);

  await panel.server.kill();
  const kept = statSync(onDisk).size;
  for (const name of ['Providers', 'Users']) {
    await page.getByRole('navigation').getByRole('link', { name }).first().click();
    await expectOurs(page);
  }
  await expect(page.getByRole('region', { name: 'Uploads in this window' })).toContainText('ferry.mp4');
  const before = sent.length;
  await panel.startAgain();
  await expect(page.getByRole('heading', { name: 'Users' })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('main').getByText(ADMIN.email).first()).toBeVisible();
  await line.fast();
  expect((await settled(panel.client, videoId)).state).toBe('ready');
  expect(sent.filter(({ method }) => method === 'POST')).toHaveLength(1);
  expect(sent.slice(before).find(({ method }) => method === 'PATCH')?.offset).toBe(kept);
  await expectSame(panel.dataDir, videoId, file);
});
