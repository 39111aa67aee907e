import { hasEncoder } from '../../lib/contract/live-rungs.ts';
import type { StreamDetail, StreamStatus } from '../../lib/contract/streams.ts';
import { maskUrl } from '../core/mask.ts';
import type { LiveSession } from './session.ts';

/** A session as the status endpoints show it (S1.4, contracts.md §4); addresses without their secrets. */
export function statusOf(session: LiveSession): StreamStatus {
  const facts = session.facts();
  const { channel, received, sent, viewers } = facts;
  const source = channel.sources[facts.sourceIndex];
  return {
    id: channel.outputPath ?? String(channel.num),
    active: facts.flowing,
    clients: viewers.ts + viewers.hls,
    source_url: source?.kind === 'url' ? maskUrl(source.url) : 'generator',
    uptime_seconds: Math.round(facts.uptimeMs / 100) / 10,
    bytes_streamed: sent.bytes,
    last_activity: facts.lastSentAtWallMs === null ? null : new Date(facts.lastSentAtWallMs).toISOString(),
    channel_id: channel.id,
    num: channel.num,
    name: channel.name,
    state: facts.state,
    source_position: facts.sourceIndex,
    source_count: channel.sources.length,
    in_bits_per_second: received.bitsPerSecond,
    out_bits_per_second: sent.bitsPerSecond,
    bytes_received: received.bytes,
    upstream_connections: facts.connections,
    viewers,
    video: facts.picture,
    audio: facts.sound,
    skips: facts.skips,
    encoders: facts.rungs.filter(hasEncoder).length,
  };
}

/** The same with everything that is told of one stream alone. */
export function detailOf(session: LiveSession): StreamDetail {
  const facts = session.facts();
  return {
    ...statusOf(session),
    errors: [...facts.errors].reverse(),
    sources: facts.sources,
    switches: [...facts.switches].reverse(),
    rungs: facts.rungs,
    rung_log: [...facts.rungLog].reverse(),
    viewer_list: facts.viewerList(),
    alerts: facts.alerts,
    format: facts.format,
    damage: facts.damage,
    samples: facts.samples(),
  };
}
