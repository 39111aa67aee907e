import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { until } from '../../../tests/support/until.ts';
import { TsDemuxer } from '../../media/ts/demuxer.ts';
import { NULL_PACKET } from '../../media/ts/packet.ts';
import type { VideoUnit } from '../../media/ts/streams.ts';
import { type ClipOptions, demux, makeClip } from '../../media/ts/test-clips.ts';
import { TsViewer } from '../outputs/ts.ts';
import { Normaliser } from './normaliser.ts';
import { Relay } from './relay.ts';
import { SLAB_BYTES, Slab, SlabWriter } from './slabs.ts';

afterEach(() => vi.useRealTimers());

/** A clip on its way from bytes to the ring. */
function relayed(clip: Buffer): Relay {
  const relay = new Relay(2 ** 21, () => 0);
  const normaliser = new Normaliser({
    onSplice: ({ program }) => void relay.splice({ video: program.video, audio: program.audio }),
    onVideo: (unit) => relay.video(unit),
    onAudio: (unit) => relay.audio(unit),
  });
  normaliser.use();
  const demuxer = new TsDemuxer({
    borrowed: true,
    onProgram: (program) => normaliser.program(program),
    onUnit: (unit) => normaliser.unit(unit),
  });
  demuxer.push(clip);
  demuxer.flush();
  relay.settle();
  return relay;
}

function bytesFrom(relay: Relay, number: number): Buffer {
  const blocks: Buffer[] = [];
  for (let at = number; at < relay.ring.head; at++) blocks.push(relay.ring.at(at)!.bytes);
  return Buffer.concat(blocks);
}

describe('joining a running channel', () => {
  it.each([
    ['libx264', 'aac', 'h264', 2],
    ['libx265', 'aac', 'hevc', 0],
    ['mpeg2video', 'mp2', 'mpeg2video', 2],
  ] satisfies [ClipOptions['video'], ClipOptions['audio'], string, number][])(
    'B4: begins with PAT, PMT and a keyframe of %s, and goes on without a gap',
    (video, audio, codec, bframes) => {
      const clip = makeClip({ seconds: 3, gop: 25, size: '320x180', video, audio, bframes });
      const relay = relayed(clip);
      const source = demux(clip);
      const key = relay.ring.newestKey!;
      expect(relay.ring.at(key)?.key).toBe(true);
      const bytes = bytesFrom(relay, key);
      expect([bytes.readUInt16BE(1) & 0x1fff, bytes.readUInt16BE(189) & 0x1fff]).toEqual([0, 0x1000]);
      const joined = demux(bytes);
      expect(joined.program.video?.codec).toBe(codec);
      expect(joined.video[0]?.key).toBe(true);
      expect(joined.video.map((unit) => unit.data)).toEqual(
        source.video.slice(-joined.video.length).map((unit) => unit.data),
      );
      expect(joined.audio.length).toBeGreaterThan(0);
      expect(joined.demuxer.damage).toMatchObject({ counterJumps: 0, lostSync: 0, droppedVideo: 0 });
      relay.close();
    },
  );

  it('is told how far behind it is', () => {
    let now = 1000;
    const relay = new Relay(2 ** 21, () => now);
    relay.keepAlive();
    relay.flush();
    now = 1400;
    relay.keepAlive();
    relay.flush();
    const { ring } = relay;
    expect([ring.lagMs(0, 1500), ring.lagMs(1, 1500), ring.lagMs(2, 1500)]).toEqual([500, 100, 0]);
    relay.close();
  });
});

const unitOf = (sizeBytes: number, ticks: number, key = false): VideoUnit => ({
  kind: 'video',
  pts: ticks,
  dts: ticks,
  key,
  data: Buffer.alloc(sizeBytes, ticks % 251),
});
const videoOnly = { video: { streamType: 27, descriptors: Buffer.alloc(0) }, audio: null };

describe('writes', () => {
  it('are put together for 50 ms or 256 KB', () => {
    vi.useFakeTimers();
    const relay = new Relay(2 ** 21, () => 0);
    const pump = vi.fn();
    relay.follow({ pump });
    relay.splice(videoOnly);
    for (let index = 0; index < 10; index++) relay.video(unitOf(2000, index * 3600));
    expect(pump).not.toHaveBeenCalled();
    vi.advanceTimersByTime(50);
    expect(pump).toHaveBeenCalledTimes(1);
    for (let index = 0; index < 14; index++) relay.video(unitOf(20_000, index * 3600));
    expect(pump).toHaveBeenCalledTimes(2);
    relay.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('memory of packets', () => {
  it('is used again when the last holder lets go, and not before', () => {
    const lent: (() => void)[] = [];
    const used: Buffer[] = [];
    const writer = new SlabWriter((bytes, slab) => {
      lent.push(slab.lend());
      used.push(bytes);
    });
    const at = writer.next();
    NULL_PACKET.copy(writer.bytes, at);
    writer.close();
    const memory = used[0]!.buffer;
    expect(new Slab().bytes.buffer).not.toBe(memory);
    lent[0]!();
    lent[0]!();
    const again = new Slab();
    expect(again.bytes.buffer).toBe(memory);
    expect(again.bytes.length).toBe(SLAB_BYTES);
    expect(new Slab().bytes.buffer).not.toBe(memory);
  });

  it('CLI-02: is not written to while a slow connection still has to send it', async () => {
    const relay = new Relay(2 ** 20, () => 0);
    relay.splice(videoOnly);
    let skips = 0;
    const server = http.createServer((_req, res) => {
      const viewer = new TsViewer(res, {
        ring: relay.ring,
        nowMs: () => 0,
        onSent: () => undefined,
        onSkip: () => skips++,
      });
      relay.follow(viewer);
      viewer.start();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const chunks: Buffer[] = [];
    let response: http.IncomingMessage | null = null;
    http.get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', agent: false }, (res) => {
      response = res;
      res.on('data', (chunk: Buffer) => chunks.push(chunk));
      res.on('error', () => undefined);
      res.pause();
    });
    await until('the viewer is there', () => response);
    let ticks = 0;
    const feed = () => {
      for (let index = 0; index < 10; index++) relay.video(unitOf(40_000, (ticks += 3600), index === 0));
      relay.flush();
    };
    // A connection takes a few MB before it is full; the ring has moved far past them when it may send again.
    for (let round = 1; round <= 2; round++) {
      for (let index = 0; index < 40; index++) {
        feed();
        await nextTurn();
      }
      response!.resume();
      await until('it was moved on', () => skips === round);
      await until('it has caught up', () => response!.readableLength === 0);
      response!.pause();
    }
    relay.close();
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
    // The pieces before and after a jump are whole, each packet with the filling of its own picture.
    const bytes = Buffer.concat(chunks);
    let mixed = 0;
    for (let at = 0; at + 188 <= bytes.length; at += 188) {
      expect(bytes[at]).toBe(0x47);
      const plain = (bytes[at + 3]! & 0x20) === 0 && (bytes[at + 1]! & 0x5f) === 0x01;
      if (plain && new Set(bytes.subarray(at + 4, at + 188)).size > 1) mixed++;
    }
    expect(bytes.length).toBeGreaterThan(1_000_000);
    expect(mixed).toBe(0);
    expect(demux(bytes).video.length).toBeGreaterThan(10);
  });
});
