import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../tests/support/until.ts';
import { TICKS_PER_SECOND } from '../media/ts/packet.ts';
import { clipFile, demux, makeClip, printedBy, warningsOf } from '../media/ts/test-clips.ts';
import { startEngine, type TestEngine, text, watch } from './test-engine.ts';
import {
  type Handler,
  type PacedClip,
  pace,
  playing,
  type SourceServer,
  startSource,
} from './test-source.ts';

let clips: Record<'aac' | 'mp2' | 'ac3' | 'mp3', PacedClip>;
let source: SourceServer;

/** A beep at each full second, so that the place of the sound can be heard. */
const BEEPS = ['-af', "volume='if(lt(mod(t,1),0.2),1,0)':eval=frame"];
/** As converted sound has it: another number of channels is another sound, of which lists tell. */
const STEREO = ['-ac', '2'];
const FRAME_TICKS = (1024 * TICKS_PER_SECOND) / 48_000;

beforeAll(async () => {
  const clip = (audio: 'aac' | 'mp2' | 'ac3', extra: string[] = [], seconds = 24) =>
    pace(makeClip({ seconds, gop: 25, size: '320x180', audio, extra: [...BEEPS, ...extra] }));
  clips = {
    aac: clip('aac', STEREO),
    mp2: clip('mp2'),
    ac3: clip('ac3'),
    mp3: clip('mp2', ['-c:a', 'libmp3lame']),
  };
  const radio = makeClip({ seconds: 20, video: null, audio: 'ac3' });
  source = await startSource({
    '/mp2.ts': playing(clips.mp2, { skipMs: 3500 }),
    '/ac3.ts': playing(clips.ac3, { skipMs: 3500 }),
    '/mp3.ts': playing(clips.mp3, { skipMs: 3500 }),
    '/aac-ends.ts': endingOnce(clip('aac', STEREO, 9)),
    '/ac3-ends.ts': endingOnce(clip('ac3', [], 9)),
    '/aac.ts': playing(clips.aac, { skipMs: 3500 }),
    '/ac3-radio.ts': (_req, res) => res.end(radio),
  });
});

afterAll(() => source.close());

/** Tests run side by side, each with an engine of its own, whose children are counted. */
async function withEngine(test: (engine: TestEngine) => Promise<void>): Promise<void> {
  const engine = await startEngine([source.port]);
  try {
    await test(engine);
  } finally {
    await engine.close();
  }
}

/** Plays to the end of the clip, once for each address; after that there is nothing to come back to. */
function endingOnce(clip: PacedClip): Handler {
  const played = new Set<string>();
  const play = playing(clip, { skipMs: 3500, once: true });
  return (req, res) => {
    if (played.has(req.url ?? '')) res.writeHead(404).end();
    else play(req, res);
    played.add(req.url ?? '');
  };
}

const url = (path: string) => `${source.origin}${path}`;
const children = (engine: TestEngine) =>
  engine.supervisor.running().filter((child) => child.label === 'live sound');

let players = 0;

/** A player of the list: takes each segment once. */
function player(engine: TestEngine, channelId: string) {
  const viewer = `player-${++players}`;
  const seen = new Map<string, Buffer>();
  let list = '';
  const look = async (): Promise<number> => {
    const answer = await text(`${engine.origin}/${channelId}/hls/source.m3u8?v=${viewer}`);
    expect(answer.status, answer.text).toBe(200);
    list = answer.text;
    const names = list.match(/^segment_\d+\.ts$/gm) ?? [];
    if (seen.size > 0) expect(names, 'the player came too late').toContain([...seen.keys()].at(-1));
    for (const name of names) {
      if (seen.has(name)) continue;
      const bytes = await fetch(`${engine.origin}/${channelId}/hls/${name}`);
      seen.set(name, Buffer.from(await bytes.arrayBuffer()));
    }
    return seen.size;
  };
  return {
    look,
    list: () => list,
    bytes: () => Buffer.concat([...seen.values()]),
    until: (count: number) => until(`${count} segments`, async () => (await look()) >= count, 25_000),
  };
}

/** Places where the sound is not one frame after the other, in ticks too much (or too little). */
function gaps(bytes: Buffer): number[] {
  const { audio } = demux(bytes);
  return audio
    .slice(1)
    .map((unit, index) => unit.pts - audio[index]!.pts - FRAME_TICKS)
    .filter((extra) => Math.abs(extra) > 2);
}

/** When each beep begins, by the stream's own clock in ms. */
async function beeps(bytes: Buffer): Promise<number[]> {
  const args = ['-nostdin', '-copyts', '-i', clipFile(bytes), '-vn', '-af', 'silencedetect=n=-30dB:d=0.3'];
  const printed = await printedBy([...args, '-f', 'null', '-']);
  return [...printed.matchAll(/silence_end: ([\d.]+)/g)].map((match) => Number(match[1]) * 1000);
}

const farthest = (places: number[], from: number[]): number =>
  Math.max(...places.map((place) => Math.min(...from.map((other) => Math.abs(other - place)))));

describe.concurrent('sound that browsers do not play', () => {
  it.each(['mp2', 'ac3', 'mp3'] as const)(
    '%s becomes AAC without a gap and in step with its picture, by one child; the TS keeps its own',
    (codec) =>
      withEngine(async (engine) => {
        const channel = engine.channel([url(`/${codec}.ts`)]);
        const raw = await watch(`${engine.origin}/${channel.id}`);
        const master = await text(`${engine.origin}/${channel.id}/hls`);
        expect([master.status, /CODECS="avc1\.[0-9A-F]{6},mp4a\.40\.2"/.test(master.text)]).toEqual([
          200,
          true,
        ]);
        const viewer = player(engine, channel.id);
        await viewer.until(6);
        const bytes = viewer.bytes();
        expect(await warningsOf(bytes)).toBe('');
        expect(demux(bytes).program).toMatchObject({ video: { codec: 'h264' }, audio: { codec: 'aac' } });
        expect(gaps(bytes)).toEqual([]);
        const heard = await beeps(bytes);
        expect(heard.length).toBeGreaterThan(3);
        expect(farthest(heard, await beeps(clips[codec].bytes))).toBeLessThan(40);
        expect(children(engine)).toHaveLength(1);
        expect(demux(raw.bytes()).program.audio?.codec).toBe(codec === 'ac3' ? 'ac3' : 'mp2');
        raw.leave();
        await engine.live.stop(channel.id);
        expect(engine.supervisor.running()).toEqual([]);
      }),
  );

  it('has no child while nobody watches HLS, and none for AAC', () =>
    withEngine(async (engine) => {
      const [ac3, aac] = [engine.channel([url('/ac3.ts')]), engine.channel([url('/aac.ts')])];
      const raw = await watch(`${engine.origin}/${ac3.id}`);
      await raw.until(50_000);
      await player(engine, aac.id).until(2);
      expect(engine.supervisor.running()).toEqual([]);
      raw.leave();
      await engine.live.stop(ac3.id);
      await engine.live.stop(aac.id);
    }));

  it('alone plays as HLS too', () =>
    withEngine(async (engine) => {
      const channel = engine.channel([url('/ac3-radio.ts')]);
      const viewer = player(engine, channel.id);
      await viewer.until(2);
      expect(await warningsOf(viewer.bytes())).toBe('');
      expect(gaps(viewer.bytes())).toEqual([]);
      await engine.live.stop(channel.id);
    }));
});

describe.concurrent('a switch to another kind of sound', () => {
  it.each([
    ['/aac-ends.ts', '/ac3.ts', 1],
    ['/ac3-ends.ts', '/aac.ts', 0],
    ['/ac3-ends.ts', '/mp2.ts', 1],
  ])('from %s to %s the list goes on as H.264 and AAC', (from, to, after) =>
    withEngine(async (engine) => {
      // An address of its own: the source ends once at each.
      const channel = engine.channel([url(`${from}?then=${to}&player=${players}`), url(to)]);
      const viewer = player(engine, channel.id);
      await viewer.until(2);
      await until('the switch', () => engine.switches.length === 1, 20_000);
      await viewer.until(8);
      const bytes = viewer.bytes();
      expect(viewer.list()).not.toContain('DISCONTINUITY');
      expect(await warningsOf(bytes)).toBe('');
      // At the splice only: what the old source had not finished is lost.
      const found = gaps(bytes);
      expect(engine.switches).toHaveLength(1);
      expect(found.length).toBeLessThan(2);
      for (const extra of found) expect(extra).toBeLessThan(TICKS_PER_SECOND / 5);
      expect(children(engine)).toHaveLength(after);
      await engine.live.stop(channel.id);
      expect(engine.supervisor.running()).toEqual([]);
    }),
  );
});

describe.concurrent('PROC-01: a converter that fails', () => {
  it.each([
    ['is killed', 'SIGKILL', FRAME_TICKS],
    ['hangs', 'SIGSTOP', 3 * TICKS_PER_SECOND],
  ] as const)('%s is started again; pictures go on, and sound comes back', (_how, signal, mostLost) =>
    withEngine(async (engine) => {
      const channel = engine.channel([url('/ac3.ts')]);
      const viewer = player(engine, channel.id);
      await viewer.until(2);
      const pid = children(engine)[0]!.pid!;
      process.kill(pid, signal);
      await until('another child', () => children(engine).find((child) => child.pid && child.pid !== pid));
      const count = await viewer.look();
      await viewer.until(count + 4);
      const { video, audio } = demux(viewer.bytes());
      expect(await warningsOf(viewer.bytes())).toBe('');
      for (let index = 1; index < video.length; index++)
        expect(video[index]!.dts - video[index - 1]!.dts).toBe(3600);
      // What a killed one owed is made again, though its frames begin elsewhere; a hung one is noticed late.
      const found = gaps(viewer.bytes());
      expect(found.length).toBeLessThan(2);
      for (const extra of found) expect(extra).toBeLessThan(mostLost);
      expect(video.at(-1)!.pts - audio.at(-1)!.pts).toBeLessThan(TICKS_PER_SECOND / 5);
      await until('one child', () => children(engine).length === 1);
      expect(children(engine)[0]!.pid).not.toBe(pid);
      await engine.live.stop(channel.id);
      expect(engine.supervisor.running()).toEqual([]);
    }),
  );
});
