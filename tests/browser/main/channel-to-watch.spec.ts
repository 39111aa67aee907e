import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { type LiveSource, startLiveSource } from '../../support/live-source.ts';
import { until } from '../../support/until.ts';
import { expectPlaying, openPanel, signIn, watchErrors, watchRequests } from '../support.ts';

const run = promisify(execFile);
const SAMPLE = path.resolve(import.meta.dirname, '../../../../shared/samples/m3u/free-tv/playlist.m3u8');

let source: LiveSource;
test.beforeAll(async () => {
  source = await startLiveSource();
});
const panel = openPanel(() => ({
  env: { ALLOW_SOURCES: `127.0.0.1/32:${source.port}`, STREAM_IDLE_TIMEOUT: '3', LOG_LEVEL: 'debug' },
}));
test.afterAll(() => source.close());

/** A list of our own where the samples are not: 300 channels, two of them broken. */
function ownList(): string {
  const file = path.join(panel.dataDir, 'list.m3u8');
  const entries = Array.from(
    { length: 300 },
    (_, i) =>
      `#EXTINF:-1 tvg-id="c${i}" group-title="Group ${i % 7}",Channel ${i}\nhttp://tv.example/${i}.m3u8`,
  );
  writeFileSync(
    file,
    `#EXTM3U\n${entries.join('\n')}\n#EXTINF:-1,No address\n#EXTINF:-1,\nhttp://tv.example/nameless\n`,
  );
  return file;
}

test('import a list, add a channel, watch it in two browsers and an ffmpeg over one connection, export it (S1.2, S1.9)', async ({
  page,
  browser,
}) => {
  const strangers = watchRequests(page);
  const errors = watchErrors(page);
  await signIn(page, panel);

  await page.goto(`${panel.base}/channels`);
  await page
    .getByRole('button', { name: /^Import/ })
    .first()
    .click();
  await page.getByLabel("Choose the list's file").setInputFiles(existsSync(SAMPLE) ? SAMPLE : ownList());
  await page.getByRole('button', { name: 'Preview' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText('Nothing is written yet.')).toBeVisible();
  await expect(dialog.getByText('added', { exact: true })).toBeVisible();
  await dialog.getByRole('button', { name: /^Import \d/ }).click();
  await expect(dialog).toBeHidden({ timeout: 60_000 });

  await page.getByRole('button', { name: /^Add/ }).first().click();
  await page.getByRole('dialog').getByLabel('Name', { exact: true }).fill('Local one');
  await page.getByRole('dialog').getByLabel('Address of source 1').fill(source.url);
  await page.getByRole('dialog').getByRole('button', { name: 'Add channel' }).click();
  await expect(page.getByText('Local one').first()).toBeVisible();

  const second = await (
    await browser.newContext({ storageState: await page.context().storageState() })
  ).newPage();
  for (const viewer of [page, second]) {
    await viewer.goto(`${panel.base}/tv`);
    await viewer.getByLabel('Search channels').fill('Local one');
    await viewer.getByText('Local one').first().click();
  }
  const line = await (await page.request.get(`${panel.base}/api/v1/me/line`)).json();
  const list = await (await page.request.get(line.m3u.ts)).text();
  const rows = list.split('\n');
  const entry = rows[rows.findIndex((row) => row.endsWith(',Local one')) + 1] ?? '';
  const reading = run('ffmpeg', ['-v', 'warning', '-nostdin', '-i', entry, '-t', '6', '-f', 'null', '-'], {
    timeout: 60_000,
  });
  await expectPlaying(page, 3);
  await expectPlaying(second, 3);
  expect((await reading).stderr).toBe('');
  expect(source.open()).toBe(1);
  expect(source.peak()).toBe(1);

  await second.context().close();
  await page.goto(`${panel.base}/settings`);
  await until('the source is left after the idle time', () => source.open() === 0, 40_000);
  expect(source.requests()).toBe(1);

  const again = await run(
    'ffmpeg',
    ['-v', 'warning', '-nostdin', '-i', entry, '-t', '2', '-f', 'null', '-'],
    { timeout: 60_000 },
  );
  expect(again.stderr).toBe('');
  expect(strangers()).toEqual([]);
  expect(errors()).toEqual([]);
  const hosts = [...panel.server.output().matchAll(/"attempt":\{"host":"([^"]+)"/g)].map((match) => match[1]);
  expect(hosts.length).toBeGreaterThan(0);
  expect(new Set(hosts)).toEqual(new Set(['127.0.0.1']));
});
