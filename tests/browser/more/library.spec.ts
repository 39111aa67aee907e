import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, type Locator, type Page, test } from '@playwright/test';
import type { SegmentMap, Video, VideoServerStatus } from '../../../lib/contract/videos.ts';
import { makeClip } from '../../support/media.ts';
import { settled, uploadFile } from '../../support/upload.ts';
import { expectPlaying, openPanel, player, signIn, watchErrors } from '../support.ts';

/** A machine that does other things too takes its time. */
const SLOW_MS = 240_000;

const panel = openPanel();

const clipFile = (name: string): string => path.join(panel.dataDir, `${name}.mp4`);

async function uploadShort(name: string, seconds = 2): Promise<string> {
  const id = await uploadFile(panel.client, await makeClip(clipFile(name), { seconds, size: '320x240' }));
  expect((await settled(panel.client, id)).state).toBe('ready');
  return id;
}

const segmentsOf = async (id: string): Promise<SegmentMap> =>
  (await panel.client.get<SegmentMap>(`/api/v1/videos/${id}/segments`)).body;

const madeOf = ({ rows }: SegmentMap): number =>
  rows.flatMap(({ made }) => made).reduce((sum, [from, to]) => sum + to - from, 0);

/** How the encoders stand (proc(5), the third field of stat): R and S work or wait for work, T is held. */
async function encoderStates(): Promise<string[]> {
  const { body } = await panel.client.get<VideoServerStatus>('/api/v1/video-server/status');
  return body.encoders.flatMap(({ pid }) => {
    try {
      return pid === null ? [] : [readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0] ?? ''];
    } catch {
      return []; // ended meanwhile
    }
  });
}

const map = (page: Page): Locator => page.getByRole('slider', { name: 'Segment' });
const jobLog = (page: Page): Locator => page.getByRole('list', { name: 'Jobs' });

test('a video that is being made shows its segments; held, its encoder stands still, and it goes on to its end (S4.9)', async ({
  page,
}) => {
  test.setTimeout(SLOW_MS + 120_000);
  const errors = watchErrors(page);
  const film = await makeClip(clipFile('Long river'), { seconds: 30, size: '640x360' });
  await signIn(page, panel);
  const id = await uploadFile(panel.client, film);
  await page.goto(`${panel.base}/library/${id}`);
  await expect(map(page)).toBeVisible({ timeout: 60_000 });
  await expect(map(page)).toHaveAttribute('aria-valuemax', '4');
  await page.getByRole('button', { name: 'Pause the work on Long river' }).click();
  await expect(page.getByText('Long river is held. What is made stays.')).toBeVisible();
  await expect(page.getByText('Paused. It goes on where it is when you resume it')).toBeVisible();
  await expect(jobLog(page).locator('[data-stage=rendition]')).toHaveAttribute('data-state', 'paused');
  await expect
    .poll(async () => (await encoderStates()).every((state) => state === 'T'), { timeout: 20_000 })
    .toBe(true);
  const held = madeOf(await segmentsOf(id));

  await page.reload();
  await expect(page.getByRole('button', { name: 'Resume the work on Long river' })).toBeVisible();
  await page.goto(`${panel.base}/library`);
  const card = page.getByRole('article', { name: 'Long river' });
  await expect(card.getByRole('progressbar', { name: 'Made' }).locator('path')).not.toHaveCount(0);
  const { body } = await panel.client.get<{ items: Video[] }>('/api/v1/videos?state=unfinished');
  // Five segments, each a part of the card's map.
  expect(body.items.find((one) => one.id === id)?.madeParts?.percent).toHaveLength(5);

  await page.goto(`${panel.base}/overview`);
  await expect(page.getByRole('link', { name: 'Long river' })).toBeVisible();
  await expect(page.getByText('Paused', { exact: true })).toBeVisible();
  expect(madeOf(await segmentsOf(id))).toBe(held);

  await page.goto(`${panel.base}/library/${id}`);
  await page.getByRole('button', { name: 'Resume the work on Long river' }).click();
  await expect(page.getByText('Long river goes on where it was.')).toBeVisible();
  expect((await settled(panel.client, id, SLOW_MS)).state).toBe('ready');
  await expect(page.getByText('Done', { exact: true }).first()).toBeVisible();
  await map(page).focus();
  await page.keyboard.press('End');
  await expect(map(page)).toHaveAttribute('aria-valuetext', /^Segment 4, 0:24 to 0:30: 360p made/);
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  await expect(player(page)).toHaveAttribute('data-current-time', /^1[89]/, { timeout: 20_000 });
  expect(errors()).toEqual([]);
});

test('a video that failed tells why, shows the last lines of ffmpeg, keeps its log and is begun again (UX 15, S4.6)', async ({
  page,
}) => {
  const file = path.join(panel.dataDir, 'Recipe.mp4');
  writeFileSync(file, 'Two eggs, flour, and a little salt.\n'.repeat(200));
  const id = await uploadFile(panel.client, file);
  await settled(panel.client, id);
  await signIn(page, panel);
  await page.goto(`${panel.base}/library/${id}`);
  const alert = page.getByRole('main').getByRole('alert');
  await expect(alert).toContainText('This file holds no video or sound that Siaran can read.');
  await expect(alert.locator('pre')).toContainText(/\w+/);
  await expect(page.getByRole('list', { name: 'Steps' })).toContainText('Probefailed');
  await expect(jobLog(page).getByText('Failed')).toHaveCount(1);

  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save the job log' }).click();
  const log = readFileSync(await (await saved).path(), 'utf8');
  expect(log).toContain('Probe, try 1: Failed');
  expect(log).toContain('MEDIA_NOT_VIDEO');

  await alert.getByRole('button', { name: 'Retry' }).click();
  await expect(jobLog(page).getByText('Failed')).toHaveCount(2, { timeout: 30_000 });
});

test('making the qualities again asks first, plays on meanwhile, and ends with new ones (S4.10)', async ({
  page,
}) => {
  const id = await uploadShort('Market', 10);
  const before = await segmentsOf(id);
  await signIn(page, panel);
  await page.goto(`${panel.base}/library/${id}`);
  await page.getByRole('main').getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Make the qualities again' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('The old ones play on until the new ones are complete');
  await dialog.getByRole('button', { name: 'Make them again' }).click();
  await expect(page.getByText('The qualities of Market are made again.')).toBeVisible();
  await player(page).getByRole('button', { name: 'Play' }).first().click();
  await expectPlaying(page, 0.5);
  await expect.poll(async () => (await segmentsOf(id)).gen, { timeout: 60_000 }).toBeGreaterThan(before.gen);
  expect((await settled(panel.client, id)).state).toBe('ready');
});

test('an edit is not lost: leaving asks, and what somebody else saved meanwhile is shown before it is replaced (S4.11)', async ({
  page,
}) => {
  const id = await uploadShort('Temple');
  await signIn(page, panel);
  await page.goto(`${panel.base}/library/${id}`);
  await page.getByLabel('Title').fill('Temple by the sea');
  await page.getByRole('link', { name: 'Uploads' }).first().click();
  await expect(page.getByRole('dialog')).toContainText('is not saved yet');
  await page.getByRole('dialog').getByRole('button', { name: 'Keep' }).click();
  await expect(page.getByLabel('Title')).toHaveValue('Temple by the sea');

  await panel.client.call('PATCH', `/api/v1/videos/${id}`, { title: 'Temple at noon' });
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const alert = page.getByRole('main').getByRole('alert');
  await expect(alert).toContainText('Somebody else saved this video meanwhile.');
  await expect(alert).toContainText('Temple at noon');
  const titleOf = async () => (await panel.client.get<Video>(`/api/v1/videos/${id}`)).body.title;
  expect(await titleOf()).toBe('Temple at noon');
  await alert.getByRole('button', { name: 'Save mine instead' }).click();
  await expect(page.getByText('Saved.')).toBeVisible();
  expect(await titleOf()).toBe('Temple by the sea');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Temple by the sea');
});

test('the library finds by title and file, keeps its filter in the address, and changes many at once by keyboard', async ({
  page,
}) => {
  const names = ['Dune one', 'Dune two', 'Dune three'];
  for (const name of names) await uploadShort(name);
  const errors = watchErrors(page);
  await signIn(page, panel);
  await page.goto(`${panel.base}/library`);
  await page.getByLabel('Search the library').fill('dune');
  await expect(page).toHaveURL(/q=dune/);
  const boxes = page.getByRole('checkbox', { name: /^Select Dune/ });
  await expect(boxes).toHaveCount(3);
  await page.reload();
  await expect(boxes).toHaveCount(3);

  await boxes.first().focus();
  await page.keyboard.press('Space');
  const bar = page.getByRole('toolbar', { name: 'Selected videos' });
  await expect(bar).toContainText('1 selected');
  await bar.getByRole('button', { name: 'All shown' }).click();
  await expect(bar).toContainText('3 selected');
  await bar.getByRole('button', { name: 'Who may see' }).click();
  await page.getByRole('menuitem', { name: 'Everybody with the link' }).click();
  await expect(page.getByText('3 videos changed.')).toBeVisible();
  await page.getByLabel('Who may see it').selectOption('private');
  await expect(page.getByText('No video is called “dune”')).toBeVisible();
  await page.getByLabel('Who may see it').selectOption('link');
  await expect(page).toHaveURL(/who=link/);
  await expect(boxes).toHaveCount(3);

  await boxes.first().check();
  await bar.getByRole('button', { name: 'All shown' }).click();
  await bar.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('3 videos deleted.')).toBeVisible();
  await expect(bar).toBeHidden();
  await expect(boxes).toHaveCount(0);
  expect(errors()).toEqual([]);
});
