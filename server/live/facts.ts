import type { LiveState } from '../../lib/contract/channels.ts';
import type { StreamRung } from '../../lib/contract/live-rungs.ts';
import type { StreamDetail, StreamSource, StreamViewer } from '../../lib/contract/streams.ts';
import type { History } from './history.ts';
import type { Journal } from './journal.ts';
import type { RateMeter } from './rate-meter.ts';
import type { MediaPath } from './relay/media-path.ts';
import { rungFacts } from './rung-facts.ts';
import type { Breakers } from './source/breaker.ts';
import { LIMITS } from './source/policy.ts';
import type { Supply } from './source/supply.ts';
import type { LiveChannel, LiveSource } from './types.ts';
import type { Audience } from './viewers/audience.ts';

type Parts = {
  maxHeight: number;
  channel: LiveChannel;
  state: LiveState;
  nowMs: number;
  startedAtMs: number;
  breakers: Breakers;
  supply: Supply;
  path: MediaPath;
  audience: Audience;
  received: RateMeter;
  journal: Journal;
  history: History;
};

/** Everything that is told of a running channel. */
export type LiveFacts = ReturnType<typeof liveFacts>;

const LISTED_VIEWERS = 100;

/** Puts together what the parts of a session know. */
export function liveFacts({ channel, state, nowMs, supply, path, audience, journal, ...parts }: Parts) {
  const { run } = supply;
  const rungs = rungFacts(path, audience.rungs, parts.maxHeight);
  const mediaAtMs = run?.watch.lastMediaAtMs ?? null;
  return {
    channel,
    state,
    sourceIndex: supply.position,
    connections: supply.connections,
    uptimeMs: nowMs - parts.startedAtMs,
    flowing: mediaAtMs !== null && nowMs - mediaAtMs < LIMITS.longestSilentMs,
    received: { bytes: parts.received.totalBytes, bitsPerSecond: parts.received.bitsPerSecond(nowMs) },
    sent: { bytes: audience.sent.totalBytes, bitsPerSecond: audience.sent.bitsPerSecond(nowMs) },
    lastSentAtWallMs: audience.sentAtWallMs,
    viewers: audience.counts,
    picture: path.picture,
    sound: path.sound,
    skips: audience.skips,
    format: run?.format ?? null,
    errors: journal.errors,
    switches: journal.switches,
    sources: channel.sources.map((source, position) =>
      sourceFacts(source, position, supply, parts.breakers, nowMs),
    ),
    viewerList: (): StreamViewer[] => audience.list(LISTED_VIEWERS),
    alerts: alertsOf(supply, path, rungs),
    damage: { ...supply.damage, cuts_without_keyframe: path.hls?.cutsWithoutKeyframe ?? 0 },
    rungs,
    rungLog: journal.encoders,
    samples: () => parts.history.samples,
  };
}

function sourceFacts(
  source: LiveSource,
  position: number,
  supply: Supply,
  breakers: Breakers,
  nowMs: number,
): StreamSource {
  const { failures, restUntilMs, lastError } = breakers.of(source);
  const state = stateOf(source, position, supply, restUntilMs > nowMs);
  return {
    position,
    label: source.label,
    state,
    failures,
    next_try_at: state === 'resting' ? new Date(Date.now() + restUntilMs - nowMs).toISOString() : null,
    last_error: lastError && {
      at: new Date(lastError.atWallMs).toISOString(),
      code: lastError.error.code,
      message: lastError.error.message,
    },
  };
}

function stateOf(
  source: LiveSource,
  position: number,
  supply: Supply,
  rests: boolean,
): StreamSource['state'] {
  if (supply.run?.index === position) return supply.run.liveAtMs === null ? 'joining' : 'playing';
  if (supply.candidate?.run.index === position) return 'joining';
  if (supply.checking?.id === source.id) return 'checking';
  return rests ? 'resting' : 'standby';
}

function alertsOf(supply: Supply, path: MediaPath, rungs: readonly StreamRung[]): StreamDetail['alerts'] {
  const alerts: StreamDetail['alerts'] = [];
  if (supply.soundless)
    alerts.push({
      kind: 'audio-missing',
      message: 'No source of this channel has sound now. Siaran looks again every minute.',
    });
  if ((path.hls?.cutsWithoutKeyframe ?? 0) > 0)
    alerts.push({
      kind: 'keyframes-far-apart',
      message: 'Keyframes are far apart: some HLS segments begin without one, so joining may take longer.',
    });
  for (const { rung, state, reason } of rungs)
    if (reason !== null && (state === 'lowered' || state === 'refused'))
      alerts.push({ kind: 'encoder-too-slow', message: `${rung}: ${reason}` });
  return alerts;
}
