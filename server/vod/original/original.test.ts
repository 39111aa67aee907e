import { execFileSync } from 'node:child_process';
import { afterAll, describe, expect, test } from 'vitest';
import { START_SECONDS } from '../../media/args.ts';
import { TICKS_PER_SECOND } from '../../media/ts/packet.ts';
import { demux, ffmpegWarnings } from '../../media/ts/test-clips.ts';
import { clip, closeGrids, decoded, openGrid, type TestGrid } from '../grid/test-grid.ts';
import { originalDurations, originalPlaylist, originalVariant } from './playlist.ts';
import { probeOriginal } from './probe.ts';
import { originalSegment } from './segment.ts';
import type { OriginalTable } from './table.ts';

afterAll(closeGrids);

const SECONDS = 9;
const source = (rate = '25'): string[] => [
  ...['-f', 'lavfi', '-i', `testsrc2=s=320x180:r=${rate}:d=${SECONDS}`],
  ...['-f', 'lavfi', '-i', `aevalsrc=0.3*sin(2*PI*(200+10*t)*t)|0.2*sin(900*t):s=48000:d=${SECONDS}`],
];
const H264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-c:a', 'aac'];
const everyTwo = ['-g', '50', '-keyint_min', '50', '-sc_threshold', '0'];
const uneven = ['-g', '500', '-sc_threshold', '0', '-force_key_frames', '0.6,3.2,3.4,7'];

async function tableOf(file: string): Promise<{ grid: TestGrid; table: OriginalTable | null }> {
  const grid = await openGrid(file, { segmentSeconds: 4 });
  return { grid, table: await probeOriginal(grid.ports, grid.plan) };
}

async function segmentsOf({ ports }: TestGrid, table: OriginalTable): Promise<Buffer[]> {
  const order = [...table.cutsSeconds.keys()];
  const made = new Map<number, Buffer>();
  // In any order: no segment knows what was made before it.
  for (const k of order.toReversed()) made.set(k, await originalSegment(ports, table, k));
  return order.map((k) => made.get(k)!);
}

const framesOf = (input: Buffer, args: string[]): string[] =>
  execFileSync(
    'ffmpeg',
    ['-nostdin', '-v', 'error', ...args, '-fps_mode', 'passthrough', '-f', 'framemd5', '-'],
    {
      input,
      maxBuffer: 2 ** 26,
    },
  )
    .toString()
    .split('\n')
    .filter((line) => /^\d/.test(line))
    .map((line) => line.split(',').at(-1)!.trim());

describe.each([
  ['mp4', uneven],
  ['mkv', everyTwo],
  ['ts', uneven],
  ['flv', everyTwo],
])('a .%s that browsers play as it is', (ending, keys) => {
  test('is cut at its own keyframes, on demand, and loses no picture, no sound and no bit', async () => {
    const file = clip(ending, [...source(), ...H264, ...keys]);
    const { grid, table } = await tableOf(file);
    expect(table).not.toBeNull();
    const segments = await segmentsOf(grid, table!);
    const whole = Buffer.concat(segments);
    expect(ffmpegWarnings(whole)).toBe('');
    const pictures = ['-map', '0:v'];
    const theirs = framesOf(Buffer.alloc(0), ['-i', file, ...pictures]);
    expect(framesOf(whole, ['-f', 'mpegts', '-i', 'pipe:0', ...pictures])).toEqual(theirs);
    expect(theirs).toHaveLength(SECONDS * 25);
    const sound = ['-map', '0:a', '-ac', '1', '-ar', '48000'];
    const [ours, own] = [
      decoded(['-f', 'mpegts', '-i', 'pipe:0', ...sound], whole),
      decoded(['-i', file, ...sound], Buffer.alloc(0)),
    ];
    // The frame that an encoder puts in front, and no more.
    expect(Math.abs(ours.length - own.length) / 2).toBeLessThanOrEqual(2048);
    for (const [k, segment] of segments.entries()) {
      const { video, audio } = demux(segment);
      const at = (ticks: number) => ticks / TICKS_PER_SECOND - START_SECONDS;
      expect(video[0]!.key).toBe(true);
      expect(at(video[0]!.pts)).toBeCloseTo(table!.cutsSeconds[k]!, 3);
      if (k > 0) expect(at(audio[0]!.pts) - table!.cutsSeconds[k]!).toBeLessThan(0.0215);
      expect(segment.length).toBeLessThanOrEqual(table!.sizesBytes[k]!);
      expect(segment.length).toBeGreaterThan(table!.sizesBytes[k]! * 0.8);
    }
  });
});

test('lists tell the true lengths, and a rate between the peak and a fifth more', async () => {
  const { grid, table } = await tableOf(clip('mp4', [...source(), ...H264, ...everyTwo]));
  expect(table).toMatchObject({ aligned: true, cutsSeconds: [0, 4, 8], codecs: 'avc1.64000c,mp4a.40.2' });
  expect(originalDurations(table!).at(-1)).toBeCloseTo(1, 2);
  expect(originalPlaylist(table!, 7)).toContain('#EXTINF:4.000000,\n7-1.ts\n');
  expect(originalPlaylist(table!, 7)).toMatch(/PLAYLIST-TYPE:VOD[\s\S]*#EXT-X-ENDLIST/);
  const peak = Math.max(...(await segmentsOf(grid, table!)).map((segment) => (segment.length * 8) / 4));
  const { bandwidth } = originalVariant(table!, grid.ports.facts);
  expect(bandwidth / peak).toBeGreaterThanOrEqual(1);
  expect(bandwidth / peak).toBeLessThan(1.2);
  await expect(originalSegment(grid.ports, table!, 3)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test.each([
  ['keyframes that stand elsewhere', uneven],
  ['sound of another kind', [...everyTwo, '-ar', '44100']],
])('with %s players do not change between it and the made qualities', async (_what, args) => {
  const { table } = await tableOf(clip('mp4', [...source(), ...H264, ...args]));
  expect(table).toMatchObject({ aligned: false });
});

test.each([
  ['another codec', 'mp4', ['-c:v', 'mpeg4', '-c:a', 'aac']],
  ['sound that browsers do not play', 'mkv', [...H264, ...everyTwo, '-c:a', 'ac3']],
  ['ten bits', 'mp4', [...H264, ...everyTwo, '-pix_fmt', 'yuv420p10le']],
  ['long pixels', 'mp4', [...H264, ...everyTwo, '-vf', 'setsar=4/3']],
  [
    'ten seconds between keyframes',
    'mp4',
    ['-vf', 'setpts=1.5*PTS', ...H264, '-g', '500', '-sc_threshold', '0'],
  ],
])('a file with %s is only offered converted', async (_what, ending, args) => {
  expect((await tableOf(clip(ending, [...source(), ...args]))).table).toBeNull();
});

test('a cut where the file has no keyframe gives an error, not half a segment', async () => {
  const { grid, table } = await tableOf(clip('mp4', [...source(), ...H264, ...everyTwo]));
  const wrong = { cutsSeconds: table!.cutsSeconds.map((cut) => cut + 0.5) };
  await expect(originalSegment(grid.ports, wrong, 1)).rejects.toMatchObject({ code: 'TRANSCODE_FAILED' });
});
