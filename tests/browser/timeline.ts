import type { Page } from '@playwright/test';
import { player } from './support.ts';

/** What a video element said of itself at one moment. */
type Moment = {
  atMs: number;
  timeS: number;
  /** Seconds that are buffered ahead. */
  aheadS: number;
  pictures: number;
  soundBytes: number;
  width: number;
};

/** The longest pauses of a stretch of play, in ms of real time, and jumps of its clock. */
export type Smoothness = {
  stallMs: number;
  withoutPictureMs: number;
  withoutSoundMs: number;
  /** Seconds by which the clock ran ahead of real time between two moments. */
  jumpS: number;
  leastAheadS: number;
};

declare global {
  interface Window {
    moments?: Moment[];
  }
}

const EVERY_MS = 50;

/** Notes from now on, twenty times a second, how far the page's player is. */
export async function recordPlayer(page: Page): Promise<void> {
  await player(page)
    .locator('video')
    .evaluate((element, everyMs) => {
      const video = element as HTMLVideoElement & { webkitAudioDecodedByteCount: number };
      const moments: Moment[] = [];
      window.moments = moments;
      const note = (): void => {
        const { buffered, currentTime } = video;
        let aheadS = 0;
        for (let i = 0; i < buffered.length; i++)
          if (buffered.start(i) <= currentTime && buffered.end(i) > currentTime)
            aheadS = buffered.end(i) - currentTime;
        moments.push({
          atMs: Date.now(),
          timeS: currentTime,
          aheadS,
          pictures: video.getVideoPlaybackQuality().totalVideoFrames,
          soundBytes: video.webkitAudioDecodedByteCount,
          width: video.videoWidth,
        });
      };
      note();
      setInterval(note, everyMs);
    }, EVERY_MS);
}

const moments = (page: Page): Promise<Moment[]> => page.evaluate(() => window.moments ?? []);

export async function latest(page: Page): Promise<Moment> {
  const moment = (await moments(page)).at(-1);
  if (!moment) throw new Error('The player has not been recorded.');
  return moment;
}

/** The longest time in which a value did not grow. */
function longestPauseMs(all: readonly Moment[], value: (moment: Moment) => number): number {
  let longest = 0;
  let grown = all[0]!;
  for (const moment of all) {
    longest = Math.max(longest, moment.atMs - grown.atMs);
    if (value(moment) > value(grown)) grown = moment;
  }
  return longest;
}

/** How smoothly a page played since `sinceMs`. */
export async function smoothness(page: Page, sinceMs: number): Promise<Smoothness> {
  const all = (await moments(page)).filter(({ atMs }) => atMs >= sinceMs);
  const ahead = all
    .slice(1)
    .map(({ atMs, timeS }, i) => timeS - all[i]!.timeS - (atMs - all[i]!.atMs) / 1000);
  return {
    stallMs: longestPauseMs(all, ({ timeS }) => timeS),
    withoutPictureMs: longestPauseMs(all, ({ pictures }) => pictures),
    withoutSoundMs: longestPauseMs(all, ({ soundBytes }) => soundBytes),
    jumpS: Math.max(0, ...ahead),
    leastAheadS: Math.min(...all.map(({ aheadS }) => aheadS)),
  };
}
