import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@playwright/test';
import { type LiveSource, startLiveSource } from '../../support/live-source.ts';
import { openPanel, signIn, watchErrors, watchRequests } from '../support.ts';

let source: LiveSource;
test.beforeAll(async () => {
  source = await startLiveSource();
});
const panel = openPanel(() => ({ env: { ALLOW_SOURCES: `127.0.0.1/32:${source.port}` } }));
test.afterAll(() => source.close());

/** A web site of somebody else, with nothing but what was pasted into it. */
let site: http.Server;
let siteAddress: string;
let pasted = '';
test.beforeAll(async () => {
  site = http.createServer((_req, res) => {
    res.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
    res.end(`<!doctype html><title>A page</title>${pasted}`);
  });
  await new Promise<void>((done) => site.listen(0, '127.0.0.1', done));
  siteAddress = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;
});
test.afterAll(async () => {
  site.closeAllConnections();
  site.close();
});

test('a snippet copied from the panel plays in a bare page of another site, and ends with the channel (S1.12)', async ({
  page,
  browser,
}) => {
  const { body: channel } = await panel.client.post<{ id: string; urls: { m3u: string } }>(
    '/api/v1/channels',
    {
      name: 'For others',
      outputPath: 'for-others',
      sources: [{ url: source.url }],
    },
  );
  await signIn(page, panel);
  await page.goto(`${panel.base}/channels?open=${channel.id}`);
  await page.getByText('Embed in a web page').click();
  await page.getByRole('button', { name: '7 days' }).click();
  await page.getByRole('button', { name: 'Make the snippet' }).click();
  await expect(page.getByText(/Whoever opens the page can watch this channel until/)).toBeVisible();
  pasted = await page.getByLabel('The snippet', { exact: true }).inputValue();

  const stranger = await (await browser.newContext()).newPage();
  const errors = watchErrors(stranger);
  const hosts = watchRequests(stranger);
  await stranger.goto(siteAddress);
  const time = () => stranger.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime);
  await expect.poll(time, { timeout: 30_000 }).toBeGreaterThan(3);
  const frames = await stranger
    .locator('video')
    .evaluate((video: HTMLVideoElement) => video.getVideoPlaybackQuality().totalVideoFrames);
  expect(frames).toBeGreaterThan(10);
  expect(await stranger.context().cookies()).toEqual([]);
  expect([hosts(), errors()]).toEqual([[], []]);

  const list = await (await fetch(channel.urls.m3u)).text();
  expect(list).toMatch(
    /^#EXTM3U\n#EXTINF:-1[^\n]*,For others\nhttp:[^\n]+\/stream\/for-others\?expires=0&sig=[^\n]+\n$/,
  );
  const address = /"(http:[^"]+\/stream\/[^"]+)"/.exec(pasted)?.[1] ?? '';
  const preflight = await fetch(address, { method: 'OPTIONS', headers: { Origin: siteAddress } });
  expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
  expect(preflight.headers.get('access-control-allow-credentials')).toBeNull();
  await panel.client.post('/api/v1/channels', { name: 'Not for others', outputPath: 'not-for-others' });
  expect((await fetch(address.replace('/for-others/', '/not-for-others/'))).status).toBe(403);
  await panel.client.call('PATCH', `/api/v1/channels/${channel.id}`, { enabled: false });
  expect((await fetch(address)).status).toBe(404);
  await stranger.context().close();
});
