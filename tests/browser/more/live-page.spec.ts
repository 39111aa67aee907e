import { expect, type Page, test } from '@playwright/test';
import { Client } from '../../support/client.ts';
import { type LiveSource, startLiveSource } from '../../support/live-source.ts';
import { type RunningServer, removeDataDir, startServer } from '../../support/server.ts';
import { signIn, watchErrors } from '../support.ts';

let first: LiveSource;
let second: LiveSource;
let server: RunningServer;
let client: Client;
test.beforeAll(async () => {
  first = await startLiveSource();
  second = await startLiveSource();
  const allowed = [first, second].map(({ port }) => `127.0.0.1/32:${port}`).join(',');
  server = await startServer({ env: { ALLOW_SOURCES: allowed } });
  client = await new Client(server.base).signIn();
});
test.afterAll(async () => {
  await server.stop();
  await first.close();
  await second.close();
  removeDataDir(server.dataDir);
});

/** A viewer who takes whatever comes, until the test is over. */
async function watch(path: string, until: AbortSignal): Promise<void> {
  const response = await client.raw(path, { signal: until });
  try {
    for await (const _ of response.body ?? []);
  } catch {
    // ended with the test
  }
}

const onAir = (page: Page) =>
  page.getByRole('region', { name: 'Two ways' }).getByRole('listitem').filter({ hasText: 'On air' });

test('the Live page shows a failover with its reason, and "Switch now" goes back (S1.7, S1.8)', async ({
  page,
}) => {
  const errors = watchErrors(page);
  const over = new AbortController();
  await client.post('/api/v1/channels', {
    name: 'Two ways',
    outputPath: 'two-ways',
    sources: [{ url: first.url }, { url: second.url }],
  });
  const watching = watch('/stream/two-ways', over.signal);
  await signIn(page, server);
  await page.goto(`${server.base}/live`);
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
