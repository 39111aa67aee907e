import { execFileSync } from 'node:child_process';
import { statSync, truncateSync } from 'node:fs';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, test } from 'vitest';
import { START_SECONDS } from '../../media/args.ts';
import type { SupervisedChild, Supervisor } from '../../media/ffmpeg/supervisor.ts';
import type { ChildResult } from '../../media/ffmpeg/types.ts';
import { TICKS_PER_SECOND } from '../../media/ts/packet.ts';
import { demux, ffmpegWarnings } from '../../media/ts/test-clips.ts';
import { clip, closeGrids, decoded, openGrid, type TestGrid } from '../grid/test-grid.ts';
import { originalDurations, originalPlaylist, originalVariant } from './playlist.ts';
import { probeOriginal } from './probe.ts';
import { type OriginalPorts, originalSegment } from './segment.ts';
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

type Ending = Partial<ChildResult> & { label?: string; never?: boolean };

/** Ports whose copying child brings only this share of what it would, and then ends so, or brings nothing more. */
function endingEarly({ ports }: TestGrid, share: number, how: Ending): OriginalPorts {
  const { label = 'original', never = false, ...ending } = how;
  const start = (spec: Parameters<Supervisor['start']>[0]): SupervisedChild => {
    const child = ports.supervisor.start(spec);
    if (spec.label !== label) return child;
    const done = child.done.then((result) => ({ ...result, ...ending }));
    const stop = async (graceMs?: number) => {
      await child.stop(graceMs);
      return await done;
    };
    const stdout = new Readable({ read: () => undefined });
    void child.stdout!.toArray().then((parts: Buffer[]) => {
      const all = Buffer.concat(parts);
      stdout.push(all.subarray(0, Math.round(all.length * share)));
      if (!never) stdout.push(null);
    });
    const { pid, stdin } = child;
    const rest = { onProgress: () => undefined, pause: () => undefined, resume: () => undefined };
    return { label: spec.label, pid, stdin, stdout, done, stop, ...rest };
  };
  return { ...ports, supervisor: { ...ports.supervisor, start } };
}
const KILLED = { code: null, signal: 'SIGKILL', reason: 'exit' } as const;

test.each([
  ['in the middle of a segment', 1, 0.5],
  ['in the last one', 2, 0.9],
])(
  'a child that is killed %s gives an error, not a part of it, and the next one gives it whole',
  async (_where, k, share) => {
    const { grid, table } = await tableOf(clip('mp4', [...source(), ...H264, ...everyTwo]));
    const killed = endingEarly(grid, share, KILLED);
    await expect(originalSegment(killed, table!, k)).rejects.toMatchObject({ code: 'SEGMENT_NOT_READY' });
    const failed = endingEarly(grid, share, { code: 1 });
    await expect(originalSegment(failed, table!, k)).rejects.toMatchObject({ code: 'TRANSCODE_FAILED' });
    const { video } = demux(await originalSegment(grid.ports, table!, k));
    expect(video).toHaveLength(k === 1 ? 100 : 25);
  },
);

test('pictures that end before the next segment begins are no whole segment, whatever the child says of its end', async () => {
  const { grid, table } = await tableOf(clip('mp4', [...source(), ...H264, ...everyTwo]));
  await expect(originalSegment(endingEarly(grid, 0.5, {}), table!, 1)).rejects.toMatchObject({
    code: 'TRANSCODE_FAILED',
  });
});

test.each(['original', 'packets'])(
  'a file is not held to be unfit because its child `%s` was killed',
  async (label) => {
    const grid = await openGrid(clip('mp4', [...source(), ...H264, ...everyTwo]), { segmentSeconds: 4 });
    await expect(probeOriginal(endingEarly(grid, 0.2, { ...KILLED, label }), grid.plan)).rejects.toThrow();
    expect(await probeOriginal(grid.ports, grid.plan)).not.toBeNull();
  },
);

test.each([
  ['mkv', []],
  ['ts', []],
  ['flv', []],
  ['mp4', ['-movflags', '+faststart']],
])('a .%s that was cut off is given to its true end', async (ending, flags) => {
  const file = clip(ending, [...source(), ...H264, ...everyTwo, ...flags]);
  truncateSync(file, Math.round(statSync(file).size * 0.75));
  const { grid, table } = await tableOf(file);
  expect(table!.cutsSeconds).toHaveLength(2);
  const [first, last] = (await segmentsOf(grid, table!)).map((segment) => demux(segment).video);
  expect(first).toHaveLength(100);
  const packets = ['-select_streams', 'v:0', '-show_entries', 'packet=pts', '-of', 'csv=p=0'];
  const lines = execFileSync('ffprobe', ['-v', 'quiet', ...packets, file])
    .toString()
    .split('\n');
  const pictures = lines.filter((line) => line.trim() !== '');
  expect(Math.abs(100 + last!.length - pictures.length)).toBeLessThanOrEqual(1);
});

test('sound that ends before its picture leaves every segment whole, and the rest of the file is not read for it', async () => {
  const sound = ['-f', 'lavfi', '-i', 'sine=r=48000:d=5'];
  const pictures = ['-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=25:d=36'];
  const { grid, table } = await tableOf(clip('mp4', [...pictures, ...sound, ...H264, ...everyTwo]));
  const endless = endingEarly(grid, 1, { never: true });
  for (const k of [1, 2]) expect(demux(await originalSegment(endless, table!, k)).video).toHaveLength(100);
  expect(demux((await segmentsOf(grid, table!)).at(-1)!).video).toHaveLength(100);
});
