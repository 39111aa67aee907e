import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { chromium, expect, type Locator, type Page, test } from '@playwright/test';
import { CHROMIUM } from '../../support/chromium.ts';
import { cuttableLine } from '../../support/cuttable-line.ts';
import { settled } from '../../support/upload.ts';
import { dropFiles, openPanel, signIn, watchErrors } from '../support.ts';
import { bigClip, expectSame, lineOf, MIB, type Sent, watchUploads } from '../uploads.ts';

const CUT_MS = 30_000;

const panel = openPanel();

const tray = (page: Page): Locator => page.getByRole('region', { name: 'Uploads in this window' });
const rowIn = (page: Page, name: string): Locator => tray(page).getByRole('listitem', { name });

/** Opens the library on a slow line and gives it one file; answers the upload's address once it has one. */
async function begin(page: Page, base: string, file: string) {
  await page.goto(`${base}/library`);
  const line = await lineOf(page);
  await line.slow();
  const created = page.waitForResponse(
    (one) => one.request().method() === 'POST' && one.url().endsWith('/files'),
  );
  await page.getByRole('main').getByLabel('Video files').setInputFiles(file);
  const answer = await created;
  const videoId = (await answer.headerValue('video-id')) ?? '';
  return { line, id: path.basename((await answer.headerValue('location')) ?? ''), videoId };
}

/** What the server has on its disk, without a request that would end the one that sends. */
const arrived = (id: string): number => {
  const info = statSync(path.join(panel.dataDir, 'temp/uploads', id), { throwIfNoEntry: false });
  return info?.size ?? Number.POSITIVE_INFINITY;
};

const patches = (sent: readonly Sent[]): number[] =>
  sent.filter(({ method }) => method === 'PATCH').map(({ offset }) => offset);

test('a network that is cut for 30 s is a wait, not an error: the upload goes on by itself and is exact (UX 14)', async ({
  page,
}) => {
  const errors = watchErrors(page);
  const wire = await cuttableLine(panel.server.port);
  try {
    const file = await bigClip(panel.dataDir, 'strait.mp4', 8);
    const sent = watchUploads(page);
    await signIn(page, { base: wire.base });
    const { line, id, videoId } = await begin(page, wire.base, file);
    await expect.poll(() => arrived(id), { timeout: 30_000 }).toBeGreaterThan(MIB);

    await wire.cut();
    const strait = rowIn(page, 'strait.mp4');
    await expect(strait).toHaveAttribute('data-state', 'waiting', { timeout: 20_000 });
    await expect(strait.getByText(/goes on by itself/)).toBeVisible();
    await wait(CUT_MS);
    const kept = arrived(id);
    const before = patches(sent).length;
    await wire.mend();
    await expect(strait).toHaveAttribute('data-state', 'sending', { timeout: 40_000 });
    await line.fast();
    expect((await settled(panel.client, videoId)).state).toBe('ready');
    expect(patches(sent)[before]).toBe(kept);
    expect(sent.filter(({ method }) => method === 'POST')).toHaveLength(1);
    await expectSame(panel.dataDir, videoId, file);
    await expect(strait).toHaveAttribute('data-state', 'ready');
    expect(errors()).toEqual([]);
  } finally {
    await wire.close();
  }
});

test('a browser that is closed at 60 % and started again asks for the file by name and goes on there (UX 12)', async () => {
  const profile = mkdtempSync(path.join(tmpdir(), 'siaran-profile-'));
  const file = await bigClip(panel.dataDir, 'lagoon.mp4', 8);
  const sizeBytes = statSync(file).size;
  const wire = await cuttableLine(panel.server.port);
  try {
    const first = await chromium.launchPersistentContext(profile, CHROMIUM);
    const page = first.pages()[0] ?? (await first.newPage());
    await signIn(page, { base: wire.base });
    const { id, videoId } = await begin(page, wire.base, file);
    await expect
      .poll(() => arrived(id), { timeout: 40_000, intervals: [50] })
      .toBeGreaterThan(sizeBytes * 0.6);
    // The slow line ends before the browser does, which would send all the rest in between.
    await wire.cut();
    await first.close();
    await wire.mend();
    const kept = arrived(id);
    expect(kept).toBeLessThan(sizeBytes);

    const second = await chromium.launchPersistentContext(profile, CHROMIUM);
    const again = second.pages()[0] ?? (await second.newPage());
    const sent = watchUploads(again);
    await again.goto(`${wire.base}/overview`);
    if (new URL(again.url()).pathname !== '/overview') await signIn(again, { base: wire.base });
    const lagoon = rowIn(again, 'lagoon.mp4');
    await expect(lagoon.getByText(/^Choose the file again to go on at [67]\d %/)).toBeVisible();
    await lagoon.getByLabel('Video files').setInputFiles(file);
    expect((await settled(panel.client, videoId)).state).toBe('ready');
    expect(patches(sent)[0]).toBe(kept);
    expect(sent.map(({ method }) => method)).not.toContain('POST');
    await expectSame(panel.dataDir, videoId, file);
    await second.close();
  } finally {
    await wire.close();
    rmSync(profile, { recursive: true, force: true });
  }
});

test('the tray stays while pages change, nothing is sent twice, and it ends with Watch (UX 13, S4.7)', async ({
  page,
}) => {
  const errors = watchErrors(page);
  const file = await bigClip(panel.dataDir, 'canal.mp4', 6);
  const sent = watchUploads(page);
  await signIn(page, panel);
  const { line, id, videoId } = await begin(page, panel.base, file);
  const canal = rowIn(page, 'canal.mp4');
  for (const name of ['Channels', 'Live', 'Overview', 'Library']) {
    await page.getByRole('navigation').getByRole('link', { name }).first().click();
    await expect(page).toHaveURL(new RegExp(`/${name.toLowerCase()}`));
    const from = arrived(id);
    await expect(canal).toHaveAttribute('data-state', 'sending');
    await expect(canal.getByText(/\d+ %/)).toBeVisible();
    await expect.poll(() => arrived(id), { timeout: 20_000 }).toBeGreaterThan(from);
  }
  await canal.getByRole('button', { name: 'Pause' }).click();
  await expect(canal.getByText(/^Paused at \d+ %/)).toBeVisible();
  await line.fast();
  await canal.getByRole('button', { name: 'Resume' }).click();
  expect((await settled(panel.client, videoId)).state).toBe('ready');
  await expect(canal).toHaveAttribute('data-state', 'ready');
  expect(sent.filter(({ method }) => method === 'POST')).toHaveLength(1);
  await expectSame(panel.dataDir, videoId, file);
  await canal.getByRole('link', { name: 'Watch' }).click();
  await expect(page).toHaveURL(new RegExp(`/library/${videoId}`));
  await tray(page).getByRole('button', { name: 'Clear the list of uploads' }).click();
  await expect(tray(page)).toHaveCount(0);
  expect(errors()).toEqual([]);
});

test('files dropped on any page go up together; what is no video is refused at once with a sentence', async ({
  page,
}) => {
  const names = ['one.mp4', 'two.mp4', 'three.mp4', 'four.mp4'];
  const files = await Promise.all(names.map((name) => bigClip(panel.dataDir, name, 1)));
  const picture = path.join(panel.dataDir, 'poster.jpg');
  writeFileSync(picture, 'no picture either');
  await signIn(page, panel);
  await page.goto(`${panel.base}/channels`);
  const sent = watchUploads(page);
  await dropFiles(page, [...files, picture]);
  await expect(rowIn(page, 'poster.jpg').getByText(/^By its name this file is no video/)).toBeVisible();
  for (const name of names)
    await expect(rowIn(page, name)).toHaveAttribute('data-state', 'ready', { timeout: 60_000 });
  expect(sent.filter(({ method }) => method === 'POST')).toHaveLength(names.length);
  await rowIn(page, 'poster.jpg').getByRole('button', { name: 'Take off the list' }).click();
  await expect(rowIn(page, 'poster.jpg')).toHaveCount(0);
});
