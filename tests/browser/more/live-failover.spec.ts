import { type Browser, expect, type Page, test } from '@playwright/test';
import type { ChannelDetail } from '../../../lib/contract/channels.ts';
import type { StreamStatus } from '../../../lib/contract/streams.ts';
import type { FaultKind } from '../../support/provider/faults.ts';
import { MarkedViewer } from '../../support/provider/marks.ts';
import { Provider } from '../../support/provider/provider.ts';
import { until } from '../../support/until.ts';
import { expectPlaying, openPanel, player, signIn, watchErrors } from '../support.ts';
import { latest, recordPlayer, smoothness } from '../timeline.ts';

const SEGMENT_S = 2;

type Case = {
  name: string;
  first: string;
  second: string;
  fault: FaultKind;
  /** False where the first source is given a minute before it is tried again. */
  returns: boolean;
};
/** Each is watched in a page of its own while its first source goes wrong. */
const CASES: Case[] = [
  { name: 'silent', first: 'small.1', second: 'small.2', fault: 'stall_mid', returns: true },
  { name: 'silent-other-size', first: 'small.3', second: 'b.1', fault: 'stall_mid', returns: true },
  { name: 'refused', first: 'small.4', second: 'small.5', fault: 'status', returns: true },
  { name: 'picture-lost', first: 'small.6', second: 'b.2', fault: 'video_lost', returns: true },
  { name: 'sound-lost', first: 'small.7', second: 'small.8', fault: 'audio_lost', returns: false },
];
/** Pages on a busy machine see even a running clock stand for some hundred ms; the buffer tells it better. */
const LONGEST_STALL_MS = 1000;

let provider: Provider;
const early: MarkedViewer[] = [];
test.beforeAll(async () => {
  provider = await Provider.start();
});
test.afterAll(() => {
  for (const viewer of early) viewer.leave();
});
const panel = openPanel(() => ({
  env: { ALLOW_SOURCES: `127.0.0.1/32:${provider.port}`, LIVE_SEGMENT_DURATION: String(SEGMENT_S) },
}));
test.afterAll(() => provider.close());

const position = async (name: string): Promise<number> =>
  (await panel.client.get<StreamStatus>(`/api/streams/${name}/status`)).body.source_position;

/** Makes the channel; somebody watches it from now on, so that the page that comes later is no first viewer. */
async function makeChannel({ name, first, second }: Case): Promise<number> {
  const { body } = await panel.client.post<ChannelDetail>('/api/v1/channels', {
    name,
    outputPath: name,
    sources: [{ url: provider.ts(first) }, { url: provider.ts(second) }],
  });
  early.push(new MarkedViewer(new URL(body.urls.ts, panel.base).href, { keep: false }));
  return body.num;
}

type Watching = Case & { page: Page; masters: () => number; errors: () => string[] };

/** A browser's window of its own: pages of one window share six connections to a server. */
async function watch(browser: Browser, signedIn: Page, one: Case, num: number): Promise<Watching> {
  const storageState = await signedIn.context().storageState();
  // A small one, since here a processor paints the picture.
  const context = await browser.newContext({ storageState, viewport: { width: 390, height: 320 } });
  const page = await context.newPage();
  const errors = watchErrors(page);
  let masters = 0;
  page.on('request', (request) => {
    if (/\/stream\/[^/]+\/hls(\?|$)/.test(request.url())) masters++;
  });
  await page.goto(`${panel.base}/tv?ch=${num}`);
  await expectPlaying(page, 1);
  await recordPlayer(page);
  return { ...one, page, errors, masters: () => masters };
}

/** Waits until all that is buffered now has been played, and with it what came after a switch. */
async function playedOut(page: Page): Promise<void> {
  const { timeS, aheadS } = await latest(page);
  await until('what was buffered has been played', async () => (await latest(page)).timeS > timeS + aheadS);
}

/** The channel goes over to a source, and the page plays on until all of the old one has been shown. */
async function throughSwitch({ name, page }: Watching, to: number): Promise<void> {
  const sinceMs = Date.now();
  await until(`${name} plays source ${to}`, async () => (await position(name)) === to, 40_000);
  await playedOut(page);
  const { stallMs, withoutPictureMs, withoutSoundMs, jumpS, leastAheadS } = await smoothness(page, sinceMs);
  const told = `${name}, source ${to}`;
  test.info().annotations.push({ type: told, description: JSON.stringify({ stallMs, leastAheadS }) });
  expect.soft(stallMs, `${told}: the clock`).toBeLessThan(LONGEST_STALL_MS);
  expect.soft(withoutPictureMs, `${told}: the picture`).toBeLessThan(LONGEST_STALL_MS);
  expect.soft(withoutSoundMs, `${told}: the sound`).toBeLessThan(LONGEST_STALL_MS);
  expect.soft(jumpS, `${told}: nothing is jumped over`).toBeLessThan(0.3);
  expect.soft(leastAheadS, `${told}: the buffer never runs dry`).toBeGreaterThan(0.5);
}

test('an HLS viewer plays on while sources fail and while the first comes back (S1.7, B3, SRC-01, SRC-03, SRC-17)', async ({
  page,
  browser,
}) => {
  await signIn(page, panel);
  const numbers = await Promise.all(CASES.map(makeChannel));
  await page.goto('about:blank');
  await Promise.all(early.map((viewer) => viewer.receives(200_000, 30_000)));
  const all = await Promise.all(CASES.map((one, i) => watch(browser, page, one, numbers[i]!)));
  await Promise.all(
    all.map((one) =>
      until('three segments are buffered', async () => (await latest(one.page)).aheadS >= 3 * SEGMENT_S),
    ),
  );

  for (const { first, fault } of all) provider.set(first, fault);
  await Promise.all(
    all.map(async (one) => {
      await throughSwitch(one, 1);
      provider.set(one.first, null);
      if (one.returns) await throughSwitch(one, 0);
      expect.soft(one.masters(), `${one.name}: the player began only once`).toBe(1);
      expect.soft(one.errors(), one.name).toEqual([]);
      await expect.soft(player(one.page)).toHaveAttribute('data-state', 'playing');
    }),
  );
});
