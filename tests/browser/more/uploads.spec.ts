import { copyFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, type Locator, type Page, test } from '@playwright/test';
import { createUpload, offsetOf } from '../../support/tus.ts';
import { settled } from '../../support/upload.ts';
import { openPanel, signIn, watchErrors } from '../support.ts';
import { bigClip, expectSame, lineOf, MIB, watchUploads } from '../uploads.ts';

const panel = openPanel();

const rowOf = (page: Page, title: string): Locator =>
  page.getByRole('main').getByRole('listitem', { name: new RegExp(`^${title}`) });

/** Opens Uploads on a slow line and gives it files; answers once each has an address on the server. */
async function beginUploads(page: Page, files: string[]) {
  await page.goto(`${panel.base}/uploads`);
  const line = await lineOf(page);
  await line.slow();
  const locations: Promise<string>[] = [];
  const created = new Promise<void>((resolve) => {
    page.on('response', (response) => {
      if (response.request().method() !== 'POST' || !response.url().endsWith('/files')) return;
      locations.push(response.headerValue('location').then((value) => value ?? ''));
      if (locations.length === files.length) resolve();
    });
  });
  await page.getByRole('region', { name: 'Upload videos' }).getByLabel('Video files').setInputFiles(files);
  await created;
  return { line, locations: await Promise.all(locations) };
}

/** Waits until the server has some of it on its disk, but not all. */
async function expectMiddle(location: string, sizeBytes: number): Promise<number> {
  await expect.poll(() => offsetOf(panel.client, location), { timeout: 30_000 }).toBeGreaterThan(MIB / 4);
  const offset = await offsetOf(panel.client, location);
  expect(offset).toBeLessThan(sizeBytes);
  return offset;
}

const videoIdOf = async (title: string): Promise<string> => {
  const { body } = await panel.client.get<{ items: { id: string }[] }>(`/api/v1/videos?search=${title}`);
  return body.items[0]?.id ?? '';
};

test('several files go up at once; each can be paused, resumed and cancelled by itself (UX 12, S4.1, S4.7, S4.9)', async ({
  page,
}) => {
  const errors = watchErrors(page);
  const names = ['harbour', 'market', 'temple'];
  const files = await Promise.all(names.map((name) => bigClip(panel.dataDir, `${name}.mp4`, 8)));
  await signIn(page, panel);
  const { line } = await beginUploads(page, files);
  for (const name of names)
    await expect(rowOf(page, name).getByRole('button', { name: 'Pause' })).toBeVisible();

  const harbour = rowOf(page, 'harbour');
  await harbour.getByRole('button', { name: 'Pause' }).click();
  await expect(harbour.getByText(/^Paused at \d+ %/)).toBeVisible();
  const market = rowOf(page, 'market');
  await market.getByRole('button', { name: 'Cancel the upload of market.mp4' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel upload' }).click();
  await expect(page.getByText('The upload of market.mp4 was cancelled.')).toBeVisible();
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(market).toHaveCount(0);
  expect(await videoIdOf('market')).toBe('');

  await line.fast();
  const temple = await videoIdOf('temple');
  expect((await settled(panel.client, temple)).state).toBe('ready');
  await expect(harbour.getByText(/^Paused at \d+ %/)).toBeVisible();
  await harbour.getByRole('button', { name: 'Resume' }).click();
  const resumed = await videoIdOf('harbour');
  expect((await settled(panel.client, resumed)).state).toBe('ready');
  await expect(page.getByRole('region', { name: 'Ready' }).getByRole('listitem')).toHaveCount(2);
  await expectSame(panel.dataDir, temple, files[2] ?? '');
  await expectSame(panel.dataDir, resumed, files[0] ?? '');
  expect(errors()).toEqual([]);
});

test('a reload in the middle warns and keeps the upload; with the same file it goes on from the byte the server has (UX 12, UX 13, S4.1, S4.7)', async ({
  page,
}) => {
  const file = await bigClip(panel.dataDir, 'river.mp4', 8);
  const sent = watchUploads(page);
  await signIn(page, panel);
  const { line, locations } = await beginUploads(page, [file]);
  const location = locations[0] ?? '';
  await expectMiddle(location, statSync(file).size);

  const warned = page.waitForEvent('dialog');
  const reloaded = page.reload();
  const dialog = await warned;
  expect(dialog.type()).toBe('beforeunload');
  await dialog.accept();
  await reloaded;
  const river = rowOf(page, 'river');
  await expect(river.getByText(/^Choose the file again to go on at \d+ %/)).toBeVisible();
  const kept = await expectMiddle(location, statSync(file).size);

  // Cameras and discs write many files of one size.
  const twin = path.join(panel.dataDir, 'river 2.mp4');
  copyFileSync(file, twin);
  utimesSync(twin, new Date(), new Date(statSync(file).mtimeMs + 60_000));
  await river.getByLabel('Video files').setInputFiles(twin);
  await expect(page.getByText('That is another file.')).toBeVisible();
  expect(await offsetOf(panel.client, location)).toBe(kept);

  const before = sent.length;
  await line.fast();
  await river.getByLabel('Video files').setInputFiles(file);
  const videoId = await videoIdOf('river');
  expect((await settled(panel.client, videoId)).state).toBe('ready');
  const after = sent.slice(before);
  expect(after.map(({ method }) => method)).not.toContain('POST');
  expect(after.filter(({ method }) => method === 'PATCH')[0]?.offset).toBe(kept);
  expect(sent.filter(({ method }) => method === 'POST')).toHaveLength(1);
  await expectSame(panel.dataDir, videoId, file);
});

test('after a kill -9 of the server in the middle an upload goes on by itself, and nothing is sent twice (UP-05, S4.7)', async ({
  page,
}) => {
  const errors = watchErrors(page);
  const file = await bigClip(panel.dataDir, 'sea.mp4', 8);
  const sent = watchUploads(page);
  await signIn(page, panel);
  const { line, locations } = await beginUploads(page, [file]);
  const location = locations[0] ?? '';
  await expectMiddle(location, statSync(file).size);

  await panel.server.kill();
  const kept = statSync(path.join(panel.dataDir, 'temp/uploads', path.basename(location))).size;
  expect(kept).toBeGreaterThan(MIB / 4);
  const sea = rowOf(page, 'sea');
  await expect(sea.getByText('Reconnecting')).toBeVisible({ timeout: 30_000 });
  await expect(sea.getByText('The upload goes on by itself, nothing is lost.')).toBeVisible();
  const before = sent.length;
  await panel.startAgain();
  await expect(page.getByText(/Back online\. sea\.mp4 went on at \d+ %/)).toBeVisible({ timeout: 60_000 });
  await line.fast();
  const videoId = await videoIdOf('sea');
  expect((await settled(panel.client, videoId)).state).toBe('ready');
  const patches = sent.slice(before).filter(({ method }) => method === 'PATCH');
  expect(patches[0]?.offset).toBe(kept);
  await expect(page.getByRole('region', { name: 'Ready' }).getByText('sea', { exact: true })).toBeVisible();
  await expectSame(panel.dataDir, videoId, file);
  expect(errors()).toEqual([]);
});

test('an upload that the server cannot be told to cancel is paused and goes on; one whose video was deleted is gone (UX 12, S4.7)', async ({
  page,
}) => {
  const files = await Promise.all(
    ['lagoon', 'delta'].map((name) => bigClip(panel.dataDir, `${name}.mp4`, 8)),
  );
  await signIn(page, panel);
  await beginUploads(page, files);
  // The rows of the server, which take the place of the page's own in the first moments.
  const [lagoon, delta] = [rowOf(page, 'lagoon$'), rowOf(page, 'delta$')];
  await expect(lagoon).toBeVisible();
  await expect(delta).toBeVisible();
  await page.route('**/files/*', (route) =>
    route.request().method() === 'DELETE' ? route.abort() : route.continue(),
  );
  await lagoon.getByRole('button', { name: 'Cancel the upload of lagoon.mp4' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel upload' }).click();
  await expect(page.getByText('The server could not be told to stop. Try again in a moment.')).toBeVisible();
  await page.getByRole('dialog').getByRole('button', { name: 'Keep' }).click();
  await expect(lagoon.getByText(/^Paused at \d+ %/)).toBeVisible();
  const resumed = page.waitForRequest((request) => request.method() === 'PATCH');
  await lagoon.getByRole('button', { name: 'Resume' }).click();
  await resumed;

  await delta.getByRole('button', { name: 'Pause' }).click();
  await expect(delta.getByText(/^Paused at \d+ %/)).toBeVisible();
  const { status } = await panel.client.raw(`/api/v1/videos/${await videoIdOf('delta')}`, {
    method: 'DELETE',
  });
  expect(status).toBeLessThan(300);
  await expect(delta).toHaveCount(0);
  await expect(lagoon).toBeVisible();
});

test('of a long row of uploads each can be found, and their numbers are told once they are known (S4.6)', async ({
  page,
}) => {
  const titles = Array.from({ length: 62 }, (_, i) => `row ${i + 1}`);
  for (const title of titles) await createUpload(panel.client, `${title}.mp4`, MIB);
  await signIn(page, panel);
  await page.goto(`${panel.base}/uploads?show=uploading`);
  const rows = page.getByRole('region', { name: 'Uploading' }).getByRole('listitem');
  await expect(rows.first()).toBeVisible();
  await rows.last().scrollIntoViewIfNeeded();
  await expect(rowOf(page, 'row 1$')).toBeVisible();
  await expect(page.getByRole('button', { name: /^Uploading 6\d$/ })).toBeVisible();
});

test('a text under the name of a video ends as Failed with a sentence, the last lines of the log and Retry (UX 15, S4.6)', async ({
  page,
}) => {
  const file = path.join(panel.dataDir, 'recipe.mp4');
  writeFileSync(file, 'Two eggs, flour, and a little salt.\n'.repeat(200));
  await signIn(page, panel);
  await page.goto(`${panel.base}/uploads`);
  await page.getByRole('region', { name: 'Upload videos' }).getByLabel('Video files').setInputFiles(file);
  const row = page.getByRole('region', { name: 'Failed' }).getByRole('listitem', { name: 'recipe' });
  await expect(row).toHaveAttribute('data-state', 'failed', { timeout: 30_000 });
  await expect(row.getByText(/^This file holds no video or sound that Siaran can read\./)).toBeVisible();
  await expect(row.locator('pre')).toContainText(/\w+/);
  await expect(row.getByText('MEDIA_NOT_VIDEO')).toBeVisible();

  const videoId = await videoIdOf('recipe');
  const jobs = async () => {
    const { body } = await panel.client.get<{ items: { state: string; attempt: number }[] }>(
      `/api/v1/jobs?videoId=${videoId}`,
    );
    return body.items.filter(({ state }) => state === 'failed').length;
  };
  expect(await jobs()).toBe(1);
  await row.getByRole('button', { name: 'Retry' }).click();
  await expect.poll(jobs, { timeout: 30_000 }).toBe(2);
  await expect(row).toHaveAttribute('data-state', 'failed');
  await page.reload();
  await expect(row.getByRole('button', { name: 'Retry' })).toBeVisible();

  // Nobody waits for it on its own page.
  await page.goto(`${panel.base}/videos/${videoId}`);
  await expect(page.getByText('This video could not be made')).toBeVisible();
  await expect(page.getByText('This is still being prepared.')).toBeHidden();
  await page.getByRole('link', { name: 'See what happened' }).click();
  await expect(page).toHaveURL(`${panel.base}/library/${videoId}`);
});
