import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Browser, type BrowserContext, chromium } from 'playwright';
import type { Page } from '../../lib/contract/common.ts';
import type { SegmentMap, Video } from '../../lib/contract/videos.ts';
import { CHROMIUM } from '../../tests/support/chromium.ts';
import { Client } from '../../tests/support/client.ts';
import { makeClip } from '../../tests/support/media.ts';
import { ADMIN, type RunningServer, removeDataDir, startServer } from '../../tests/support/server.ts';
import { until } from '../../tests/support/until.ts';
import { settled, uploadFile } from '../../tests/support/upload.ts';
import { uploadPictures } from './uploads.ts';

/**
 * Takes the pictures of the README, or of every screen: `npm run pictures` writes docs/images/overview.png,
 * `npm run pictures -- DIR` every screen at 1280 and 390 px, dark and light, into a folder to be looked at, `-- DIR uploads` only
 * the tray of uploads.
 */
const README_PICTURE = path.resolve(import.meta.dirname, '../../docs/images/overview.png');
const SCREENS = [
  'overview',
  'live',
  'channels',
  'providers',
  'library',
  'uploads',
  'users',
  'settings',
  'tv',
  'videos',
  'login',
  'setup',
];
const GROUPS = ['News', 'Sport', 'Film', 'Kids', 'Music', 'Nature'];
const NAMES = [
  'Kota Kita',
  'Lapangan 1',
  'Layar Lama',
  'Taman Ceria',
  'Gamelan FM',
  'Hutan Raya',
  'Pagi News',
  'Lapangan 2',
  'Bioskop Sore',
  'Dongeng',
  'Keroncong',
  'Laut Dalam',
];
const SETTLE_MS = 2_500;
/** `npm run pictures -- DIR uploads`: only what belongs to uploads. */
const ONLY_UPLOADS = process.argv[3] === 'uploads';

const folder = process.argv[2];
const server = await startServer();
const browser = await chromium.launch(CHROMIUM);
try {
  const client = await furnish(server);
  if (folder) await allScreens(browser, server, folder, ONLY_UPLOADS ? {} : await videosOf(client, server));
  else await readmePicture(browser, server);
} finally {
  await browser.close();
  await server.stop();
  removeDataDir(server.dataDir);
}

/** A station that has something to show: the demo, a second video, a failed one, and a list of channels. */
async function furnish({ base, dataDir }: RunningServer): Promise<Client> {
  const client = await new Client(base).signIn();
  await client.call('PATCH', '/api/v1/station', { name: 'Rumah TV' });
  const demo = await client.post<{ videoId: string }>('/api/v1/demo');
  const entries = NAMES.map(
    (name, i) => `#EXTINF:-1 tvg-chno="${101 + i}" group-title="${GROUPS[i % GROUPS.length]}",${name}
http://tv.example/${i}.m3u8`,
  );
  await client.post('/api/v1/channels/import', {
    text: `#EXTM3U\n${entries.join('\n')}\n`,
    name: 'Provider A',
  });
  const clip = await makeClip(path.join(dataDir, 'Harbour at night.mp4'), { seconds: 6, size: '1280x720' });
  await settled(client, await uploadFile(client, clip));
  await settled(client, demo.body.videoId);
  return client;
}

/** The pages of three videos by the name of their picture: one that is ready, one whose work is held, one that failed. */
async function videosOf(client: Client, { dataDir }: RunningServer): Promise<Record<string, string>> {
  const ready = await client.get<Page<Video>>('/api/v1/videos?state=ready');
  const readyId = ready.body.items[0]?.id ?? '';
  const broken = path.join(dataDir, 'Recipe.mp4');
  writeFileSync(broken, 'Two eggs, flour, and a little salt.\n'.repeat(200));
  const failedId = await uploadFile(client, broken);
  await settled(client, failedId);
  const long = await makeClip(path.join(dataDir, 'Long river.mp4'), { seconds: 90, size: '1280x720' });
  const heldId = await uploadFile(client, long);
  await until(
    'a part of the long video is made',
    async () => {
      const { status, body } = await client.get<SegmentMap>(`/api/v1/videos/${heldId}/segments`);
      return status === 200 && body.rows.some(({ kind, made }) => kind === 'video' && made.length > 0);
    },
    120_000,
  );
  await client.post(`/api/v1/videos/${heldId}/pause`);
  return {
    'library-ready': `library/${readyId}`,
    'library-held': `library/${heldId}`,
    'library-failed': `library/${failedId}`,
    'videos-watch': `videos/${readyId}`,
  };
}

async function signedIn(context: BrowserContext, { base }: RunningServer): Promise<void> {
  await context.request.post(`${base}/api/auth/sign-in/email`, { data: ADMIN, headers: { Origin: base } });
}

/** Somebody watches the demo channel, so that the picture shows a station at work. */
async function readmePicture(with_: Browser, { base }: RunningServer): Promise<void> {
  const context = await with_.newContext({ viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1.5 });
  await signedIn(context, server);
  const viewer = await context.newPage();
  await viewer.goto(`${base}/tv`);
  await viewer.getByLabel('Search channels').fill('Test card');
  await viewer.getByText('Test card').first().click();
  await viewer.waitForSelector('[data-state=playing]');
  const page = await context.newPage();
  await page.goto(`${base}/overview`);
  await page.waitForTimeout(4 * SETTLE_MS);
  mkdirSync(path.dirname(README_PICTURE), { recursive: true });
  await page.screenshot({ path: README_PICTURE });
}

async function allScreens(
  with_: Browser,
  running: RunningServer,
  out: string,
  videos: Record<string, string>,
): Promise<void> {
  const screens = { ...Object.fromEntries(SCREENS.map((name) => [name, name])), ...videos };
  mkdirSync(out, { recursive: true });
  for (const theme of ['dark', 'light'] as const) {
    for (const width of [1280, 390]) {
      const context = await with_.newContext({ viewport: { width, height: width === 390 ? 844 : 800 } });
      await signedIn(context, running);
      await context.addInitScript((name) => localStorage.setItem('siaran.theme', name), theme);
      const page = await context.newPage();
      const take = async (name: string) => {
        await page.screenshot({ path: path.join(out, `${name}-${theme}-${width}.png`) });
      };
      for (const [name, address] of ONLY_UPLOADS ? [] : Object.entries(screens)) {
        await page.goto(`${running.base}/${address}`);
        await page.waitForTimeout(SETTLE_MS);
        await take(name);
      }
      await uploadPictures(page, running, take);
      await context.close();
    }
  }
}
