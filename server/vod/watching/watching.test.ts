import { rm } from 'node:fs/promises';
import { eq } from 'drizzle-orm';
import HLS from 'hls-parser';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { video } from '../../../drizzle/schema/vod.ts';
import { type ListRate, listRate, variantRate } from '../../../tests/support/peak-rate.ts';
import type { Generation } from '../generation.ts';
import { picturesOf } from '../grid/check.ts';
import { Gate, heldBy } from '../grid/gate.ts';
import { codecsOf } from '../measure.ts';
import { createGenerations } from './generations.ts';
import { createSegments, type ViewerSegment } from './segments.ts';
import { clip, openWorld, stateOf, type World } from './test-watching.ts';

// Real encoding takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const never = new AbortController().signal;
const segmentOf = async ({ videoId, gen }: Generation, row: string, k: number): Promise<ViewerSegment> =>
  (await world.watching.segment(videoId, row, gen, k))!;
const encoders = () => world.supervisor.running().filter(({ label }) => label === 'segments');
const listOf = async ({ videoId }: Generation, row: string) => {
  const { text } = (await world.watching.media(videoId, row))!;
  return { text, list: HLS.parse(text) as HLS.types.MediaPlaylist };
};

test('a video is listed whole before any of it is made, and a place in its middle is made when it is asked for (S4.12)', async () => {
  const generation = await world.add(clip(20, { tones: 2 }));
  const { text, list } = await listOf(generation, '360p');
  expect(list).toMatchObject({ endlist: true, playlistType: 'VOD', targetDuration: 2 });
  expect(list.segments).toHaveLength(10);
  expect(list.segments.map(({ duration }) => duration)).toEqual(list.segments.map(() => 2));

  const segment = await segmentOf(generation, '360p', 6);
  expect(segment.made).toBe(false);
  await segment.make(never);
  const bytes = await segment.bytes();
  expect(picturesOf(bytes)).toHaveLength(50);
  expect((await segmentOf(generation, '360p', 6)).made).toBe(true);
  const sound = await segmentOf(generation, 'audio-1', 6);
  await sound.make(never);
  expect((await sound.bytes()).toString('latin1', 0, 3)).toBe('ID3');

  const master = (await world.watching.master(generation.videoId))!.text;
  const { variants } = HLS.parse(master) as HLS.types.MasterPlaylist;
  expect(variants.map(({ uri }) => uri)).toEqual(['360p/playlist.m3u8', '480p/playlist.m3u8']);
  expect(variants[0]!.codecs).toBe(codecsOf(bytes));
  expect(variants[0]!.audio.map(({ uri }) => uri)).toEqual([
    'audio-0/playlist.m3u8',
    'audio-1/playlist.m3u8',
  ]);
  // Of the second nothing was measured yet: it is what it and a sound track beside it may need at most, with a reserve.
  const budget = (1_400_000 + 2 * 128_000) * 1.1;
  expect(variants[1]!.bandwidth).toBeGreaterThanOrEqual(budget);
  expect(variants[1]!.bandwidth).toBeLessThan(budget * 1.02);
  expect((await listOf(generation, '360p')).text).toBe(text);

  const [row] = await world.database.db.select().from(video).where(eq(video.id, generation.videoId));
  expect(row).toMatchObject({ watchedSegment: 6 });
});

test('what does not exist is not made: places behind the end, other qualities, other generations', async () => {
  const { videoId, gen } = await world.add(clip(4, { size: '320x240' }));
  // What the test before had made is at its end first.
  await expect.poll(() => world.supervisor.running(), { interval: 10 }).toEqual([]);
  const { segment, media } = world.watching;
  expect(await segment(videoId, '240p', gen, 2)).toBeNull();
  expect(await segment(videoId, '240p', gen + 1, 0)).toBeNull();
  expect(await segment(videoId, '360p', gen, 0)).toBeNull();
  expect(await segment(videoId, 'audio-1', gen, 0)).toBeNull();
  await expect(media(videoId, '360p')).rejects.toMatchObject({ code: 'RENDITION_UNKNOWN' });
  expect(world.supervisor.running()).toEqual([]);
});

test('a segment that many wait for is made once, and whoever leaves takes nothing from the others', async () => {
  const generation = await world.add(clip(20));
  const start = vi.spyOn(world.supervisor, 'start');
  const segments = await Promise.all(Array.from({ length: 6 }, () => segmentOf(generation, '360p', 4)));
  const leaving = new AbortController();
  const waiting = segments.map((segment, at) => segment.make(at === 0 ? leaving.signal : never));
  await expect.poll(() => encoders().length, { interval: 5 }).toBe(1);
  leaving.abort();
  await expect(waiting[0]).rejects.toMatchObject({ name: 'AbortError' });
  await Promise.all(waiting.slice(1));
  expect(start.mock.calls.filter(([spec]) => spec.label === 'segments')).toHaveLength(1);
  start.mockRestore();
});

test('nothing is made for nobody: the work ends when the only one who waits is gone', async () => {
  const generation = await world.add(clip(30));
  const leaving = new AbortController();
  const waiting = (await segmentOf(generation, '480p', 9)).make(leaving.signal);
  await expect.poll(() => encoders().length, { interval: 5 }).toBe(1);
  leaving.abort();
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  await expect.poll(() => world.supervisor.running(), { interval: 10 }).toEqual([]);
  expect((await segmentOf(generation, '480p', 9)).made).toBe(false);
});

test('a segment that takes too long is refused with a time to come again, and goes on being made', async () => {
  const { ports, grids } = world;
  const generation = await world.add(clip(20));
  const generations = createGenerations(ports, never);
  const { segment } = createSegments({ ports, grids, generations, holdMs: 20 });
  const ask = async () => (await segment(generation.videoId, '360p', generation.gen, 3))!;
  const late = (await ask()).make(never);
  await expect(late).rejects.toMatchObject({ code: 'SEGMENT_NOT_READY', retryAfterSeconds: 1 });
  await expect.poll(async () => (await ask()).made, { timeout: 20_000, interval: 20 }).toBe(true);
});

test('while somebody waits the batch of the machine stands still, and goes on afterwards', async () => {
  const long = await world.add(clip(40));
  const other = await world.add(clip(20));
  const { maker } = await world.grids.open(long);
  const ending = new AbortController();
  const batch = maker.pictures({ from: 0, to: null, signal: ending.signal, gates: [world.grids.batches] });
  await expect.poll(() => encoders()[0]?.pid ?? null, { interval: 5 }).not.toBeNull();
  const pid = encoders()[0]!.pid!;
  const waiting = (await segmentOf(other, '360p', 5)).make(never);
  await expect.poll(() => stateOf(pid), { interval: 2 }).toBe('T');
  await waiting;
  await expect.poll(() => stateOf(pid), { interval: 2 }).not.toBe('T');
  ending.abort();
  await expect(batch).rejects.toMatchObject({ name: 'AbortError' });
});

test('stills and sheets of videos stand still as well', async () => {
  const gate = new Gate();
  const child = heldBy([gate], world.supervisor).start({
    ...{ label: 'still', program: 'ffmpeg', stdout: 'progress' },
    args: ['-nostdin', '-re', '-f', 'lavfi', '-i', 'testsrc2', '-progress', 'pipe:1', '-f', 'null', '-'],
  });
  const pid = (await child.pid)!;
  const open = gate.hold();
  await expect.poll(() => stateOf(pid), { interval: 5 }).toBe('T');
  open();
  await expect.poll(() => stateOf(pid), { interval: 5 }).not.toBe('T');
  gate.hold();
  await child.stop();
});

test('of several qualities of one place the lowest comes first', async () => {
  const generation = await world.add(clip(20));
  const order: string[] = [];
  const [better, lowest] = [await segmentOf(generation, '480p', 5), await segmentOf(generation, '360p', 5)];
  const one = better.make(never).then(() => order.push('480p'));
  await expect.poll(() => encoders()[0]?.pid ?? null, { interval: 5 }).not.toBeNull();
  const pid = encoders()[0]!.pid!;
  const two = lowest.make(never).then(() => order.push('360p'));
  await expect.poll(() => stateOf(pid), { interval: 2 }).toBe('T');
  await Promise.all([one, two]);
  expect(order).toEqual(['360p', '480p']);
});

test('a list whose length is not proved grows, with one target duration, and ends when the end was seen', async () => {
  const generation = await world.add(clip(7, { size: '320x240', format: 'mpegts' }));
  const { plan, store, maker } = await world.grids.open(generation);
  expect(generation.promisedFrames).toBeNull();
  expect((await listOf(generation, '240p')).list.segments).toHaveLength(0);
  await Promise.all([maker.pictures({ from: 0, to: 2 }), maker.sound(0, { from: 0, to: 1 })]);
  const early = await listOf(generation, '240p');
  expect(early.list).toMatchObject({ playlistType: 'EVENT', endlist: false });
  // The second has its pictures, and its sound not yet.
  expect(early.list.segments).toHaveLength(1);
  await maker.all();
  expect(store.frames).not.toBeNull();
  const whole = await listOf(generation, '240p');
  expect(whole.list).toMatchObject({ playlistType: 'VOD', endlist: true });
  expect(whole.list.targetDuration).toBe(early.list.targetDuration);
  const seconds = whole.list.segments.reduce((sum, { duration }) => sum + duration, 0);
  expect(seconds).toBeCloseTo((store.frames! * plan.rate.den) / plan.rate.num, 3);
});

test('a promised last segment of a few pictures is listed when it is known to be there', async () => {
  const generation = await world.add(clip(4.08, { size: '320x240' }));
  expect(generation.promisedFrames).toBe(102);
  expect((await listOf(generation, '240p')).list.segments).toHaveLength(2);
  const { maker } = await world.grids.open(generation);
  expect(await maker.all()).toBe(102);
  expect((await listOf(generation, '240p')).list.segments).toHaveLength(3);
});

test.each([1, 2])(
  'the rates in the master are never below what a player measures, with %i sound tracks, while it is made and afterwards',
  async (tones) => {
    const generation = await world.add(clip(5.3, { tones, format: 'matroska' }));
    const { maker, plan } = await world.grids.open(generation);
    const { videoId, gen } = generation;
    const rateOf = async (row: string, count: number): Promise<ListRate> => {
      const { text } = await listOf(generation, row);
      const [head, ...lines] = text.split(/(?=#EXTINF)/);
      const sizes = Array.from({ length: count }, async (_, k) => {
        return (await (await world.watching.segment(videoId, row, gen, k))!.bytes()).length;
      });
      return listRate([head, ...lines.slice(0, count)].join(''), await Promise.all(sizes));
    };
    const toldAndMeasured = async (count: number) => {
      const { text } = (await world.watching.master(videoId))!;
      return await Promise.all(
        (HLS.parse(text) as HLS.types.MasterPlaylist).variants.map(async ({ uri, audio, ...told }) => {
          const beside = audio.map((sound) => rateOf(sound.uri!.split('/')[0]!, count));
          return {
            told,
            found: variantRate(await rateOf(uri.split('/')[0]!, count), await Promise.all(beside)),
          };
        }),
      );
    };
    await maker.pictures({ from: 0, to: 2 });
    for (const track of plan.tracks.keys()) await maker.sound(track, { from: 0, to: 2 });
    for (const { told, found } of await toldAndMeasured(2))
      expect(told.bandwidth).toBeGreaterThanOrEqual(found.peak);
    await world.finish(generation);
    for (const { told, found } of await toldAndMeasured(3)) {
      expect(told.bandwidth / found.peak).toBeGreaterThanOrEqual(1);
      expect(told.bandwidth / found.peak).toBeLessThan(1.2);
      expect(told.averageBandwidth! / found.average).toBeGreaterThanOrEqual(1);
      expect(told.averageBandwidth! / found.average).toBeLessThan(1.01);
    }
  },
);

test('B2 a segment whose file went away is made again for whoever comes again, of a finished video too', async () => {
  const generation = await world.finish(await world.add(clip(6, { size: '320x180' })));
  const { store } = await world.grids.open(generation);
  for (const [row, k] of [
    ['180p', 1],
    ['audio-0', 2],
  ] as const) {
    await rm(store.path(row, k));
    const lost = await segmentOf(generation, '180p', k);
    await expect(lost.bytes()).rejects.toMatchObject({ code: 'SEGMENT_NOT_READY', retryAfterSeconds: 1 });
    const again = await segmentOf(generation, '180p', k);
    expect(again.made).toBe(false);
    await again.make(never);
    expect(picturesOf(await again.bytes())).toHaveLength(50);
  }
  // The bits may differ; the whole quality as one file is what its segments are now.
  const whole = (await world.watching.wholeFile(generation.videoId, '180p'))!;
  const parts: Buffer[] = [];
  for await (const part of whole.read(0, whole.sizeBytes - 1)) parts.push(part);
  const segments = await Promise.all(
    [0, 1, 2].map(async (k) => (await segmentOf(generation, '180p', k)).bytes()),
  );
  expect(Buffer.concat(parts).equals(Buffer.concat(segments))).toBe(true);
  await rm(world.ports.store.path(`processed/${generation.videoId}`), { recursive: true });
  const gone = await segmentOf(generation, '180p', 0);
  await expect(gone.bytes()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(world.watching.wholeFile(generation.videoId, '180p')).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});
