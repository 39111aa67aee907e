import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { type Browser, type BrowserContext, chromium } from 'playwright';
import { CHROMIUM } from '../tests/support/chromium.ts';
import { Client } from '../tests/support/client.ts';
import { makeClip } from '../tests/support/media.ts';
import { ADMIN, type RunningServer, removeDataDir, startServer } from '../tests/support/server.ts';
import { settled, uploadFile } from '../tests/support/upload.ts';

/**
 * Takes the pictures of the README, or of every screen: `npm run pictures` writes docs/images/overview.png,
 * `npm run pictures -- DIR` every screen at 1280 and 390 px, dark and light, into a folder to be looked at.
 */
const README_PICTURE = path.resolve(import.meta.dirname, '../docs/images/overview.png');
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

const folder = process.argv[2];
const server = await startServer();
const browser = await chromium.launch(CHROMIUM);
try {
  const videoId = await furnish(server);
  if (folder) await allScreens(browser, server, folder, videoId);
  else await readmePicture(browser, server);
} finally {
  await browser.close();
  await server.stop();
  removeDataDir(server.dataDir);
}

/** A station that has something to show: the demo, a second video, a failed one, and a list of channels. */
async function furnish({ base, dataDir }: RunningServer): Promise<string> {
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
  return demo.body.videoId;
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
  videoId: string,
): Promise<void> {
  mkdirSync(out, { recursive: true });
  for (const theme of ['dark', 'light'] as const) {
    for (const width of [1280, 390]) {
      const context = await with_.newContext({ viewport: { width, height: width === 390 ? 844 : 800 } });
      await signedIn(context, running);
      await context.addInitScript((name) => localStorage.setItem('siaran.theme', name), theme);
      const page = await context.newPage();
      for (const screen of [...SCREENS, `library/${videoId}`, `videos/${videoId}`]) {
        await page.goto(`${running.base}/${screen}`);
        await page.waitForTimeout(SETTLE_MS);
        await page.screenshot({
          path: path.join(
            out,
            `${screen.split('/')[0]}${screen.includes('/') ? '-detail' : ''}-${theme}-${width}.png`,
          ),
        });
      }
      await context.close();
    }
  }
}
