import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectWithin } from '../../../../tests/support/time-limits.ts';
import { until } from '../../../../tests/support/until.ts';
import { clipFile, demux, ffmpegWarnings, makeClip } from '../../../media/ts/test-clips.ts';
import { startEngine, type TestEngine, text, watch } from '../../test-engine.ts';
import { type Handler, type SourceServer, startSource } from '../../test-source.ts';
import { type Files, filesAt, hlsOf, sending } from './test-hls.ts';

const SECONDS = 12;
let source: SourceServer;
let engine: TestEngine;

beforeAll(async () => {
  const file = clipFile(makeClip({ seconds: SECONDS, gop: 25, bframes: 2 }));
  const fmp4 = ['-hls_segment_type', 'fmp4', '-bsf:a', 'aac_adtstoasc'];
  const split = ['-map', '0:v', '-map', '0:a', '-var_stream_map', 'v:0,agroup:s a:0,agroup:s,default:yes'];
  const named = ['-master_pl_name', 'master.m3u8', '-hls_segment_filename', '%v-%d.m4s'];
  const cut = ['-hls_time', '1'];
  const split4 = hlsOf(file, [...cut, ...split, ...fmp4, ...named], 'list-%v.m3u8');
  const long = makeClip({ seconds: 3, gop: 25, size: '640x360' });
  source = await startSource({
    ...live('/ts', hlsOf(file, cut)),
    ...live('/split', split4),
    '/endless.ts': (_req, res) => {
      res.write(long);
    },
  });
  engine = await startEngine([source.port]);
});

afterAll(async () => {
  await engine.close();
  await source.close();
});

/** The same files, but each list is a window of three that moves on by one each second from the first request on. */
function live(base: string, files: Files): Record<string, Handler> {
  let begunMs = 0;
  const routes = filesAt(base, files);
  for (const [name, bytes] of files) {
    if (!name.endsWith('.m3u8') || name === 'master.m3u8') continue;
    const [head = '', ...parts] = bytes.toString().split(/(?=#EXTINF)/);
    const rest = parts.map((part) => part.replace('#EXT-X-ENDLIST\n', ''));
    routes[`${base}/${name}`] = (req, res) => {
      begunMs ||= performance.now();
      const first = Math.min(Math.floor((performance.now() - begunMs) / 1000), rest.length - 3);
      const numbered = head.replace(/MEDIA-SEQUENCE:\d+/, `MEDIA-SEQUENCE:${first}`);
      sending(numbered + rest.slice(first, first + 3).join(''))(req, res);
    };
  }
  return routes;
}

/** The connection goes at once, not when it has idled. */
async function noSocketLeft(): Promise<void> {
  const fromMs = performance.now();
  await until('no socket is left', () => source.sockets() === 0);
  expectWithin(300, { fromMs });
}

describe('an HLS source and its viewers', () => {
  it.each([
    ['MPEG-TS', '/ts/index.m3u8'],
    ['fragmented MP4 with separate sound', '/split/master.m3u8'],
  ])(
    'S1.2 S1.3: %s is fetched once for a TS viewer and an HLS viewer, over one connection',
    async (_name, route) => {
      const channel = engine.channel([`${source.origin}${route}`], { segmentDurationS: 1 });
      const begun = source.requests.length;
      const viewer = await watch(`${engine.origin}/${channel.id}`);
      const base = `${engine.origin}/${channel.id}/hls`;
      expect((await text(`${base}?v=one`)).status).toBe(200);
      const names = new Set<string>();
      await until('the HLS viewer has six segments', async () => {
        const list = await text(`${base}/source.m3u8?v=${route}`);
        for (const name of list.text.match(/segment_\d+\.ts/g) ?? []) names.add(name);
        return names.size >= 6;
      });
      const asked = source.requests.slice(begun);
      const media = asked.filter((name) => !name.endsWith('.m3u8'));
      expect(new Set(media).size).toBe(media.length);
      // Each list about once a second.
      const lists = asked.filter((name) => name.endsWith('.m3u8'));
      expect(lists.length).toBeLessThan(media.length * 2 + 4);
      expect([source.peak(), source.sockets()]).toEqual([1, 1]);
      const parts = await Promise.all(
        [...names]
          .slice(0, 6)
          .map(async (name) => Buffer.from(await (await fetch(`${base}/${name}`)).arrayBuffer())),
      );
      expect(ffmpegWarnings(Buffer.concat(parts))).toBe('');
      const { video, demuxer } = demux(viewer.bytes());
      expect(demuxer.damage).toMatchObject({ counterJumps: 0, lostSync: 0, droppedVideo: 0 });
      const steps = video.slice(1).map((unit, index) => unit.dts - video[index]!.dts);
      expect([Math.min(...steps), Math.max(...steps)]).toEqual([3600, 3600]);
      await engine.live.stop(channel.id);
      await noSocketLeft();
      viewer.leave();
    },
  );

  it('S1.2: a stopped transport stream leaves no socket either', async () => {
    const channel = engine.channel([`${source.origin}/endless.ts`]);
    const viewer = await watch(`${engine.origin}/${channel.id}`);
    await viewer.until(10_000);
    expect(source.sockets()).toBe(1);
    await engine.live.stop(channel.id);
    await noSocketLeft();
    viewer.leave();
  });
});
