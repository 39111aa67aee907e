import { setTimeout } from 'node:timers/promises';
import { expect, type Page, test } from '@playwright/test';
import { type LiveSource, startLiveSource } from '../../support/live-source.ts';
import { openPanel, signIn, watchErrors } from '../support.ts';

let first: LiveSource;
let second: LiveSource;
/** Large enough for qualities below it. */
let larger: LiveSource;
test.beforeAll(async () => {
  first = await startLiveSource();
  second = await startLiveSource();
  larger = await startLiveSource({ size: '1280x720' });
});
const panel = openPanel(() => {
  const allowed = [first, second, larger].map(({ port }) => `127.0.0.1/32:${port}`);
  return { env: { ALLOW_SOURCES: allowed.join(',') } };
});
test.afterAll(async () => {
  for (const source of [first, second, larger]) await source.close();
});

/** A viewer who takes whatever comes, until the test is over. */
async function watch(path: string, until: AbortSignal): Promise<void> {
  const response = await panel.client.raw(path, { signal: until });
  try {
    for await (const _ of response.body ?? []);
  } catch {
    // ended with the test
  }
}

/** A player that asks for the list of one quality again and again, until it is ended. */
async function watchQuality(path: string, quality: string, until: AbortSignal): Promise<void> {
  const read = async (address: string): Promise<string> => {
    const response = await panel.client.raw(address, { signal: until }).catch(() => null);
    return (await response?.text().catch(() => '')) ?? '';
  };
  let list: string | undefined;
  while (!until.aborted) {
    if (list) await read(`/stream/${path}/${list}`);
    else {
      const master = await read(`/stream/${path}/hls?quality=${quality}`);
      list = master.split('\n').find((line) => line.startsWith('hls/'));
    }
    await setTimeout(1000, undefined, { signal: until }).catch(() => undefined);
  }
}

const onAir = (page: Page) =>
  page.getByRole('region', { name: 'Two ways' }).getByRole('listitem').filter({ hasText: 'On air' });

test('the Live page shows a failover with its reason, and "Switch now" goes back (S1.7, S1.8)', async ({
  page,
}) => {
  const errors = watchErrors(page);
  const over = new AbortController();
  await panel.client.post('/api/v1/channels', {
    name: 'Two ways',
    outputPath: 'two-ways',
    sources: [{ url: first.url }, { url: second.url }],
  });
  const watching = watch('/stream/two-ways', over.signal);
  await signIn(page, panel);
  await page.goto(`${panel.base}/live`);
  await page.getByText('Two ways').click();
  const view = page.getByRole('region', { name: 'Two ways' });
  await expect(onAir(page)).toContainText('1', { timeout: 20_000 });
  await expect(view.getByText('None since it started.').first()).toBeVisible();

  first.cut();
  await expect(page.getByText(/^Two ways went from source 1 to 2: /)).toBeVisible({ timeout: 20_000 });
  await expect(view.getByText('Source 1 to 2')).toBeVisible();
  await expect(view.getByText('after a fault')).toBeVisible();
  await expect(onAir(page)).toContainText(new URL(second.url).host);

  await view.getByRole('button', { name: 'Switch to source 1 now' }).click();
  await expect(view.getByText('Source 2 to 1')).toBeVisible({ timeout: 20_000 });
  await expect(onAir(page)).toContainText(new URL(first.url).host);

  await page.keyboard.press('Escape');
  await expect(view).toBeHidden();
  await page.getByRole('row', { name: /Two ways/ }).press('Enter');
  await view.getByRole('button', { name: 'Stop' }).click();
  const question = page.getByRole('dialog', { name: 'Stop Two ways?' });
  await expect(question.getByText('Its viewer is cut off.')).toBeVisible();
  await question.getByRole('button', { name: 'Stop' }).click();
  await expect(page.getByText('Nothing is on air')).toBeVisible();
  over.abort();
  await watching;
  expect(errors()).toEqual([]);
});

test('the Live page shows an encoder while somebody watches its quality, and an admin stops it (S1.11, S3.3, B5)', async ({
  page,
}) => {
  const errors = watchErrors(page);
  const over = new AbortController();
  await panel.client.post('/api/v1/channels', {
    name: 'In small',
    outputPath: 'in-small',
    sources: [{ url: larger.url }],
  });
  const watching = watchQuality('in-small', '360p', over.signal);
  await signIn(page, panel);
  await page.goto(`${panel.base}/live`);
  await page.getByText('In small').click({ timeout: 30_000 });
  const encoders = page
    .getByRole('region', { name: 'In small' })
    .getByRole('list', { name: 'Encoders', exact: true });
  // A busy machine may lower it.
  await expect(encoders.getByText(/^(?:Running|Lowered)$/)).toBeVisible({ timeout: 60_000 });
  await expect(encoders.getByRole('listitem')).toContainText(/360p.*1 viewer.*\d\.\d\d×/, {
    timeout: 30_000,
  });
  await expect(page.getByText('480p is off, and starts with its first viewer.')).toBeVisible();
  await expect(page.getByRole('img', { name: '1 encoder' })).toBeVisible();

  await encoders.getByRole('button', { name: 'Stop the 360p encoder' }).click();
  const question = page.getByRole('dialog', { name: 'Stop 360p of In small?' });
  await expect(question.getByText('Its viewer has to go on in another quality')).toBeVisible();
  await question.getByRole('button', { name: 'Stop the encoder' }).click();
  await expect(encoders.getByText('Refused')).toBeVisible();
  await expect(encoders).toContainText('An admin stopped this quality.');
  const log = page.getByRole('list', { name: 'Encoder starts and stops' });
  await expect(log.getByRole('listitem').first()).toContainText('360p stopped.');
  await expect(log.getByRole('listitem').last()).toContainText('360p started.');
  over.abort();
  await watching;
  expect(errors()).toEqual([]);
});
