import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright';
import { CHROMIUM } from '../../tests/support/chromium.ts';
import { until } from '../../tests/support/until.ts';

/** Times in milliseconds from what a person did to the first picture of the place. */
export type Shown = { openMs: number; seekMs: number };

/** What chooses a quality in hls.js. */
declare class Choice {
  get nextAutoLevel(): number;
  set nextAutoLevel(level: number);
}

/** A browser rests when it takes less than this of one core between two looks. */
const RESTING_SHARE = 0.1;
const LOOK_MS = 300;

type Wanted = { master: string; openAt: number; seekTo: number };

/** A page with the library that our player is built on, and nothing else. */
export async function withPage<T>(work: (page: Page) => Promise<T>): Promise<T> {
  const browser = await chromium.launch(CHROMIUM);
  try {
    const page = await browser.newPage();
    await page.addScriptTag({ path: createRequire(import.meta.url).resolve('hls.js/dist/hls.min.js') });
    await hasStarted(browser);
    return await work(page);
  } finally {
    await browser.close();
  }
}

/** A person's browser has started long ago; this one still does, on the cores that make the segment. */
async function hasStarted(browser: Browser): Promise<void> {
  const session = await browser.newBrowserCDPSession();
  const usedSeconds = async (): Promise<number> => {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
  };
  let [used, atMs] = [await usedSeconds(), performance.now()];
  await until('the browser rests', async () => {
    // The look itself is work for the browser.
    if (performance.now() - atMs < LOOK_MS) return null;
    const [usedNow, nowMs] = [await usedSeconds(), performance.now()];
    const share = ((usedNow - used) * 1000) / (nowMs - atMs);
    [used, atMs] = [usedNow, nowMs];
    return share < RESTING_SHARE ? true : null;
  });
  await session.detach();
}

/** Opens a video at one place and then goes to another; both in seconds. */
export const openAndSeek = (page: Page, wanted: Wanted): Promise<Shown> =>
  page.evaluate(async ({ master, openAt, seekTo }: Wanted): Promise<Shown> => {
    type Fragment = { type: string; start: number; end: number };
    type Player = {
      levels: { details?: { fragments: Fragment[] } }[];
      on(event: string, listener: (event: string, data: { frag: Fragment }) => void): void;
      loadSource(address: string): void;
      attachMedia(video: HTMLVideoElement): void;
    };
    type Library = (new (options: object) => Player) & { DefaultConfig: { abrController: typeof Choice } };
    const { Hls } = globalThis as unknown as { Hls: Library };
    // As our player does: a place that may not be made begins with the lowest quality.
    let lowestOnly = true;
    class Lowest extends Hls.DefaultConfig.abrController {
      override get nextAutoLevel(): number {
        return lowestOnly ? 0 : super.nextAutoLevel;
      }
      override set nextAutoLevel(level: number) {
        super.nextAutoLevel = level;
      }
    }
    const video = document.createElement('video');
    video.muted = true;
    document.body.append(video);
    const pictureAt = (seconds: number): Promise<void> =>
      new Promise((done, fail) => {
        setTimeout(() => fail(new Error(`no picture of ${seconds} s within a minute`)), 60_000);
        const look = (_now: number, { mediaTime }: VideoFrameCallbackMetadata) => {
          if (mediaTime >= seconds - 0.5 && mediaTime < seconds + 10) done();
          else video.requestVideoFrameCallback(look);
        };
        video.requestVideoFrameCallback(look);
      });
    const timed = async (seconds: number, act: () => void): Promise<number> => {
      const begun = performance.now();
      const shown = pictureAt(seconds);
      act();
      await shown;
      return performance.now() - begun;
    };
    let hls: Player | null = null;
    // Our player goes over a boundary that is this near, and the segment before it is not made.
    const boundaryS = 0.25;
    const placeFor = (seconds: number): number => {
      const starts = hls?.levels.flatMap(({ details }) => details?.fragments.map(({ start }) => start) ?? []);
      const near = starts?.filter((start) => start > seconds && start - boundaryS <= seconds) ?? [];
      return near.length > 0 ? Math.max(...near) + 0.001 : seconds;
    };
    const openMs = await timed(openAt, () => {
      hls = new Hls({ startPosition: openAt, abrController: Lowest });
      video.addEventListener('seeking', () => {
        lowestOnly = true;
      });
      hls.on('hlsFragLoaded', (_event, { frag }) => {
        if (frag.type === 'main' && video.currentTime < frag.end - boundaryS) lowestOnly = false;
      });
      hls.loadSource(master);
      hls.attachMedia(video);
      void video.play();
    });
    const seekMs = await timed(seekTo, () => {
      video.currentTime = placeFor(seekTo);
    });
    return { openMs, seekMs };
  }, wanted);
