import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultsOfVariants, followAll, hlsFaults } from '../../tests/support/hls-validity.ts';
import { makeClip } from '../media/ts/test-clips.ts';
import { startEngine, type TestEngine } from './test-engine.ts';
import { pace, playing, type SourceServer, startSource } from './test-source.ts';

let source: SourceServer;
let engine: TestEngine;

/** Pictures that two cores can encode in all sizes at once: few of them. */
const FPS = 10;
/** MPEG-2 has names for these rates only. */
const MPEG2_FPS = 24;

beforeAll(async () => {
  const large = { seconds: 20, fps: FPS, gop: 17, bframes: 2, size: '1280x722' };
  const small = { seconds: 20, fps: FPS, size: '720x480' };
  const h264 = pace(makeClip(large));
  const mpeg2 = pace(
    makeClip({ ...small, fps: MPEG2_FPS, gop: 12, bframes: 2, video: 'mpeg2video', audio: 'ac3' }),
  );
  const hevc = pace(makeClip({ ...small, gop: 30, video: 'libx265' }));
  source = await startSource({
    '/h264.ts': playing(h264, { skipMs: 6000 }),
    '/mpeg2.ts': playing(mpeg2, { skipMs: 6000 }),
    '/hevc.ts': playing(hevc, { skipMs: 6000 }),
  });
  engine = await startEngine([source.port]);
}, 60_000);

afterAll(async () => {
  expect(engine.supervisor.running()).toEqual([]);
  await engine.close();
  await source.close();
});

describe('the validity test of HLS finds nothing', () => {
  it('in the source and all three qualities made of it (S3.3)', async () => {
    const channel = engine.channel([`${source.origin}/h264.ts`]);
    const master = `${engine.origin}/${channel.id}/hls?v=h264`;
    expect(await hlsFaults(master, { segments: 4 })).toEqual([]);
    await engine.live.stop(channel.id);
  }, 60_000);

  it.each([
    ['mpeg2', MPEG2_FPS],
    ['hevc', FPS],
  ])(
    'in the qualities of a source that browsers do not play: %s (S3.3)',
    async (name, fps) => {
      const channel = engine.channel([`${source.origin}/${name}.ts`]);
      const master = `${engine.origin}/${channel.id}/hls?v=${name}`;
      expect(await hlsFaults(master, { segments: 4, cutTicks: 90_000 / fps })).toEqual([]);
      await engine.live.stop(channel.id);
    },
    60_000,
  );

  it('but it does find what is wrong', async () => {
    const channel = engine.channel([`${source.origin}/hevc.ts`]);
    const options = { segments: 3, cutTicks: 90_000 / FPS };
    const variants = await followAll(`${engine.origin}/${channel.id}/hls?v=wrong`, options);
    await engine.live.stop(channel.id);
    const [best, low] = variants.map(({ list }) => [...list.copies.values()]);
    const [first, second] = low!;
    first!.bytes = first!.bytes.subarray(188 * 40);
    second!.durationS += 0.1;
    best![1]!.bytes = best![0]!.bytes;
    variants[0]!.told = { ...variants[0]!.told, bandwidth: 100_000, frameRate: 25, codecs: 'avc1.640028' };
    const faults = (await faultsOfVariants(variants, options)).join('\n');
    for (const what of [
      `360p.m3u8: segment ${first!.number} does not begin with PAT and PMT`,
      `360p.m3u8: segment ${second!.number} says it lasts`,
      `480p.m3u8: segment ${second!.number - 1} has a step of`,
      '480p.m3u8: BANDWIDTH is 0.',
      '480p.m3u8: CODECS is avc1.640028',
      '480p.m3u8: FRAME-RATE is 25',
      '480p.m3u8: ffmpeg says',
      `segment ${second!.number} has another sound in 360p.m3u8`,
      `segment ${second!.number} has another EXTINF in 360p.m3u8`,
    ])
      expect(faults).toContain(what);
  }, 60_000);
});
