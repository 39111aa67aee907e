import type { Metrics } from '../core/metrics.ts';

/** What the live engine counts. */
export type LiveMetrics = ReturnType<typeof createLiveMetrics>;

export function createLiveMetrics(metrics: Metrics) {
  return {
    bytesIn: metrics.counter('siaran_live_received_bytes_total', 'Bytes received from sources'),
    bytesOut: metrics.counter('siaran_live_sent_bytes_total', 'Bytes sent to live viewers'),
    switches: metrics.counter('siaran_live_switches_total', 'Changes from one source to another'),
    sourceFailures: metrics.counter('siaran_live_source_failures_total', 'Sources that failed', ['code']),
    skips: metrics.counter('siaran_live_viewer_skips_total', 'Slow viewers moved on to the newest keyframe'),
    sessions: metrics.gauge('siaran_live_sessions', 'Channels that run now'),
    viewers: metrics.gauge('siaran_live_viewers', 'Live viewers', ['output']),
  };
}
