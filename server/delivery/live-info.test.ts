import { describe, expect, it } from 'vitest';
import type { StreamRung } from '../../lib/contract/live-rungs.ts';
import { type LiveFacts, liveInfo } from './live-info.ts';

const rung = (id: StreamRung['rung'], change: Partial<StreamRung> = {}): StreamRung => ({
  rung: id,
  state: 'off',
  reason: null,
  viewers: 0,
  width: null,
  height: null,
  encoder: null,
  speed: null,
  cpu_percent: null,
  lag_ms: null,
  bits_per_second: null,
  restarts: 0,
  started_at: null,
  ...change,
});

const running = (change: Partial<LiveFacts> = {}): LiveFacts => ({
  video: { codec: 'h264', width: 1280, height: 720, fps: 25 },
  alerts: [],
  rungs: [
    rung('480p'),
    rung('360p', { state: 'running', encoder: 'libx264', viewers: 2, width: 640, bits_per_second: 640_000 }),
  ],
  viewers: { ts: 1, hls: 3 },
  in_bits_per_second: 4_000_000,
  ...change,
});

const about = (wanted: string, facts: LiveFacts | null, query = '') =>
  liveInfo({ id: 'the-id', name: 'News', key: 'news', wanted, query, facts });

describe('what is told of a channel to a player (S3.3)', () => {
  it('names the qualities that a running channel has, as measured', () => {
    expect(about('auto', running()).qualities).toEqual([
      {
        id: 'source',
        width: 1280,
        height: 720,
        bits_per_second: 4_000_000,
        url: '/stream/news/hls/source.m3u8',
      },
      { id: '480p', width: null, height: 480, bits_per_second: 1_000_000, url: '/stream/news/hls/480p.m3u8' },
      { id: '360p', width: 640, height: 360, bits_per_second: 640_000, url: '/stream/news/hls/360p.m3u8' },
    ]);
  });

  it('leaves out a source that browsers cannot play', () => {
    const facts = running({ video: { codec: 'hevc', width: 1280, height: 720, fps: 25 } });
    expect(about('source', facts).qualities.map(({ id }) => id)).toEqual(['480p', '360p']);
    expect(about('source', facts).url).toBe('/stream/news/hls/480p.m3u8');
  });

  it.each([
    ['auto', '/stream/news/hls'],
    ['360p', '/stream/news/hls/360p.m3u8'],
    // There is no 720p below a source of 720 lines: the source is it.
    ['720p', '/stream/news/hls/source.m3u8'],
    ['source', '/stream/news/hls/source.m3u8'],
  ])('pins %s to %s', (wanted, url) => expect(about(wanted, running()).url).toBe(url));

  it('takes the next lower quality where the wanted one is not made', () => {
    const facts = running({
      video: { codec: 'h264', width: 1024, height: 576, fps: 25 },
      rungs: [rung('360p')],
    });
    expect(about('480p', facts).url).toBe('/stream/news/hls/360p.m3u8');
  });

  it.each([
    ['source', 'relay', 'Relayed: one provider connection shared by 4 viewers.'],
    ['360p', 'transcode', 'Transcoded to 360p by libx264, shared by 2 viewers.'],
    ['480p', 'transcode', 'Transcoded to 480p as soon as somebody watches it.'],
  ])('says why %s comes as it does', (wanted, mode, reason) =>
    expect(about(wanted, running())).toMatchObject({ mode, reason }),
  );

  it("says the encoder's own reason where a quality is refused", () => {
    const facts = running({ rungs: [rung('360p', { state: 'refused', reason: 'The machine is busy.' })] });
    expect(about('360p', facts).reason).toBe('The machine is busy.');
  });

  it('signs every address and says when they end', () => {
    const info = about('360p', null, 'expires=1800000000&sig=x');
    expect(info.url).toBe('/stream/news/hls/360p.m3u8?expires=1800000000&sig=x');
    expect(info.expires_at).toBe('2027-01-15T08:00:00.000Z');
    expect(info.qualities.map(({ id }) => id)).toEqual(['source', '720p', '480p', '360p']);
    expect(about('360p', null, 'expires=0&sig=x').expires_at).toBeNull();
  });
});
