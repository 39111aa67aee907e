import type { StreamStatus } from '../../lib/contract/streams.ts';
import type { Metrics } from '../core/metrics.ts';

/** What the live engine counts. */
export type LiveMetrics = ReturnType<typeof createLiveMetrics>;

export function createLiveMetrics(metrics: Metrics) {
  return {
    bytesIn: metrics.counter('siaran_live_received_bytes_total', 'Bytes received from sources'),
    bytesOut: metrics.counter('siaran_live_sent_bytes_total', 'Bytes sent to live viewers'),
    switches: metrics.counter('siaran_live_switches_total', 'Changes from one source to another', ['cause']),
    switchGap: metrics.histogram(
      'siaran_live_switch_gap_seconds',
      "From the last media of a source to the next one's first picture",
      [0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 20],
    ),
    sourceFailures: metrics.counter('siaran_live_source_failures_total', 'Sources that failed', ['code']),
    skips: metrics.counter('siaran_live_viewer_skips_total', 'Slow viewers moved on to the newest keyframe'),
    sessions: metrics.gauge('siaran_live_sessions', 'Channels that run now'),
    encoderEvents: metrics.counter(
      'siaran_live_encoder_events_total',
      'What happened to encoders of live qualities',
      ['event'],
    ),
    viewers: metrics.gauge('siaran_live_viewers', 'Live viewers', ['output']),
  };
}

const PER_CHANNEL: readonly (readonly [string, string, (stream: StreamStatus) => number])[] = [
  ['viewers', 'Viewers of a channel that runs', ({ clients }) => clients],
  ['active', '1 while bytes flow', ({ active }) => (active ? 1 : 0)],
  ['source_position', 'Position of the source that plays; 0 is the first', (s) => s.source_position],
  ['encoders', 'Encoders of its qualities that run now', (s) => s.encoders],
  ['received_bits_per_second', 'What its source sends', (s) => s.in_bits_per_second],
  ['sent_bits_per_second', 'What its viewers get', (s) => s.out_bits_per_second],
  ['upstream_connections', 'Connections to its sources that are open', (s) => s.upstream_connections],
];

/** What runs now, channel by channel; a channel is named by its number. */
export function addChannelReadings(metrics: Metrics, status: () => StreamStatus[]): void {
  metrics.readings('siaran_live_encoders', 'Encoders of live qualities that run now', [], () => [
    { labels: {}, value: status().reduce((sum, { encoders }) => sum + encoders, 0) },
  ]);
  for (const [name, help, value] of PER_CHANNEL)
    metrics.readings(`siaran_live_channel_${name}`, help, ['channel'], () =>
      status().map((stream) => ({ labels: { channel: String(stream.num) }, value: value(stream) })),
    );
}
