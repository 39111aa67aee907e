import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, type Locator, type Page, test } from '@playwright/test';
import { type Panel, panelFor } from '../support/panel.ts';
import { ADMIN, type ServerOptions } from '../support/server.ts';

/** One server for the tests of a file. */
export const openPanel = (options?: () => ServerOptions): Panel => panelFor(test, options);

/** Hosts that the page asked for; everything but 127.0.0.1 is a fault. */
export function watchRequests(page: Page): () => string[] {
  const strange = new Set<string>();
  page.context().on('request', (request) => {
    const url = new URL(request.url());
    if (!['data:', 'blob:'].includes(url.protocol) && url.hostname !== '127.0.0.1') strange.add(url.host);
  });
  return () => [...strange];
}

/** Errors that reached the page's console; a quiet console is part of working. */
export function watchErrors(page: Page): () => string[] {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  return () => errors;
}

export async function signIn(page: Page, { base }: { base: string }, who = ADMIN): Promise<void> {
  await page.goto(`${base}/login`);
  await page.getByLabel('E-mail').fill(who.email);
  await page.getByRole('textbox', { name: 'Password' }).fill(who.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(/\/(overview|tv)/);
}

export const player = (page: Page): Locator => page.getByRole('region', { name: /^Player: / });

export const currentTime = (page: Page): Promise<number> =>
  player(page)
    .locator('video')
    .evaluate((video: HTMLVideoElement) => video.currentTime);

/** Waits until the picture moves: `seconds` of film go by, with pictures decoded. */
export async function expectPlaying(page: Page, seconds = 2): Promise<void> {
  await expect(player(page)).toHaveAttribute('data-state', 'playing', { timeout: 30_000 });
  const from = await currentTime(page);
  await expect.poll(() => currentTime(page), { timeout: 30_000 }).toBeGreaterThan(from + seconds);
  const frames = await player(page)
    .locator('video')
    .evaluate((video: HTMLVideoElement) => video.getVideoPlaybackQuality().totalVideoFrames);
  // The slowest film of the tests has ten pictures a second.
  expect(frames).toBeGreaterThan(Math.min(10, seconds * 8));
}

/** Opens the quality menu and takes one of its lines. */
export async function chooseQuality(page: Page, name: RegExp): Promise<void> {
  await player(page).hover();
  await player(page)
    .getByRole('button', { name: /^Quality/ })
    .click();
  await page.getByRole('menuitemradio', { name }).click();
}

/** Drops files from the computer onto the page, as a person does. */
export async function dropFiles(page: Page, files: readonly string[]): Promise<void> {
  const contents = files.map((file) => ({
    name: path.basename(file),
    data: readFileSync(file).toString('base64'),
  }));
  const transfer = await page.evaluateHandle((list) => {
    const held = new DataTransfer();
    for (const { name, data } of list) {
      const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0));
      held.items.add(new File([bytes], name, { lastModified: 1 }));
    }
    return held;
  }, contents);
  for (const type of ['dragenter', 'dragover', 'drop'])
    await page.dispatchEvent('body', type, { dataTransfer: transfer });
}

/** The same with a single one. */
export const dropFile = (page: Page, file: string): Promise<void> => dropFiles(page, [file]);
