import { describe, expect, it } from 'vitest';
import type { StreamDetail, StreamSource, StreamStatus } from '../../lib/contract/streams.ts';
import { failureWords, gapWords, shortLabel, sourceWords, whyWords } from './words.ts';

const NOW = Date.UTC(2026, 10, 21, 12, 0, 0);
const inS = (seconds: number): string => new Date(NOW + seconds * 1000).toISOString();
const source = (change: Partial<StreamSource>): StreamSource => ({
  position: 0,
  label: 'http://tv.example/1.ts',
  state: 'standby',
  failures: 0,
  next_try_at: null,
  last_error: null,
  ...change,
});
const stream = (change: Partial<StreamStatus>): StreamStatus => ({
  id: 'arena-1',
  active: true,
  clients: 3,
  source_url: 'http://tv.example/1.ts',
  uptime_seconds: 60,
  bytes_streamed: 1,
  last_activity: null,
  channel_id: 'c',
  num: 1,
  name: 'Arena 1',
  state: 'active',
  source_position: 1,
  source_count: 3,
  in_bits_per_second: 1,
  out_bits_per_second: 3,
  bytes_received: 1,
  upstream_connections: 1,
  viewers: { ts: 3, hls: 0 },
  video: null,
  audio: null,
  skips: 0,
  encoders: 0,
  ...change,
});

describe('what a source says of itself', () => {
  it.each([
    [{ state: 'resting', next_try_at: inS(11.2) }, 'Resting, tried again in 12 s'],
    [{ state: 'resting', next_try_at: inS(150) }, 'Resting, tried again in 3 min'],
    [{ state: 'resting', next_try_at: inS(-5) }, 'Resting, tried again any moment'],
    [{ state: 'resting' }, 'Resting'],
    [{ state: 'playing', next_try_at: inS(9) }, 'On air'],
    [{ state: 'standby' }, 'Standing by'],
  ] as const)('%j', (change, text) => expect(sourceWords(source(change), NOW)).toBe(text));

  it('counts failures in a row', () =>
    expect([0, 1, 4].map((failures) => failureWords(source({ failures })))).toEqual([
      null,
      'Failed once',
      'Failed 4 times in a row',
    ]));

  it.each([
    ['http://tv.example:8080/live/1.ts?token=***', 'tv.example:8080/live/1.ts'],
    ['rtmp://tv.example/app/key', 'tv.example/app/key'],
    ['Test card', 'Test card'],
  ])('is named by where it is: %s', (label, text) => expect(shortLabel(label)).toBe(text));
});

it('a gap that nobody sees is none', () =>
  expect([null, 0, 40, 900, 1840].map(gapWords)).toEqual(['no gap', 'no gap', 'no gap', '0.9 s', '1.8 s']));

describe('why a stream runs as it does', () => {
  it.each([
    [{}, 'On source 2 of 3. The provider sees one connection; 3 viewers share it.'],
    [
      { clients: 1, source_count: 1, source_position: 0 },
      'On its only source, over one connection to the provider.',
    ],
    [{ upstream_connections: 0, source_url: 'generator' }, 'The picture is made here; no provider is asked.'],
    [{ state: 'failing-over' }, 'Now source 2 of 3 is being opened; viewers stay connected meanwhile.'],
  ] as const)('%j', (change, text) => expect(whyWords(stream(change), undefined, NOW)).toBe(text));

  it('a failed one says the last trouble and when it is tried again', () => {
    const failed = stream({ state: 'failed' });
    const detail = {
      ...failed,
      errors: [{ at: inS(-2), source_position: 1, code: 'X', message: 'The source does not answer.' }],
      sources: [source({ next_try_at: inS(30) }), source({ next_try_at: inS(8) })],
    } as unknown as StreamDetail;
    expect(whyWords(failed, detail, NOW)).toBe(
      'No source works right now. The source does not answer. Siaran tries again in 8 s, as long as somebody watches.',
    );
    expect(whyWords(failed, undefined, NOW)).toContain('Siaran keeps trying');
  });
});
