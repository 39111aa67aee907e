import { describe, expect, it } from 'vitest';
import type { StreamStatus, StreamsStatus } from '../contract/streams.ts';
import { HISTORY_LENGTH, recordStreams, streamHistory } from './history.ts';

const status = (
  ...streams: Pick<StreamStatus, 'channel_id' | 'clients' | 'in_bits_per_second'>[]
): StreamsStatus => ({
  total_streams: streams.length,
  streams: streams as StreamStatus[],
});

describe('the history behind the small curves', () => {
  it('keeps a bounded row of values a stream', () => {
    for (let i = 0; i < HISTORY_LENGTH + 20; i += 1) {
      recordStreams(status({ channel_id: 'a', clients: i, in_bits_per_second: 5e6 }), i * 2000);
    }
    const { clients } = streamHistory('a');
    expect(clients).toHaveLength(HISTORY_LENGTH);
    expect(clients.at(-1)).toBe(HISTORY_LENGTH + 19);
  });

  it('forgets a stream that stopped', () => {
    recordStreams(status({ channel_id: 'b', clients: 1, in_bits_per_second: 1 }), 0);
    recordStreams(status(), 2000);
    expect(streamHistory('b').clients).toEqual([]);
  });
});
