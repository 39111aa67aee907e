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
    viewers: metrics.gauge('siaran_live_viewers', 'Live viewers', ['output']),
  };
}
