import HLS from 'hls-parser';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { picturesOf } from '../grid/check.ts';
import { openWorld, type World } from './test-watching.ts';

// Real encoding takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const never = new AbortController().signal;
const source = (seconds: number): string[] => [
  ...['-f', 'lavfi', '-i', `testsrc2=s=320x180:r=25:d=${seconds}`],
  ...['-f', 'lavfi', '-i', `sine=r=48000:d=${seconds}`, '-c:v', 'libx264', '-preset', 'ultrafast'],
  ...['-pix_fmt', 'yuv420p', '-c:a', 'aac', '-ac', '2', '-sc_threshold', '0'],
];
const mastersOf = async (videoId: string): Promise<string[]> => {
  const { text } = (await world.watching.master(videoId))!;
  return (HLS.parse(text) as HLS.types.MasterPlaylist).variants.map(({ uri }) => uri);
};

test('a file that fits is offered as it is: its own list at once, and beside the made qualities when all of them are there', async () => {
  const generation = await world.add([...source(7), '-g', '50', '-f', 'mp4']);
  const { videoId, gen } = generation;
  const { text } = (await world.watching.media(videoId, 'original'))!;
  const list = HLS.parse(text) as HLS.types.MediaPlaylist;
  expect(list.segments.map(({ uri, duration }) => [uri, duration])).toEqual([
    [`${gen}-0.ts`, 2],
    [`${gen}-1.ts`, 2],
    [`${gen}-2.ts`, 2],
    [`${gen}-3.ts`, 1],
  ]);
  const start = vi.spyOn(world.supervisor, 'start');
  const asked = await Promise.all([1, 1, 1].map((k) => world.watching.segment(videoId, 'original', gen, k)));
  await asked[0]!.make(never);
  const [one, other] = await Promise.all(asked.map((segment) => segment!.bytes()));
  expect(picturesOf(one!)).toHaveLength(50);
  expect(other).toBe(one);
  expect(start.mock.calls.map(([spec]) => spec.label)).toEqual(['original']);
  start.mockRestore();
  expect(await world.watching.segment(videoId, 'original', gen, 4)).toBeNull();
  expect(await mastersOf(videoId)).toEqual(['180p/playlist.m3u8']);
  await world.finish(generation);
  await expect.poll(() => mastersOf(videoId)).toEqual(['180p/playlist.m3u8', 'original/playlist.m3u8']);
});

test('one whose keyframes stand elsewhere has its own list only, one that browsers do not play has none', async () => {
  const uneven = await world.finish(await world.add([...source(5), '-g', '120', '-f', 'mp4']));
  expect((await world.watching.media(uneven.videoId, 'original'))!.text).toContain('#EXTINF');
  expect(await mastersOf(uneven.videoId)).toEqual(['180p/playlist.m3u8']);
  const foreign = await world.add([...source(3), '-c:a', 'ac3', '-f', 'matroska']);
  await expect(world.watching.media(foreign.videoId, 'original')).rejects.toMatchObject({
    code: 'RENDITION_UNKNOWN',
  });
  expect(await world.watching.segment(foreign.videoId, 'original', foreign.gen, 0)).toBeNull();
});
