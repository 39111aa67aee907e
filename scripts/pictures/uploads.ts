import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright';
import { makeClip } from '../../tests/support/media.ts';
import type { RunningServer } from '../../tests/support/server.ts';

const MB = 1_000_000;
const SLOW_BYTES_PER_SECOND = MB / 2;
const LOOK_MS = 4_000;

/** Files for each state of an upload: two that take long, one that becomes a video, one that only has its name, a picture. */
async function someFiles({ dataDir }: RunningServer): Promise<string[]> {
  const long = ['Krakatau from the sea.mov', 'Night market.mkv'].map((name) => path.join(dataDir, name));
  for (const file of long) writeFileSync(file, Buffer.alloc(60 * MB));
  const clip = await makeClip(path.join(dataDir, 'Temple at dawn.mp4'), { seconds: 2, size: '640x360' });
  const recipe = path.join(dataDir, 'Recipe.mp4');
  writeFileSync(recipe, 'Two eggs, flour, and a little salt.\n'.repeat(200));
  const poster = path.join(dataDir, 'poster.jpg');
  writeFileSync(poster, 'no picture either');
  return [clip, recipe, ...long, poster];
}

/** The tray beside the library and on the page of uploads, in its states; `take` makes a picture of that name. */
export async function uploadPictures(
  page: Page,
  server: RunningServer,
  take: (name: string) => Promise<void>,
): Promise<void> {
  const files = await someFiles(server);
  await page.goto(`${server.base}/library`);
  const session = await page.context().newCDPSession(page);
  const conditions = { latency: 0, downloadThroughput: -1, uploadThroughput: SLOW_BYTES_PER_SECOND };
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', { offline: false, ...conditions });
  await page.getByRole('main').getByLabel('Video files').first().setInputFiles(files);
  const tray = page.getByRole('region', { name: 'Uploads in this window' });
  const row = (name: string) => tray.getByRole('listitem', { name });
  await tray.waitFor();
  await take('tray-folded-or-open');
  const show = async () => {
    const button = tray.getByRole('button', { name: 'Show the uploads' });
    if (await button.isVisible()) await button.click();
  };
  await show();
  await row('Recipe.mp4').and(page.locator('[data-state=failed]')).waitFor({ timeout: 60_000 });
  await page.waitForTimeout(LOOK_MS);
  await take('tray-sending');
  await row('Night market.mkv').getByRole('button', { name: 'Pause' }).click();
  await session.send('Network.emulateNetworkConditions', { offline: true, ...conditions });
  await row('Krakatau from the sea.mov').getByText('This computer is offline').waitFor();
  await take('tray-offline');
  await session.send('Network.emulateNetworkConditions', { offline: false, ...conditions });
  if (await page.getByRole('link', { name: 'Uploads' }).first().isVisible()) {
    await page.getByRole('link', { name: 'Uploads' }).first().click();
    await page.waitForTimeout(LOOK_MS);
    await take('tray-on-uploads');
    await show();
  }
  for (const name of ['Krakatau from the sea.mov', 'Night market.mkv']) {
    await row(name)
      .getByRole('button', { name: `Cancel the upload of ${name}` })
      .click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel upload' }).click();
    await row(name).waitFor({ state: 'detached' });
  }
  await take('tray-over');
}
