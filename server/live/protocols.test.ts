import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { expectWithin } from '../../tests/support/time-limits.ts';
import { until } from '../../tests/support/until.ts';
import { clipFile, demux, ffmpegWarnings, makeClip } from '../media/ts/test-clips.ts';
import { startEngine, type TestEngine, text, watch } from './test-engine.ts';
import { type RtspServer, startRtsp } from './test-rtsp.ts';
import { startSource } from './test-source.ts';

let clip: Buffer;
let file: string;
let engine: TestEngine;
const senders: ChildProcess[] = [];
const rtsp: RtspServer[] = [];
const canSrt = execFileSync('ffmpeg', ['-hide_banner', '-protocols'], { encoding: 'utf8' }).includes(
  ' srt\n',
);

const freePort = async (): Promise<number> => {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

/** ffmpeg as the other side: it plays the clip in real time, for ever. */
function send(...output: string[]): void {
  const loop = ['-nostdin', '-v', 'error', '-re', '-stream_loop', '-1', '-i', file, '-c', 'copy'];
  senders.push(spawn('ffmpeg', [...loop, ...output], { stdio: 'ignore' }));
}

async function playedBy(url: string, sizeBytes = 60_000) {
  const channel = engine.channel([url]);
  const viewer = await watch(`${engine.origin}/${channel.id}`);
  expect(viewer.status).toBe(200);
  await viewer.until(sizeBytes);
  viewer.leave();
  return { channel, bytes: viewer.bytes().subarray(0, Math.floor(sizeBytes / 188) * 188) };
}

const refusal = async (url: string) => await text(`${engine.origin}/${engine.channel([url]).id}`);

beforeAll(() => {
  clip = makeClip({ seconds: 6, gop: 25, size: '320x180' });
  file = clipFile(clip);
});

afterEach(async () => {
  await engine.close();
  for (const sender of senders.splice(0)) sender.kill('SIGKILL');
  await Promise.all(rtsp.splice(0).map((server) => server.close()));
});

describe('a source that ffmpeg copies', () => {
  it('RTMP plays, and its key shows in no argument of a process and no status', async () => {
    const port = await freePort();
    engine = await startEngine([port]);
    send('-f', 'flv', '-listen', '1', `rtmp://127.0.0.1:${port}/live/secretkey`);
    await until('the RTMP server listens', () => listens(port));
    const { channel, bytes } = await playedBy(`rtmp://127.0.0.1:${port}/live/secretkey`);
    expect(demux(bytes).video[0]?.key).toBe(true);
    const [child] = engine.supervisor.running();
    expect(readFileSync(`/proc/${child!.pid}/cmdline`, 'utf8')).not.toContain('secretkey');
    expect(JSON.stringify(engine.live.statusOf(channel.id))).not.toContain('secretkey');
    await engine.live.stop(channel.id);
    expect(engine.supervisor.running()).toEqual([]);
  });

  it.runIf(canSrt)('SRT plays as a caller', async () => {
    const port = await freePort();
    engine = await startEngine([port]);
    const pass = 'a long secret';
    send('-f', 'mpegts', `srt://127.0.0.1:${port}?mode=listener&passphrase=${pass}`);
    const url = `srt://127.0.0.1:${port}?streamid=#!::r=live&latency=120&passphrase=${encodeURIComponent(pass)}`;
    // The listener may still be starting: a first refusal is tried again.
    const { bytes } = await until('SRT plays', () => playedBy(url).catch(() => null));
    expect(demux(bytes).video[0]?.key).toBe(true);
  });

  it('RTSP over TCP plays with its account, each keyframe with its parameter sets', async () => {
    const server = await startRtsp(clip, { account: 'user:secret' });
    rtsp.push(server);
    engine = await startEngine([server.port]);
    const { bytes, channel } = await playedBy(`rtsp://user:secret@127.0.0.1:${server.port}/cam`, 100_000);
    const keys = demux(bytes).video.filter((unit) => unit.key);
    expect(keys.length).toBeGreaterThan(1);
    expect(ffmpegWarnings(bytes)).not.toMatch(/non-existing PPS/);
    for (const key of keys) expect(key.data.includes(Buffer.from([0, 0, 1, 0x67]))).toBe(true);
    await engine.live.stop(channel.id);
    await until('the camera is left alone', () => server.open() === 0);
    expect(engine.supervisor.running()).toEqual([]);
  });

  it.each(['udp', 'rtp'])('%s is listened to where ALLOW_SOURCES says so', async (scheme) => {
    const port = (await freePort()) & ~1;
    engine = await startEngine([port]);
    const format = scheme === 'udp' ? 'mpegts' : 'rtp_mpegts';
    send('-f', format, `${scheme}://127.0.0.1:${port}?pkt_size=1316`);
    const { bytes } = await playedBy(`${scheme}://@127.0.0.1:${port}`);
    expect(demux(bytes).video[0]?.key).toBe(true);
  });

  it('HTTP-FLV and radio play through a child without a network', async () => {
    const flv = execFileSync('ffmpeg', ['-v', 'error', '-i', file, '-c', 'copy', '-f', 'flv', '-']);
    const mp3 = execFileSync('ffmpeg', ['-v', 'error', '-i', file, '-vn', '-f', 'mp3', '-']);
    const source = await startSource({
      '/flv': (_req, res) => void res.writeHead(200).write(flv),
      '/radio': (_req, res) => void res.writeHead(200, { 'Content-Type': 'audio/mpeg' }).write(mp3),
    });
    engine = await startEngine([source.port]);
    const { bytes } = await playedBy(`${source.origin}/flv`);
    expect(demux(bytes).program.audio?.codec).toBe('aac');
    const radio = await playedBy(`${source.origin}/radio`, 20_000);
    expect(demux(radio.bytes).program.audio?.codec).toBe('mp2');
    await source.close();
  });
});

describe('SRC-01: a source that does not come', () => {
  it.each(['rtmp', 'rtsp'])('%s: a refused connection is said at once', async (scheme) => {
    engine = await startEngine([1]);
    const fromMs = performance.now();
    const answer = await refusal(`${scheme}://user:secret@127.0.0.1:1/a/b`);
    expect(answer.text).toMatch(/refused the connection/);
    expect(answer.text).not.toContain('secret');
    expectWithin(1500, { fromMs, seen: () => engine.failures });
  });

  it.runIf(canSrt)('SRT: no answer is said soon, long before a picture would be waited for', async () => {
    engine = await startEngine([9]);
    const fromMs = performance.now();
    expect((await refusal('srt://127.0.0.1:9')).text).toMatch(/does not answer/);
    expectWithin(5000, { fromMs, seen: () => engine.failures });
  });

  it('RTSP: a wrong account and an unknown stream are named by their status', async () => {
    const locked = await startRtsp(clip, { account: 'a:b' });
    const empty = await startRtsp(clip, { instead: '404 Not Found' });
    rtsp.push(locked, empty);
    engine = await startEngine([locked.port, empty.port]);
    expect((await refusal(`rtsp://x:secret@127.0.0.1:${locked.port}/`)).text).toMatch(/status 401/);
    expect((await refusal(`rtsp://127.0.0.1:${empty.port}/`)).text).toMatch(/status 404/);
    expect(JSON.stringify(engine.failures)).not.toContain('secret');
  });

  it('SRC-02: a server that says nothing fails in time, and its child is gone', async () => {
    const mute = await startRtsp(clip, { mute: true });
    const good = await startRtsp(clip);
    rtsp.push(mute, good);
    engine = await startEngine([mute.port, good.port]);
    const urls = [`rtsp://127.0.0.1:${mute.port}/`, `rtsp://127.0.0.1:${good.port}/`];
    const viewer = await watch(`${engine.origin}/${engine.channel(urls).id}`);
    await viewer.until(10_000);
    expect(engine.failures[0]).toMatchObject({ message: expect.stringMatching(/does not answer/) });
    expect(mute.open()).toBe(0);
    expect(engine.supervisor.running()).toHaveLength(1);
    viewer.leave();
  });
});

describe('addresses', () => {
  it('NET-04: an RTSP redirect is checked like a first address, and never followed by ffmpeg', async () => {
    const canary = await startRtsp(clip);
    const good = await startRtsp(clip);
    const bad = await startRtsp(clip, {
      instead: `302 Found\r\nLocation: rtsp://127.0.0.1:${canary.port}/x`,
    });
    const kind = await startRtsp(clip, { instead: '302 Found\r\nLocation: file:///etc/passwd' });
    const fine = await startRtsp(clip, { instead: `302 Found\r\nLocation: rtsp://127.0.0.1:${good.port}/x` });
    rtsp.push(canary, good, bad, kind, fine);
    engine = await startEngine([bad.port, kind.port, fine.port, good.port]);
    expect((await refusal(`rtsp://127.0.0.1:${bad.port}/`)).text).toMatch(/this machine itself/);
    expect((await refusal(`rtsp://127.0.0.1:${kind.port}/`)).text).toMatch(/another kind/);
    expect(canary.requests).toEqual([]);
    const { bytes } = await playedBy(`rtsp://127.0.0.1:${fine.port}/`, 20_000);
    expect(demux(bytes).video.length).toBeGreaterThan(0);
  });

  it.each([
    ['rtmp://10.0.0.1/a/b', /private network/],
    ['rtsp://169.254.169.254/', /link-local/],
    ['srt://192.168.1.1:9000', /private network/],
    ['udp://@:1234', /reserved address range/],
    ['udp://239.1.1.1:1234', /reserved address range/],
    ['rtp://8.8.8.8:5004', /listening there is not allowed/],
    ['rtmp://127.0.0.1:6379/a/b', /not used for media|this machine/],
    ['srt://1.1.1.1:9000?mode=listener', /mode "caller"/],
    ['srt://1.1.1.1', /port is missing/],
  ])('NET-01: %s is refused before anything is opened', async (url, sentence) => {
    engine = await startEngine([1]);
    expect((await refusal(url)).text).toMatch(sentence);
    expect(engine.supervisor.running()).toEqual([]);
  });
});

/** True when a TCP port is bound; asked of the kernel, because ffmpeg serves one connection only. */
function listens(port: number): boolean {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 0A`;
  return readFileSync('/proc/net/tcp', 'utf8').includes(wanted);
}
