import { expect, type Page, test } from '@playwright/test';
import type { ChannelDetail } from '../../../lib/contract/channels.ts';
import type { StreamDetail } from '../../../lib/contract/streams.ts';
import { master, media } from '../../support/hls.ts';
import { MarkedViewer } from '../../support/provider/marks.ts';
import { Provider } from '../../support/provider/provider.ts';
import { until } from '../../support/until.ts';
import { chooseQuality, expectPlaying, openPanel, player, signIn, watchErrors } from '../support.ts';
import { latest, recordPlayer, smoothness } from '../timeline.ts';

/** Large enough for the player to want 480p by itself, small enough for a processor that paints and encodes too. */
test.use({ viewport: { width: 1040, height: 640 } });

const SEGMENT_S = 2;
/** So long that a player can begin three of them behind the newest. */
const LIST_SEGMENTS = 6;
/** Pages on a busy machine see even a running clock stand for some hundred ms. */
const LONGEST_STALL_MS = 1000;
const MEGABIT_BYTES = 125_000;

let provider: Provider;
let channel: ChannelDetail;
let early: MarkedViewer;
test.beforeAll(async () => {
  provider = await Provider.start();
});
test.afterAll(() => early.leave());
const panel = openPanel(() => ({
  env: { ALLOW_SOURCES: `127.0.0.1/32:${provider.port}`, LIVE_SEGMENT_DURATION: String(SEGMENT_S) },
}));
test.afterAll(() => provider.close());
test.beforeAll(async () => {
  const sources = [{ url: provider.ts('a') }];
  channel = (
    await panel.client.post<ChannelDetail>('/api/v1/channels', { name: 'One', outputPath: 'one', sources })
  ).body;
  // Somebody watches from now on, so that no page is a first viewer, whose list is still short.
  early = new MarkedViewer(new URL(channel.urls.ts, panel.base).href, { keep: false });
  const { variants } = await master(panel.client, channel.urls.hls);
  const list = variants[0]?.uri ?? '';
  await until(
    'the list is long',
    async () => (await media(panel.client, list)).segments.length >= LIST_SEGMENTS,
    60_000,
  );
});

/** The encoders that run now, with who watches them. */
async function encoders(): Promise<Record<string, number>> {
  const { status, body } = await panel.client.get<StreamDetail>('/api/streams/one/status');
  if (status !== 200) return {};
  const running = body.rungs.filter(({ state }) => state !== 'off' && state !== 'refused');
  return Object.fromEntries(running.map(({ rung, viewers }) => [rung, viewers]));
}

async function watch(page: Page): Promise<void> {
  await page.goto(`${panel.base}/tv?ch=${channel.num}`);
  await expectPlaying(page, 1);
  await recordPlayer(page);
  await until('two segments are buffered', async () => (await latest(page)).aheadS >= 2 * SEGMENT_S);
}

async function expectSmooth(page: Page, what: string, sinceMs: number): Promise<void> {
  const { stallMs, jumpS, leastAheadS } = await smoothness(page, sinceMs);
  test.info().annotations.push({ type: what, description: JSON.stringify({ stallMs, jumpS, leastAheadS }) });
  expect.soft(stallMs, `${what}: the clock`).toBeLessThan(LONGEST_STALL_MS);
  expect.soft(jumpS, `${what}: nothing is jumped over`).toBeLessThan(0.5);
}

/** Takes a quality, and waits until it is on the screen. */
async function switchTo(page: Page, name: RegExp, id: string): Promise<void> {
  const sinceMs = Date.now();
  await chooseQuality(page, name);
  await expect(player(page)).toHaveAttribute('data-choice', id);
  await expect(player(page)).toHaveAttribute('data-quality', id, { timeout: 30_000 });
  test.info().annotations.push({ type: `to ${id}`, description: `${Date.now() - sinceMs} ms` });
  await expectSmooth(page, `to ${id}`, sinceMs);
}

test('qualities are switched without a stop, and each encoder lives as long as somebody watches it (S3.3, S2.7, B5)', async ({
  page,
}) => {
  const errors = watchErrors(page);
  await signIn(page, panel);
  await watch(page);
  // 720p is preselected, and the source has no more lines than that: nothing has to be encoded.
  await expect(player(page)).toHaveAttribute('data-choice', '720p');
  await expect(player(page)).toHaveAttribute('data-quality', 'source');
  expect(await encoders()).toEqual({});

  await chooseQuality(page, /^Auto/);
  await expect(player(page)).toHaveAttribute('data-choice', 'auto');
  await switchTo(page, /^360p/, '360p');
  await until('its encoder runs', async () => (await encoders())['360p'] === 1);
  await expect
    .poll(() =>
      player(page)
        .locator('video')
        .evaluate((video: HTMLVideoElement) => video.videoHeight),
    )
    .toBe(360);
  await switchTo(page, /^Source/, 'source');
  await switchTo(page, /^480p/, '480p');
  await until('only its encoder runs', async () => Object.keys(await encoders()).join() === '480p', 20_000);

  await page.keyboard.press('i');
  const info = page.getByRole('complementary', { name: 'Stream information' });
  await expect(info).toContainText(/Transcoded to 480p by \S+, shared by 1 viewer\./);
  await expect(info).toContainText(/Behind live\s*\d/);
  await page.keyboard.press('Escape');
  await expect(info).toBeHidden();

  await page.goto('about:blank');
  await until('all encoders are gone', async () => Object.keys(await encoders()).length === 0, 20_000);
  expect(errors()).toEqual([]);
});

test('on a line of 1 Mb/s Auto falls to 360p without a stop, and comes back when the line is free (S3.11)', async ({
  page,
}) => {
  await signIn(page, panel);
  await page.evaluate(() => localStorage.setItem('siaran.quality.live', 'auto'));
  await watch(page);
  await until('it has settled', async () => (await player(page).getAttribute('data-quality')) === '480p');
  const line = await page.context().newCDPSession(page);
  const throttle = (bytes: number) =>
    line.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: bytes > 0 ? 40 : 0,
      downloadThroughput: bytes,
      uploadThroughput: bytes,
    });
  await line.send('Network.enable');

  let sinceMs = Date.now();
  await throttle(MEGABIT_BYTES);
  await expect(player(page)).toHaveAttribute('data-quality', '360p', { timeout: 60_000 });
  await expectSmooth(page, 'down', sinceMs);
  sinceMs = Date.now();
  await throttle(-1);
  await expect(player(page)).not.toHaveAttribute('data-quality', '360p', { timeout: 60_000 });
  await expectSmooth(page, 'back', sinceMs);
  await expect(player(page)).toHaveAttribute('data-choice', 'auto');
});

test('a small player goes along while other pages are open, without a new start (UX 21)', async ({
  page,
}) => {
  await signIn(page, panel);
  await watch(page);
  let masters = 0;
  page.on('request', (request) => {
    if (/\/stream\/[^/]+\/hls(\?|$)/.test(request.url())) masters++;
  });
  const sinceMs = Date.now();
  await page.getByRole('link', { name: 'Videos', exact: true }).click();
  await page.waitForURL(/\/videos$/);
  await expect(player(page)).toHaveAttribute('data-docked', 'true');
  await expectPlaying(page, 2);
  await player(page).getByRole('button', { name: 'Back to full size' }).click();
  await page.waitForURL(/\/tv\?ch=/);
  await expect(player(page)).toHaveAttribute('data-docked', 'false');
  await expectPlaying(page, 1);
  await expectSmooth(page, 'there and back', sinceMs);
  expect(masters).toBe(0);

  await page.getByRole('link', { name: 'Videos', exact: true }).click();
  await player(page).getByRole('button', { name: 'Close the player' }).click();
  await expect(player(page)).toHaveCount(0);
});

test('? lists the shortcuts, and no key acts while somebody types (UX 19)', async ({ page }) => {
  await signIn(page, panel);
  await watch(page);
  await page.keyboard.press('?');
  const help = page.getByRole('complementary', { name: 'Keyboard shortcuts' });
  await expect(help).toContainText('Next or previous channel');
  await page.keyboard.press('?');
  await expect(help).toBeHidden();
  await page.getByLabel('Search channels').fill('');
  await page.keyboard.type('i?pmk');
  await expect(page.getByRole('complementary', { name: 'Stream information' })).toHaveCount(0);
  await expect(help).toHaveCount(0);
  await expect(player(page)).toHaveAttribute('data-state', 'playing');
});

const isMuted = (page: Page): Promise<boolean> =>
  player(page)
    .locator('video')
    .evaluate((video: HTMLVideoElement) => video.muted);

test('sound that the browser refused comes with the first touch, also when that chooses another channel (S4.8)', async ({
  page,
}) => {
  const sources = [{ url: provider.ts('b') }];
  const other = { name: 'Two', outputPath: 'two', sources };
  expect((await panel.client.post('/api/v1/channels', other)).status).toBe(201);
  // What browsers do on a page that nobody touched yet; the tests' own one is told not to.
  await page.addInitScript(() => {
    const play = HTMLMediaElement.prototype.play;
    let touched = false;
    window.addEventListener('keydown', () => {
      touched = true;
    });
    HTMLMediaElement.prototype.play = function (this: HTMLMediaElement) {
      if (touched || this.muted) return play.call(this);
      return Promise.reject(new DOMException('nobody touched this page', 'NotAllowedError'));
    };
  });
  await signIn(page, panel);
  await page.goto(`${panel.base}/tv?ch=${channel.num}`);
  await expect(player(page).getByRole('button', { name: 'Turn the sound on' })).toBeVisible();
  await expectPlaying(page, 1);
  expect(await isMuted(page)).toBe(true);
  await page.keyboard.press('PageDown');
  await expect(page.getByRole('region', { name: 'Player: Two' })).toBeVisible();
  await expect.poll(() => isMuted(page)).toBe(false);
  await expect(player(page).getByRole('button', { name: 'Turn the sound on' })).toBeHidden();
});
