import { createCipheriv, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describePicture } from '../../../media/ts/describe.ts';
import { clipFile, demux, ffmpegWarnings, makeClip } from '../../../media/ts/test-clips.ts';
import { type SourceServer, startSource } from '../../test-source.ts';
import { type Files, filesAt, hlsOf, type Played, playSource, sending } from './test-hls.ts';

const SECONDS = 6;
let server: SourceServer;
let clip: Buffer;
let key: Buffer;

beforeAll(async () => {
  clip = makeClip({ seconds: SECONDS, gop: 50, bframes: 2 });
  const file = clipFile(clip);
  key = randomBytes(16);
  const keyFile = clipFile(key, 'key');
  const keyInfo = clipFile(Buffer.alloc(0), 'info');
  writeFileSync(keyInfo, `secret.key\n${keyFile}\n`);
  const fmp4 = ['-hls_segment_type', 'fmp4', '-bsf:a', 'aac_adtstoasc'];
  const split = ['-map', '0:v', '-map', '0:a', '-var_stream_map', 'v:0,agroup:s a:0,agroup:s,default:yes'];
  const named4 = ['-master_pl_name', 'master.m3u8', '-hls_segment_filename', '%v-%d.m4s'];
  const named = ['-master_pl_name', 'master.m3u8', '-hls_segment_filename', '%v-%d.ts'];
  const ts = hlsOf(file, []);
  server = await startSource({
    ...filesAt('/ts', ts),
    ...filesAt('/fmp4', hlsOf(file, fmp4)),
    ...filesAt('/range', hlsOf(file, ['-hls_flags', 'single_file'])),
    ...filesAt('/fmp4-range', hlsOf(file, [...fmp4, '-hls_flags', 'single_file'])),
    ...filesAt('/aes', hlsOf(file, ['-hls_key_info_file', keyInfo])),
    '/aes/secret.key': sending(key),
    ...filesAt('/split', hlsOf(file, [...split, ...named], 'list-%v.m3u8')),
    ...filesAt('/split-fmp4', hlsOf(file, [...split, ...fmp4, ...named4], 'list-%v.m3u8')),
    ...changing('/changing', [clip, makeClip({ seconds: 2, gop: 25, bframes: 2, size: '160x90' })]),
    ...filesAt('/radio', hlsOf(file, ['-map', '0:a'])),
    ...packed('/packed'),
    ...rotating('/rotating', ts),
    ...implicit('/implicit', hlsOf(file, ['-hls_flags', 'single_file'])),
  });
});

afterAll(() => server.close());

/** The sound of the clip as packed AAC beside its pictures as TS. */
function packed(base: string) {
  const file = clipFile(clip);
  const { audio } = demux(clip);
  const [parts, lists]: [Files, string[]] = [new Map(), []];
  for (let from = 0; from < audio.length; from += 94) {
    const frames = audio.slice(from, from + 94);
    const time = Buffer.alloc(8);
    time.writeBigUInt64BE(BigInt(frames[0]!.pts));
    const owner = Buffer.from('com.apple.streaming.transportStreamTimestamp\0', 'latin1');
    const priv = Buffer.concat([Buffer.from('PRIV\0\0\0\x35\0\0', 'latin1'), owner, time]);
    const tag = Buffer.concat([
      Buffer.from(`ID3\x04\0\0\0\0\0${String.fromCharCode(priv.length)}`, 'latin1'),
      priv,
    ]);
    parts.set(`sound-${from}.aac`, Buffer.concat([tag, ...frames.map((frame) => frame.data)]));
    lists.push(`#EXTINF:${((frames.length * 1024) / 48000).toFixed(3)},\nsound-${from}.aac`);
  }
  const head = '#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXT-X-MEDIA-SEQUENCE:0\n';
  const media = '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="x",DEFAULT=YES,URI="sound.m3u8"\n';
  return {
    ...filesAt(base, hlsOf(file, ['-an'])),
    ...filesAt(base, parts),
    [`${base}/sound.m3u8`]: sending(`${head}${lists.join('\n')}\n#EXT-X-ENDLIST\n`),
    [`${base}/master.m3u8`]: sending(
      `#EXTM3U\n${media}#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO="a"\nindex.m3u8\n`,
    ),
  };
}

/** Fragmented MP4 of several clips, each with an initialisation section of its own. */
function changing(base: string, clips: Buffer[]) {
  const lists = clips.map((bytes, index) => {
    const own = ['-hls_fmp4_init_filename', `init-${index}.mp4`, '-hls_segment_filename', `${index}-%d.m4s`];
    return hlsOf(clipFile(bytes), ['-hls_segment_type', 'fmp4', '-bsf:a', 'aac_adtstoasc', ...own]);
  });
  const bodies = lists.map(
    (files) =>
      files
        .get('index.m3u8')!
        .toString()
        .match(/#EXT-X-MAP[\s\S]*(?=#EXT-X-E)/)![0],
  );
  const text = `#EXTM3U\n#EXT-X-TARGETDURATION:3\n${bodies.join('#EXT-X-DISCONTINUITY\n')}#EXT-X-ENDLIST\n`;
  return {
    ...Object.assign({}, ...lists.map((files) => filesAt(base, files))),
    [`${base}/index.m3u8`]: sending(text),
  };
}

/** A key for each segment; the number of the segment is its IV. */
function rotating(base: string, ts: Files) {
  const names = [...ts.keys()].filter((name) => name.endsWith('.ts')).sort();
  const keys = names.map(() => randomBytes(16));
  const files: Files = new Map();
  const lines = names.map((name, index) => {
    const iv = Buffer.alloc(16);
    iv.writeUInt32BE(7 + index, 12);
    const cipher = createCipheriv('aes-128-cbc', keys[index]!, iv);
    files.set(name, Buffer.concat([cipher.update(ts.get(name)!), cipher.final()]));
    files.set(`${index}.key`, keys[index]!);
    return `#EXT-X-KEY:METHOD=AES-128,URI="${index}.key"\n#EXTINF:2,\n${name}`;
  });
  const head = '#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:7\n';
  return {
    ...filesAt(base, files),
    [`${base}/index.m3u8`]: sending(`${head}${lines.join('\n')}\n#EXT-X-ENDLIST\n`),
  };
}

/** Ranges without offsets, from a server that does not know ranges. */
function implicit(base: string, files: Files) {
  const list = files
    .get('index.m3u8')!
    .toString()
    .replaceAll(/(#EXT-X-BYTERANGE:\d+)@\d+/g, '$1');
  const media = files.get('index.ts')!;
  return {
    [`${base}/index.m3u8`]: sending(list),
    [`${base}/index.ts`]: (_req: unknown, res: import('node:http').ServerResponse) => res.end(media),
  };
}

const url = (route: string) => `${server.origin}${route}`;

/** Everything of the clip came out once, without a hole, and ffmpeg reads it without a word. */
function expectWhole(played: Played, what: { video: boolean; audio: boolean }): void {
  const before = demux(clip);
  expect(played.error).toMatchObject({ details: { reason: 'it ended the stream' } });
  expect(ffmpegWarnings(played.output)).toBe('');
  const after = demux(played.output);
  expect(after.demuxer.damage).toEqual({
    lostSync: 0,
    transportErrors: 0,
    counterJumps: 0,
    droppedVideo: 0,
    droppedAudio: 0,
  });
  if (what.video) {
    expect(after.video.length).toBe(before.video.length);
    expect([Math.min(...played.steps), Math.max(...played.steps)]).toEqual([3600, 3600]);
  }
  if (!what.audio) return;
  expect(after.audio.length).toBeGreaterThanOrEqual(before.audio.length - 2);
  const gaps = after.audio.slice(1).map((unit, index) => unit.pts - after.audio[index]!.pts);
  expect(Math.max(...gaps)).toBeLessThanOrEqual(1925);
  if (!what.video) return;
  const sample = before.audio[50]!;
  const same = after.audio.find((unit) => unit.data.equals(sample.data))!;
  const lead = before.video[50]!.pts - sample.pts;
  expect(Math.abs(after.video[50]!.pts - same.pts - lead)).toBeLessThan(180);
}

describe('kinds of HLS', () => {
  it.each([
    ['MPEG-TS', '/ts/index.m3u8'],
    ['fragmented MP4', '/fmp4/index.m3u8'],
    ['byte ranges', '/range/index.m3u8'],
    ['byte ranges of fragmented MP4', '/fmp4-range/index.m3u8'],
    ['byte ranges without offsets, from a server without ranges', '/implicit/index.m3u8'],
    ['AES-128', '/aes/index.m3u8'],
    ['AES-128 with another key for each segment', '/rotating/index.m3u8'],
    ['separate sound as MPEG-TS', '/split/master.m3u8'],
    ['separate sound as fragmented MP4', '/split-fmp4/master.m3u8'],
    ['separate sound as packed AAC', '/packed/master.m3u8'],
  ])('S1.3 SRC-14: %s plays whole, with its sound in time', async (_name, route) => {
    const begun = server.requests.length;
    const played = await playSource(url(route), [server.port]);
    expectWhole(played, { video: true, audio: true });
    const asked = server.requests.slice(begun);
    if (!route.includes('range') && !route.includes('implicit'))
      expect(new Set(asked).size).toBe(asked.length);
    expect([server.peak(), server.open()]).toEqual([1, 0]);
  });

  it('sound alone plays whole', async () => {
    expectWhole(await playSource(url('/radio/index.m3u8'), [server.port]), { video: false, audio: true });
  });

  it('SRC-09: another initialisation section after a discontinuity is taken without a break', async () => {
    const played = await playSource(url('/changing/index.m3u8'), [server.port]);
    expect(played.error).toMatchObject({ details: { reason: 'it ended the stream' } });
    expect(played.programs.length).toBe(2);
    const after = demux(played.output);
    expect(after.video.length).toBe((SECONDS + 2) * 25);
    expect([Math.min(...played.steps), Math.max(...played.steps)]).toEqual([3600, 3600]);
    const sizes = after.video
      .filter((unit) => unit.key)
      .map(({ data }) => describePicture('h264', data)?.height);
    expect(new Set(sizes)).toEqual(new Set([180, 90]));
    expect(ffmpegWarnings(played.output)).not.toMatch(/error|corrupt|invalid|non monoton/i);
  });
});
