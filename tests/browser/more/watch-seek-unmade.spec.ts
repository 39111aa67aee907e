import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import type { SegmentMap, StreamConfig, Video } from '../../../lib/contract/videos.ts';
import { makeLongFilm } from '../../support/media.ts';
import { until } from '../../support/until.ts';
import { uploadFile } from '../../support/upload.ts';
import { currentTime, expectPlaying, openPanel, player, signIn, watchErrors } from '../support.ts';

const SECONDS = 24 * 60;
const SEGMENT_SECONDS = 6;
/** Segments on each side of the middle that a batch from the start must not have reached. */
const AROUND = 20;

const panel = openPanel();
let videoId: string;
test.beforeAll(async () => {
  // Keyframes that lie beside the boundaries: nothing of it can be copied, all has to be made.
  const film = await makeLongFilm(path.join(panel.dataDir, 'film.mp4'), {
    seconds: SECONDS,
    clip: { seconds: 10, size: '1280x720', args: ['-b:v', '700k', '-g', '125'] },
  });
  videoId = await uploadFile(panel.client, film);
});

const segments = async (): Promise<SegmentMap> =>
  (await panel.client.get<SegmentMap>(`/api/v1/videos/${videoId}/segments`)).body;

/** Segments of a row's pictures that are made within a range; neither its end nor that of a made range belongs to it. */
const madeIn = ({ rows }: SegmentMap, row: RegExp, from: number, to: number): number =>
  rows
    .filter(({ id, kind }) => kind === 'video' && row.test(id))
    .flatMap(({ made }) => made)
    .reduce((sum, [first, last]) => sum + Math.max(0, Math.min(last, to) - Math.max(first, from)), 0);

/**
 * From the release of the mouse to the first picture of a later place, in milliseconds; with the quality
 * that was shown, and how long its segment took.
 */
const timeSeek = (page: Page, from: number): Promise<void> =>
  player(page).evaluate((element, place) => {
    const video = element.querySelector('video')!;
    let begun = 0;
    element.addEventListener('pointerup', () => (begun = performance.now()), { capture: true, once: true });
    const look = (now: number, { mediaTime }: VideoFrameCallbackMetadata): void => {
      if (mediaTime < place) return void video.requestVideoFrameCallback(look);
      const [first] = (performance.getEntriesByType('resource') as PerformanceResourceTiming[]).filter(
        ({ name, startTime }) => startTime >= begun && /\/\d+-\d+\.ts/.test(name),
      );
      Object.assign(element.dataset, {
        shownMs: String(now - begun),
        shownLines: String(video.videoHeight),
        segmentMs: String(first ? first.responseEnd - first.startTime : Number.NaN),
      });
    };
    video.requestVideoFrameCallback(look);
  }, from);

test('right after its upload a viewer jumps to the middle of a long film on its page, and sees it before it is made (S4.12)', async ({
  page,
}) => {
  const errors = watchErrors(page);
  const { qualities } = await until('the video plays', async () => {
    const { body } = await panel.client.get<StreamConfig>(`/api/v1/videos/${videoId}/stream-config`);
    return body.hls ? body : null;
  });
  const lines = qualities.map(({ width, height }) => Math.min(width, height));
  const lowest = Math.min(...lines);
  expect(lines.length).toBeGreaterThan(1);
  await signIn(page, panel);
  await page.goto(`${panel.base}/videos/${videoId}`);
  await expectPlaying(page, 1);

  const middle = SECONDS / SEGMENT_SECONDS / 2;
  const before = await segments();
  expect(before.count).toBeGreaterThanOrEqual(SECONDS / SEGMENT_SECONDS);
  expect(madeIn(before, /./, middle - AROUND, middle + AROUND)).toBe(0);
  const { state, playable } = (await panel.client.get<Video>(`/api/v1/videos/${videoId}`)).body;
  expect([state, playable]).toEqual(['processing', true]);

  await timeSeek(page, SECONDS / 2 - SEGMENT_SECONDS);
  await player(page).hover();
  const bar = player(page).getByRole('slider', { name: 'Position' });
  await bar.click();
  await expect(player(page)).toHaveAttribute('data-shown-ms', /\d/, { timeout: 30_000 });
  await expectPlaying(page, 2);
  expect(Math.abs((await currentTime(page)) - SECONDS / 2)).toBeLessThan(30);
  const shown = await player(page).evaluate(({ dataset }) => ({ ...dataset }));
  expect(shown.shownLines).toBe(String(lowest));

  const after = await segments();
  expect(madeIn(after, new RegExp(`^${lowest}p$`), middle - 1, middle + AROUND)).toBeGreaterThan(0);
  expect(madeIn(after, /./, middle - AROUND, middle - 3)).toBe(0);

  // What is not made yet comes while it plays on. Which quality Auto takes then, a slow machine decides.
  await expectPlaying(page, 10);
  await expect(player(page).getByRole('alert')).toBeHidden();
  expect(errors()).toEqual([]);
  const quality = await player(page).getAttribute('data-quality');
  const [picture, segment] = [shown.shownMs, shown.segmentMs].map((ms) => (Number(ms) / 1000).toFixed(2));
  console.log(`first picture ${picture} s after the jump, ${segment} s of it its segment, then ${quality}`);
});
