import { statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Video } from '../../lib/contract/videos.ts';
import { master, media, segmentBytes } from '../support/hls.ts';
import { makeClip, probe } from '../support/media.ts';
import { packetsOf, videoStart } from '../support/packets.ts';
import { panelFor } from '../support/panel.ts';
import { settled, uploadFile } from '../support/upload.ts';

type Config = {
  playable: boolean;
  hls: string;
  mp4: string;
  thumbnail: string;
  qualities: { id: string; bandwidth: number; mp4: string | null }[];
};

const panel = panelFor({ beforeAll, afterAll }, () => ({ pages: false }));
let video: Video;
let config: Config;
let clip: string;

beforeAll(async () => {
  clip = await makeClip(path.join(panel.dataDir, 'clip.mov'), { seconds: 14, size: '1280x720', rate: 30 });
  video = await settled(panel.client, await uploadFile(panel.client, clip));
  config = (await panel.client.get<Config>(`/api/v1/videos/${video.id}/stream-config`)).body;
}, 180_000);

test('an uploaded file becomes ready with its ladder, never upscaled (S2.1, S2.2, S4.2)', () => {
  expect(video).toMatchObject({ state: 'ready', playable: true, error: null, width: 1280, height: 720 });
  expect(video.qualities.map((q) => q.id)).toEqual(['360p', '480p', '720p']);
  expect(video.durationSeconds).toBeCloseTo(14, 0);
});

test('the master playlist states what was measured (S4.3)', async () => {
  const { variants } = await master(panel.client, config.hls);
  expect(variants).toHaveLength(3);
  for (const variant of variants) {
    const { segments } = await media(panel.client, variant.uri);
    const rates = await Promise.all(
      segments.map(async (s) => ((await segmentBytes(panel.client, s.uri)).length * 8) / s.duration),
    );
    expect(variant.bandwidth).toBe(Math.ceil(Math.max(...rates)));
    expect(variant.averageBandwidth).toBeLessThanOrEqual(variant.bandwidth);
    expect(variant.codecs).toMatch(/^avc1\.[0-9a-f]{6},mp4a\.40\.2$/);
    expect(variant.frameRate).toBeCloseTo(30, 1);
  }
});

test('all rungs cut at the same instants, each segment begins with a keyframe, and EXTINF is true (S4.3)', async () => {
  const { variants } = await master(panel.client, config.hls);
  const cuts: number[][] = [];
  for (const variant of variants) {
    const list = await media(panel.client, variant.uri);
    expect(list.endlist).toBe(true);
    const starts: number[] = [];
    for (const segment of list.segments) {
      const packets = await packetsOf(await segmentBytes(panel.client, segment.uri));
      starts.push(videoStart(packets));
      expect(packets.find((p) => p.kind === 'video')?.key).toBe(true);
      expect(Math.round(segment.duration)).toBeLessThanOrEqual(list.targetDuration);
    }
    for (let i = 1; i < starts.length; i++) {
      const real = (starts[i] ?? 0) - (starts[i - 1] ?? 0);
      expect(Math.abs(real - (list.segments[i - 1]?.duration ?? 0))).toBeLessThanOrEqual(0.05);
    }
    cuts.push(starts);
  }
  for (const other of cuts.slice(1)) expect(other).toEqual(cuts[0]);
});

test('ffprobe plays the HLS by its signed address alone, and the MP4 of each quality (S2.3, S2.4)', async () => {
  const hls = await probe(new URL(config.hls, panel.base).href);
  expect(hls.streams.map((s) => s.codec_name)).toEqual(expect.arrayContaining(['h264', 'aac']));
  for (const quality of config.qualities) {
    const mp4 = await probe(new URL(quality.mp4 ?? '', panel.base).href);
    expect(mp4.format.format_name).toContain('mp4');
    expect(Number(mp4.format.duration)).toBeCloseTo(14, 0);
  }
});

test('the thumbnail is a picture, and the original is byte for byte what was uploaded or an MP4 (S2.3)', async () => {
  const thumbnail = await panel.client.raw(config.thumbnail);
  expect(thumbnail.headers.get('content-type')).toMatch(/^image\//);
  const original = await panel.client.raw(`/stream/${video.id}`);
  expect(original.status).toBe(200);
  expect(original.headers.get('accept-ranges')).toBe('bytes');
  expect(Number(original.headers.get('content-length'))).toBeGreaterThan(0);
  await original.body?.cancel();
});

describe('without a right', () => {
  test('no media address answers a stranger (S2.6, CLI-08)', async () => {
    for (const address of [
      `/stream/${video.id}`,
      `/stream/${video.id}/720p`,
      `/hls/${video.id}/master.m3u8`,
      `/hls/${video.id}/720p/playlist.m3u8`,
      `/thumb/${video.id}`,
    ]) {
      expect((await fetch(panel.base + address)).status, address).toBe(401);
    }
  });

  test('a signature opens exactly its own resource (CLI-09)', async () => {
    const signed = new URL(config.hls, panel.base);
    const other = '018f2f6e-0000-7000-8000-000000000000';
    expect((await fetch(signed)).status).toBe(200);
    expect((await fetch(signed.href.replace(video.id, other))).status).toBe(403);
    signed.searchParams.set('expires', String(Number(signed.searchParams.get('expires')) + 60));
    expect((await fetch(signed)).status).toBe(403);
  });
});

test('editing changes the words, deleting removes the video and its files (S2.4)', async () => {
  const short = await makeClip(path.join(panel.dataDir, 'short.mp4'), { seconds: 1 });
  const { id } = await settled(panel.client, await uploadFile(panel.client, short));
  const edited = await panel.client.call<Video>('PATCH', `/api/v1/videos/${id}`, {
    title: 'A new title',
    description: 'And words',
  });
  expect(edited.body).toMatchObject({ title: 'A new title', description: 'And words' });
  expect((await panel.client.call('DELETE', `/api/v1/videos/${id}`)).status).toBe(204);
  expect((await panel.client.get(`/api/v1/videos/${id}`)).status).toBe(404);
  expect(() => statSync(path.join(panel.dataDir, 'processed', id))).toThrow();
});
