import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import type { SegmentMap, Video, VideoServerStatus } from '../../../lib/contract/videos.ts';
import { makeLongFilm } from '../../support/media.ts';
import { uploadFile } from '../../support/upload.ts';
import { expectPlaying, openPanel, player, signIn, watchErrors } from '../support.ts';

/** Far more than any machine makes while these tests look. */
const SECONDS = 40 * 60;

const panel = openPanel();
let videoId: string;
test.beforeAll(async () => {
  const film = await makeLongFilm(path.join(panel.dataDir, 'Monsoon.mp4'), {
    seconds: SECONDS,
    clip: { seconds: 10, size: '1280x720', args: ['-b:v', '700k'] },
  });
  videoId = await uploadFile(panel.client, film);
});

const madeSegments = async (): Promise<number> => {
  const { status, body } = await panel.client.get<SegmentMap>(`/api/v1/videos/${videoId}/segments`);
  if (status !== 200) return 0;
  return body.rows.flatMap(({ made }) => made).reduce((sum, [from, to]) => sum + to - from, 0);
};

/** Processes that make something of a video now. */
const encoderPids = async (): Promise<number[]> => {
  const { body } = await panel.client.get<VideoServerStatus>('/api/v1/video-server/status');
  return body.encoders.flatMap(({ pid }) => (pid === null ? [] : [pid]));
};

const jobRow = (page: Page) => page.getByRole('list', { name: 'Jobs' }).locator('[data-stage=rendition]');

const percentOf = (text: string): number => Number(/(\d+) %/.exec(text)?.[1] ?? Number.NaN);

test('a film plays with its whole length while its qualities are still made (UX 17)', async ({ page }) => {
  const errors = watchErrors(page);
  await signIn(page, panel);
  await page.goto(`${panel.base}/library/${videoId}`);
  await player(page).getByRole('button', { name: 'Play' }).first().click({ timeout: 60_000 });
  await expectPlaying(page, 1);
  const bar = player(page).getByRole('slider', { name: 'Position' });
  // Each repeat of the clip adds some milliseconds.
  await expect(bar).toHaveAttribute('aria-valuemax', /^240\d$/);
  const { body } = await panel.client.get<Video>(`/api/v1/videos/${videoId}`);
  expect(body.state).toBe('processing');
  expect(errors()).toEqual([]);
});

test('the line of a job names stage, share, speed and time left, and says the same after a reload and on other pages (UX 15)', async ({
  page,
}) => {
  await signIn(page, panel);
  await page.goto(`${panel.base}/library/${videoId}`);
  await expect(jobRow(page)).toContainText(/^Qualities.*\d+ %Running/, { timeout: 60_000 });
  await expect(jobRow(page)).toContainText(/\d× speed, about .+ left · since \d\d:\d\d:\d\d/, {
    timeout: 60_000,
  });
  const before = percentOf((await jobRow(page).textContent()) ?? '');
  await page.reload();
  await expect(jobRow(page)).toContainText(/\d× speed, about .+ left · since \d\d:\d\d:\d\d/);
  const after = percentOf((await jobRow(page).textContent()) ?? '');
  expect(after).toBeGreaterThanOrEqual(before);

  // Held, its numbers stand still, and every page shows the same one.
  await page.getByRole('button', { name: 'Pause the work on Monsoon' }).click();
  await expect(page.getByText('Monsoon is held. What is made stays.')).toBeVisible();
  const { body } = await panel.client.get<Video>(`/api/v1/videos/${videoId}`);
  const share = `${Math.floor(body.progress.process * 100)} %`;
  for (const address of [`library/${videoId}`, 'library', 'uploads', 'overview']) {
    await page.goto(`${panel.base}/${address}`);
    await expect(page.getByRole('main').getByText(share, { exact: true }).first()).toBeVisible();
  }
  await page.goto(`${panel.base}/library/${videoId}`);
  await page.getByRole('button', { name: 'Resume the work on Monsoon' }).click();
  await expect(page.getByText('Monsoon goes on where it was.')).toBeVisible();
});

test('after a kill of the server the work goes on by itself; deleting the video ends its encoders and removes its files (UX 16)', async ({
  page,
}) => {
  const errors = watchErrors(page);
  await signIn(page, panel);
  await page.goto(`${panel.base}/library/${videoId}`);
  await expect(jobRow(page).first()).toHaveAttribute('data-state', 'running', { timeout: 60_000 });
  await expect.poll(madeSegments, { timeout: 90_000 }).toBeGreaterThan(2);
  await panel.server.kill();
  await expect(page.getByText('Connection lost, trying again')).toBeVisible();
  await panel.startAgain();
  const kept = await madeSegments();
  expect(kept).toBeGreaterThan(2);
  await expect(page.getByText('Connection lost, trying again')).toBeHidden({ timeout: 60_000 });
  await expect(jobRow(page).first()).toHaveAttribute('data-state', 'running', { timeout: 60_000 });
  await expect.poll(madeSegments, { timeout: 90_000 }).toBeGreaterThan(kept);

  const pids = await encoderPids();
  expect(pids.length).toBeGreaterThan(0);
  await page.getByRole('main').getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Delete video' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete video' }).click();
  await page.waitForURL(/\/library$/);
  await expect(page.getByRole('heading', { name: 'No video yet' })).toBeVisible();
  await expect.poll(encoderPids, { timeout: 20_000 }).toEqual([]);
  expect(pids.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
  await expect
    .poll(() => existsSync(path.join(panel.dataDir, 'processed', videoId)), { timeout: 20_000 })
    .toBe(false);
  expect(errors()).toEqual([]);
});
