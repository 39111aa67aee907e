import type { LiveState } from '../../lib/contract/channels.ts';
import type { LiveRungId, RungEvent } from '../../lib/contract/live-rungs.ts';
import type { StreamDetail, StreamSwitch } from '../../lib/contract/streams.ts';
import type { AppError } from '../core/errors.ts';
import type { LiveMetrics } from './live-metrics.ts';
import type { Change } from './source/candidate.ts';
import type { LiveChannel, LivePorts } from './types.ts';

type Ports = Pick<LivePorts, 'log' | 'events' | 'clock'> & { counts: LiveMetrics };

const KEPT_ERRORS = 20;
const KEPT_SWITCHES = 50;

/** Tells the log, the events and the metrics what happens to one channel, and keeps the latest of it. */
export class Journal {
  readonly #ports: Ports;
  readonly #channel: Pick<LiveChannel, 'id' | 'name'>;
  /** Oldest first. */
  readonly errors: StreamDetail['errors'] = [];
  readonly switches: StreamSwitch[] = [];
  readonly encoders: RungEvent[] = [];

  constructor(channel: Pick<LiveChannel, 'id' | 'name'>, ports: Ports) {
    this.#ports = ports;
    this.#channel = channel;
  }

  moved(from: LiveState, to: LiveState, reason: string): void {
    const { id, name } = this.#channel;
    this.#ports.log.info({ channelId: id, from, to, reason }, `live ${to}`);
    this.#ports.events.emit('stream.state', { channelId: id, name, from, to, reason });
  }

  switched(from: number, to: number, { cause, reason }: Change, gapMs: number | null): void {
    const { id, name } = this.#channel;
    keep(this.switches, KEPT_SWITCHES, {
      at: this.#at(),
      from_position: from,
      to_position: to,
      cause,
      reason,
      gap_ms: gapMs,
    });
    this.#ports.counts.switches.inc({ cause });
    if (gapMs !== null) this.#ports.counts.switchGap.observe(gapMs / 1000);
    this.#ports.log.info({ channelId: id, from, to, cause, reason, gapMs }, 'live source switched');
    this.#ports.events.emit('stream.switched', {
      channelId: id,
      name,
      fromPosition: from,
      toPosition: to,
      reason,
    });
  }

  encoder(rung: LiveRungId, event: RungEvent['event'], reason: string): void {
    keep(this.encoders, KEPT_SWITCHES, { at: this.#at(), rung, event, reason });
    this.#ports.counts.encoderEvents.inc({ event });
    this.#ports.log.info({ channelId: this.#channel.id, rung, event, reason }, `live encoder ${event}`);
  }

  sourceFailed(position: number, error: AppError): void {
    const { id, name } = this.#channel;
    const { code, message } = error;
    keep(this.errors, KEPT_ERRORS, { at: this.#at(), source_position: position, code, message });
    this.#ports.counts.sourceFailures.inc({ code });
    this.#ports.log.warn({ channelId: id, source: position, code, reason: message }, 'live source failed');
    this.#ports.events.emit('stream.source-failed', { channelId: id, name, position, code, message });
  }

  #at(): string {
    return new Date(this.#ports.clock.now()).toISOString();
  }
}

function keep<T>(row: T[], most: number, entry: T): void {
  row.push(entry);
  if (row.length > most) row.shift();
}
