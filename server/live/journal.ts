import type { LiveState } from '../../lib/contract/channels.ts';
import type { StreamDetail } from '../../lib/contract/streams.ts';
import type { AppError } from '../core/errors.ts';
import type { LiveMetrics } from './live-metrics.ts';
import { reasonOf } from './source/policy.ts';
import type { LiveChannel, LivePorts } from './types.ts';

type Ports = Pick<LivePorts, 'log' | 'events' | 'clock'> & { counts: LiveMetrics };

const KEPT_ERRORS = 20;

/** Tells the log, the events and the metrics what happens to one channel, and keeps its latest errors. */
export class Journal {
  readonly #ports: Ports;
  readonly #channel: Pick<LiveChannel, 'id' | 'name'>;
  readonly errors: StreamDetail['errors'] = [];
  lastFailure: AppError | null = null;

  constructor(channel: Pick<LiveChannel, 'id' | 'name'>, ports: Ports) {
    this.#channel = channel;
    this.#ports = ports;
  }

  moved(from: LiveState, to: LiveState, reason: string): void {
    const { id, name } = this.#channel;
    this.#ports.log.info({ channelId: id, from, to, reason }, `live ${to}`);
    this.#ports.events.emit('stream.state', { channelId: id, name, from, to, reason });
  }

  switched(from: number, to: number): void {
    const { id, name } = this.#channel;
    const reason = this.lastFailure ? reasonOf(this.lastFailure) : 'the source failed';
    this.#ports.counts.switches.inc();
    this.#ports.log.info({ channelId: id, from, to, reason }, 'live source switched');
    this.#ports.events.emit('stream.switched', {
      channelId: id,
      name,
      fromPosition: from,
      toPosition: to,
      reason,
    });
  }

  sourceFailed(position: number, error: AppError): void {
    const { id, name } = this.#channel;
    const { code, message } = error;
    this.lastFailure = error;
    const at = new Date(this.#ports.clock.now()).toISOString();
    this.errors.push({ at, source_position: position, code, message });
    if (this.errors.length > KEPT_ERRORS) this.errors.shift();
    this.#ports.counts.sourceFailures.inc({ code });
    this.#ports.log.warn({ channelId: id, source: position, code, reason: message }, 'live source failed');
    this.#ports.events.emit('stream.source-failed', { channelId: id, name, position, code, message });
  }
}
