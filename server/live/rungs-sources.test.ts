import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hlsFaults } from '../../tests/support/hls-validity.ts';
import { until } from '../../tests/support/until.ts';
import { PACKET_BYTES } from '../media/ts/packet.ts';
import { type ClipOptions, makeClip } from '../media/ts/test-clips.ts';
import { faultsOfViewer, follow } from './test-encoders.ts';
import { startEngine, type TestEngine } from './test-engine.ts';
import { type Handler, pace, playing, type SourceServer, startSource } from './test-source.ts';

type Part = Partial<ClipOptions>;
const SMALL: ClipOptions = { seconds: 4, size: '640x384', fps: 12, gop: 12, bframes: 2 };
/** Of the first picture, which ffmpeg's muxer puts there. */
const MUXER_DELAY_S = 1.4;
const WRAP_S = 2 ** 33 / 90_000;

const offset = (seconds: number): string[] => ['-output_ts_offset', String(seconds)];

const INTERLACED = ['-flags', '+ilme+ildct', '-x264opts', 'tff=1'];
/** What a source is, and how many segments of it are looked at. */
const STEADY: [string, Part, number][] = [
  ['keyframes every half second', { gop: 6 }, 3],
  ['keyframes every 2.92 s', { gop: 35 }, 3],
  ['keyframes every 10 s', { gop: 120, seconds: 40 }, 2],
  ['50 fields in a second', { fps: 25, gop: 50, extra: INTERLACED }, 3],
  ['29.97 pictures in a second', { fps: 30_000 / 1001, gop: 60 }, 3],
  ['times that begin again at 33 bits', { gop: 24, extra: offset(WRAP_S - MUXER_DELAY_S - 9) }, 5],
];
/** What a source turns into and back, and whether its lists have to tell of it. */
const CHANGES: [string, Part[], boolean][] = [
  ['another size and shape', [{}, { size: '480x400' }, {}], true],
  ['another number of pictures', [{ bframes: 0 }, { fps: 25, bframes: 0 }, { fps: 8, bframes: 0 }], false],
  ['sound of six channels', [{}, { extra: ['-ac', '6'] }, {}], true],
  ['sound of another sample rate', [{}, { sampleRate: 44_100 }, {}], true],
  ['other codecs of the picture', [{ bframes: 0 }, { video: 'libx265', bframes: 0 }, { bframes: 0 }], true],
];

let source: SourceServer;
let engine: TestEngine;
const routes: Record<string, Handler> = {};

beforeAll(async () => {
  // All of them first: nothing else goes on in this process while a clip is made.
  for (const [name, part] of STEADY) {
    const clip = { ...SMALL, seconds: 16, ...part };
    // Two segments and a bit are there at once.
    route(name, makeClip(clip), Math.max(7000, 2500 * ((clip.gop ?? 12) / (clip.fps ?? 12))));
  }
  for (const [name, parts] of CHANGES) route(name, rowOf(parts), 3500);
  source = await startSource(routes);
  engine = await startEngine([source.port]);
});
afterAll(async () => {
  await engine.close();
  await source.close();
});

/** One stream whose pictures and sound turn into something else in its middle; its times go on. */
function rowOf(parts: readonly Part[]): Buffer {
  let beginsAtS = 0;
  const clips = parts.map((part) => {
    const options = { ...SMALL, ...part };
    const clip = makeClip({ ...options, extra: [...(options.extra ?? []), ...offset(beginsAtS)] });
    beginsAtS += options.seconds;
    return clip;
  });
  return countedOn(Buffer.concat(clips));
}

/** Without jumps of the counters where one clip follows on another: they would cost a picture. */
function countedOn(bytes: Buffer): Buffer {
  const counters = new Map<number, number>();
  for (let at = 0; at < bytes.length; at += PACKET_BYTES) {
    const pid = bytes.readUInt16BE(at + 1) & 0x1fff;
    const hasPayload = (bytes[at + 3]! & 0x10) !== 0;
    const counter = ((counters.get(pid) ?? 15) + (hasPayload ? 1 : 0)) & 0x0f;
    counters.set(pid, counter);
    bytes[at + 3] = (bytes[at + 3]! & 0xf0) | counter;
  }
  return bytes;
}

const addressOf = (name: string): string => `/${name.replaceAll(/\W/g, '-')}.ts`;

function route(name: string, bytes: Buffer, skipMs: number): void {
  routes[addressOf(name)] = playing(pace(bytes), { skipMs });
}

const channelOf = (name: string) => engine.channel([`${source.origin}${addressOf(name)}`]);

describe('a live quality is valid, and cut where its source is, when that has', () => {
  it.each(STEADY)('%s (S3.3)', async (name, _, segments) => {
    const channel = channelOf(name);
    const master = `${engine.origin}/${channel.id}/hls?v=${channel.id}`;
    // Players ask again while keyframes are long in coming.
    await until('there is a list', async () => (await fetch(master)).status === 200);
    expect(await hlsFaults(master, { segments })).toEqual([]);
    await engine.live.stop(channel.id);
  });
});

/** Both changes lie in it. */
const LOOKED_AT_S = 9;
/** Sound that is missing where another stream begins: less than players hide (media-decisions.md Q2 rule 5). */
const GRAIN = { soundGapTicks: 9000, cutTicks: 4500, lengthTicks: 90_000 / 8 };

describe('a live quality goes on when its source turns into', () => {
  it.each(CHANGES)('%s (S3.3, S1.7)', async (name, _, tells) => {
    const channel = channelOf(name);
    const small = follow(engine, channel.id, '360p');
    const own = follow(engine, channel.id, 'source');
    const enough = async (): Promise<boolean> => {
      await Promise.all([small.look(), own.look()]);
      return lengthS(small) >= LOOKED_AT_S;
    };
    await until(() => `${LOOKED_AT_S} s of it: ${lengthS(small)}; ${small.faults}`, enough);
    for (const list of [small, own]) expect(await faultsOfViewer(list, GRAIN)).toEqual([]);
    const breaks = [...small.copies.values()].filter(({ discontinuity }) => discontinuity).length;
    if (tells) expect(breaks).toBeGreaterThan(0);
    expect(engine.live.statusOf(channel.id)?.rungs.find(({ rung }) => rung === '360p')?.state).toBe(
      'running',
    );
    await engine.live.stop(channel.id);
  });
});

const lengthS = (list: ReturnType<typeof follow>): number =>
  [...list.copies.values()].reduce((sum, { durationS }) => sum + durationS, 0);
