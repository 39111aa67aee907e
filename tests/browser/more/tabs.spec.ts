import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { openPanel, signIn } from '../support.ts';

/** HTTP/1.1 in browsers: six connections to one host, for all tabs together. */
const TABS = 8;

const panel = openPanel();

/** Pages that hold the stream of live values now. */
function watchEvents(context: BrowserContext): () => Page[] {
  const holding = new Map<object, Page>();
  context.on('request', (request) => {
    if (request.url().endsWith('/api/v1/events')) holding.set(request, request.frame().page());
  });
  const over = (request: object): void => void holding.delete(request);
  context.on('requestfailed', over);
  context.on('requestfinished', over);
  return () => [...holding.values()].filter((page) => !page.isClosed());
}

test('eight tabs of one browser share one stream of live values, and another takes over when its tab is closed', async ({
  page,
  context,
}) => {
  const holders = watchEvents(context);
  await signIn(page, panel);
  const tabs = [page];
  while (tabs.length < TABS) {
    const tab = await context.newPage();
    tabs.push(tab);
    await tab.goto(`${panel.base}/channels`);
    await expect(tab.getByRole('heading', { name: 'Channels' })).toBeVisible();
  }
  await expect.poll(() => holders().length).toBe(1);

  const first = holders()[0]!;
  await first.close();
  await expect.poll(() => holders().length).toBe(1);
  expect(holders()[0]).not.toBe(first);

  const rest = tabs.filter((tab) => tab !== first && tab !== holders()[0]);
  const response = await rest[0]!.request.post(`${panel.base}/api/v1/channels`, {
    headers: { Origin: panel.base },
    data: { name: 'Told to all', outputPath: 'told-to-all', sources: [{ url: 'http://tv.example/1.ts' }] },
  });
  expect(response.status()).toBe(201);
  for (const tab of rest.filter((one) => one.url().endsWith('/channels')))
    await expect(tab.getByText('Told to all')).toBeVisible();
});
