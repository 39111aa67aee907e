import * as HLS from 'hls-parser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demux, ffmpegWarnings, makeClip } from '../media/ts/test-clips.ts';
import { startEngine, type TestEngine, text } from './test-engine.ts';
import { pace, playing, type SourceServer, startSource } from './test-source.ts';

let source: SourceServer;
let engine: TestEngine;

beforeAll(async () => {
  const clip = pace(makeClip({ seconds: 24, gop: 37, bframes: 2, size: '854x480' }));
  const mpeg2 = pace(makeClip({ seconds: 24, video: 'mpeg2video', audio: 'mp2', gop: 12, size: '720x576' }));
  source = await startSource({
    '/h264.ts': playing(clip, { skipMs: 6000 }),
    '/mpeg2.ts': playing(mpeg2, { skipMs: 6000 }),
    '/ends.ts': playing(clip, { skipMs: 12_000, once: true }),
    '/back.ts': playing(clip),
  });
  engine = await startEngine([source.port]);
}, 60_000);

afterAll(async () => {
  await engine.close();
  await source.close();
});

type Media = HLS.types.MediaPlaylist;
type Line = { number: number; uri: string; durationS: number; time: number | undefined };

const url = (route: string) => `${source.origin}${route}`;

const master = async (id: string, query = ''): Promise<HLS.types.MasterPlaylist> =>
  HLS.parse(
    (await text(`${engine.origin}/${id}/hls?v=viewer-${id}${query}`)).text,
  ) as HLS.types.MasterPlaylist;

async function lines(id: string, rung: string): Promise<Line[]> {
  const answer = await text(`${engine.origin}/${id}/hls/${rung}.m3u8?v=viewer-${id}`);
  if (answer.status !== 200) throw new Error(answer.text);
  return (HLS.parse(answer.text) as Media).segments.map((segment) => ({
    number: segment.mediaSequenceNumber,
    uri: segment.uri,
    durationS: segment.duration,
    time: segment.programDateTime?.getTime(),
  }));
}

const bytesOf = async (id: string, uri: string): Promise<Buffer> =>
  Buffer.from(await (await fetch(`${engine.origin}/${id}/hls/${uri}`)).arrayBuffer());

/** The list of a quality once it has so many segments. */
async function untilLines(id: string, rung: string, count: number): Promise<Line[]> {
  let found: Line[] = [];
  await expect
    .poll(async () => (found = await lines(id, rung)).length, { timeout: 15_000, interval: 200 })
    .toBeGreaterThanOrEqual(count);
  return found;
}

describe('qualities of a live channel', () => {
  it('cut where the source is cut, with the same sound, and end with their last viewer (S3.3, B5)', async () => {
    const channel = engine.channel([url('/h264.ts')], { segmentDurationS: 2 });
    const variants = (await master(channel.id)).variants.map(({ uri }) => uri.split('?')[0]);
    expect(variants).toEqual(['hls/source.m3u8', 'hls/360p.m3u8']);
    expect(engine.supervisor.running()).toEqual([]);
    await lines(channel.id, '360p');
    expect(engine.supervisor.running().length).toBe(1);
    const small = await untilLines(channel.id, '360p', 4);
    const large = await lines(channel.id, 'source');
    const pieces: Buffer[] = [];
    for (const line of small) {
      const twin = large.find(({ number }) => number === line.number)!;
      expect({ ...line, uri: '' }).toEqual({ ...twin, uri: '' });
      const [made, own] = [await bytesOf(channel.id, line.uri), await bytesOf(channel.id, twin.uri)];
      const [mine, theirs] = [demux(made), demux(own)];
      expect(mine.video[0]).toMatchObject({ key: true, pts: theirs.video[0]!.pts });
      expect(mine.video.length).toBe(theirs.video.length);
      expect(mine.audio.map(({ pts }) => pts)).toEqual(theirs.audio.map(({ pts }) => pts));
      pieces.push(made);
    }
    expect(ffmpegWarnings(Buffer.concat(pieces))).toBe('');
    engine.live.leave(channel.id, `viewer-${channel.id}`);
    await expect.poll(() => engine.supervisor.running(), { timeout: 8000 }).toEqual([]);
    await engine.live.stop(channel.id);
  }, 40_000);

  it('of a source that browsers do not play stand in its place, also in its own list (S3.3)', async () => {
    const channel = engine.channel([url('/mpeg2.ts')], { segmentDurationS: 2 });
    const { variants } = await master(channel.id);
    expect(variants.map(({ uri }) => uri.split('?')[0])).toEqual(['hls/480p.m3u8', 'hls/360p.m3u8']);
    const best = await untilLines(channel.id, 'source', 4);
    expect(best.every(({ uri }) => uri.startsWith('480p_'))).toBe(true);
    const pieces = await Promise.all(best.map(({ uri }) => bytesOf(channel.id, uri)));
    for (const piece of pieces) expect(demux(piece).video[0]?.key).toBe(true);
    expect(ffmpegWarnings(Buffer.concat(pieces))).toBe('');
    const small = await untilLines(channel.id, '360p', 2);
    for (const { uri } of small) expect(demux(await bytesOf(channel.id, uri)).video[0]?.key).toBe(true);
    for (const { number, durationS } of small)
      expect(durationS).toBe(
        (await lines(channel.id, '480p')).find((line) => line.number === number)?.durationS,
      );
    await engine.live.stop(channel.id);
    expect(engine.supervisor.running()).toEqual([]);
  }, 40_000);

  it('take over when the next source is one that browsers do not play, and hand back (S1.7, S3.3)', async () => {
    const channel = engine.channel([url('/ends.ts'), url('/mpeg2.ts')], { segmentDurationS: 2 });
    await lines(channel.id, 'source');
    await lines(channel.id, '360p');
    const seen = new Map<number, string>();
    const small = new Map<number, string>();
    const kinds = () => new Set([...seen.values()].map((uri) => uri.split('_')[0]));
    const look = async (enough: () => boolean): Promise<void> => {
      await expect
        .poll(
          async () => {
            for (const { number, uri } of await lines(channel.id, '360p')) small.set(number, uri);
            for (const { number, uri } of await lines(channel.id, 'source')) seen.set(number, uri);
            return enough();
          },
          { timeout: 25_000, interval: 200 },
        )
        .toBe(true);
    };
    const countOf = (kind: string) => [...seen.values()].filter((uri) => uri.startsWith(kind)).length;
    await look(() => countOf('480p') >= 3);
    engine.live.update({ ...channel, sources: engine.channel([url('/back.ts')]).sources });
    const before = countOf('segment');
    await look(() => countOf('segment') >= before + 2);
    expect(kinds()).toEqual(new Set(['segment', '480p']));
    for (const list of [seen, small]) {
      const numbers = [...list.keys()];
      expect(numbers).toEqual(numbers.map((_, at) => numbers[0]! + at));
    }
    const master = await lines(channel.id, 'source');
    const pieces: Buffer[] = [];
    for (const { uri } of master.slice(-3)) pieces.push(await bytesOf(channel.id, uri));
    expect(ffmpegWarnings(Buffer.concat(pieces.slice(-2)))).toBe('');
    await engine.live.stop(channel.id);
  }, 60_000);
});
