import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Browser, expect, type Page, test } from '@playwright/test';
import type { Channel } from '../../../lib/contract/channels.ts';
import { type LiveSource, startLiveSource } from '../../support/live-source.ts';
import { makeClip } from '../../support/media.ts';
import { settled, uploadFile } from '../../support/upload.ts';
import { openPanel, signIn, watchErrors, watchRequests } from '../support.ts';

const WIDTHS = [390, 1280];
/** What a name may do to a page: long, and without a place to break. */
const LONG = 'Langit_Nusantara_Berita_Malam_dan_Siaran_Langsung_dari_Stadion_Utama_2026_FINAL_copy';

/** An address, and words on it that stand there only when it has read what it shows. */
type Place = [address: string, words: string | RegExp];

let source: LiveSource;
test.beforeAll(async () => {
  source = await startLiveSource({ size: '320x240' });
});
const panel = openPanel(() => ({ env: { ALLOW_SOURCES: `127.0.0.1/32:${source.port}` } }));
test.afterAll(() => source.close());

let places: Place[];
const watching = new AbortController();
test.beforeAll(async () => {
  const clip = await makeClip(path.join(panel.dataDir, `${LONG}.mp4`), { seconds: 2, size: '320x240' });
  const broken = path.join(panel.dataDir, `${LONG} broken.mp4`);
  writeFileSync(broken, 'no video at all\n'.repeat(50));
  const [ready, failed] = [await uploadFile(panel.client, clip), await uploadFile(panel.client, broken)];
  const [onAir] = await addChannels();
  await panel.client.post('/api/v1/users', {
    name: LONG,
    email: `${LONG}@example.org`,
    password: LONG,
    role: 'viewer',
  });
  await panel.client.post('/api/v1/tokens', { name: LONG, role: 'viewer' });
  await panel.client.post('/api/v1/channels/import', {
    text: `#EXTM3U\n#EXTINF:-1,${LONG}\nhttp://tv.example/1.ts\n`,
    name: LONG,
    maxConnections: 1000,
  });
  expect((await settled(panel.client, ready)).state).toBe('ready');
  expect((await settled(panel.client, failed)).state).toBe('failed');
  const stream = await panel.client.raw(`/stream/${onAir?.num}`, { signal: watching.signal });
  expect(stream.status).toBe(200);
  places = [...controlPlaces(ready, failed, onAir?.id ?? ''), ...watchPlaces(ready)];
});
test.afterAll(() => watching.abort());

/** The first of them is on air, the others have addresses as providers give them. */
async function addChannels(): Promise<Channel[]> {
  const far = `https://tv.example/${LONG}/${LONG}.m3u8?token=${LONG}`;
  const made: Channel[] = [];
  for (const [name, url] of [
    [LONG, source.url],
    ['Short', far],
    [LONG.replaceAll('_', ' '), far],
  ]) {
    const body = { name, group: LONG, sources: [{ url }, { url: far }] };
    made.push((await panel.client.post<Channel>('/api/v1/channels', body)).body);
  }
  return made;
}

const controlPlaces = (ready: string, failed: string, onAir: string): Place[] => [
  ['overview', LONG],
  ['live', LONG],
  [`live?open=${onAir}`, LONG],
  ['channels', LONG],
  ['channels?add=1', 'Add channel'],
  ['channels?import=1', 'Preview'],
  [`channels?open=${onAir}`, 'Scan to watch on a phone'],
  ['library', LONG],
  ['library?show=failed', /broken/],
  [`library/${ready}`, 'Addresses'],
  [`library/${failed}`, 'Retry'],
  ['uploads', /broken/],
  ['providers', LONG],
  ['users', LONG],
  ['settings', 'Station name'],
];

const watchPlaces = (ready: string): Place[] => [
  ['tv', LONG],
  ['videos', LONG],
  [`videos/${ready}`, LONG],
  ['setup', 'Already on air'],
  ['nowhere', 'Nothing on this channel'],
];

/** How far the window and the page in it reach beyond what is seen, in pixels. */
const overhang = (page: Page): Promise<number[]> =>
  page.evaluate(() => {
    const scrollers = [document.scrollingElement, document.querySelector('main')];
    return scrollers.map((element) => (element ? element.scrollWidth - element.clientWidth : 0));
  });

async function expectFits(page: Page, [address, words]: Place): Promise<void> {
  await page.goto(`${panel.base}/${address}`);
  await expect(page.getByText(words).filter({ visible: true }).first()).toBeVisible();
  await expect(page.locator('.skeleton')).toHaveCount(0);
  expect(await page.evaluate(() => document.scrollingElement?.scrollWidth)).toBeLessThanOrEqual(
    page.viewportSize()?.width ?? 0,
  );
  expect(await overhang(page), 'sideways scroll of the window and the page').toEqual([0, 0]);
}

async function newPage(browser: Browser, width: number) {
  const phone = width < 640 ? { hasTouch: true, isMobile: true } : {};
  const context = await browser.newContext({ viewport: { width, height: 844 }, ...phone });
  const page = await context.newPage();
  return { page, errors: watchErrors(page), strangers: watchRequests(page) };
}

for (const width of WIDTHS) {
  test(`no page scrolls sideways, throws an error or asks another host at ${width} px`, async ({
    browser,
  }) => {
    const { page, errors, strangers } = await newPage(browser, width);
    await test.step('login', () => expectFits(page, ['login', 'Welcome back']));
    await signIn(page, panel);
    for (const place of places) {
      await test.step(place[0], async () => {
        await expectFits(page, place);
        expect.soft(errors()).toEqual([]);
      });
    }
    expect(strangers()).toEqual([]);
    await page.context().close();
  });
}
