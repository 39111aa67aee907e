import type { IncomingMessage, ServerResponse } from 'node:http';
import { LRUCache } from 'lru-cache';
import { LiveRungId, SOURCE_RUNG } from '../../lib/contract/live-rungs.ts';
import { AppError } from '../core/errors.ts';
import { addChannelReadings, createLiveMetrics, type LiveMetrics } from './live-metrics.ts';
import { TS_HEADERS } from './outputs/ts.ts';
import { createGovernor } from './rungs/governor.ts';
import { createEncoderChoice } from './rungs/hardware.ts';
import type { EncoderChoice, Governor } from './rungs/types.ts';
import { LiveSession } from './session.ts';
import { Breakers } from './source/breaker.ts';
import { detailOf, statusOf } from './status.ts';
import type { Live, LiveChannel, LivePorts } from './types.ts';

export type { Live, LiveChannel, LivePorts, LiveSource } from './types.ts';

const SEGMENT_NAME = /^(segment|720p|480p|360p)_(\d{1,12})\.ts$/;
/** A player that still asks after this long may have been opened anew. */
const STOPPED_FOR_MS = 600_000;

/** Builds the live engine: one session per channel that somebody watches. */
export function createLive(ports: LivePorts): Live {
  return new LiveEngine(ports);
}

class LiveEngine implements Live {
  readonly #ports: LivePorts;
  readonly #counts: LiveMetrics;
  readonly #breakers: Breakers;
  readonly #governor: Governor;
  readonly #encoders: EncoderChoice;
  readonly #sessions = new Map<string, LiveSession>();
  /** Sessions that are gone but whose files and children are still being put away. */
  readonly #leaving = new Set<Promise<void>>();
  /** HLS viewers of sessions that an admin stopped. */
  readonly #stopped = new LRUCache<string, true>({ max: 5000, ttl: STOPPED_FOR_MS });
  #closed = false;

  constructor(ports: LivePorts) {
    this.#ports = ports;
    const { clock, ffmpeg, log } = ports;
    this.#governor = createGovernor({ clock, limit: ports.encoderLimit });
    this.#encoders = createEncoderChoice({ clock, ffmpeg, log });
    this.#counts = createLiveMetrics(ports.metrics);
    addChannelReadings(ports.metrics, () => this.status());
    this.#breakers = new Breakers({
      nowMs: () => ports.clock.monotonicMs(),
      wallMs: () => ports.clock.now(),
      random: Math.random,
    });
  }

  async serveTs(channel: LiveChannel, req: IncomingMessage, res: ServerResponse): Promise<void> {
    if (req.method === 'HEAD') {
      res.writeHead(200, TS_HEADERS).end();
      return;
    }
    await this.#session(channel).serveTs(res);
  }

  async master(
    channel: LiveChannel,
    { viewerId, only }: { viewerId: string; only: string | null },
  ): Promise<string> {
    const session = this.#session(channel);
    const output = await session.hls(null, null);
    return counted(session, output.masterPlaylist(viewerId, only));
  }

  async media(
    channel: LiveChannel,
    rung: string,
    { viewerId }: { viewerId: string | null },
  ): Promise<string> {
    if (rung !== SOURCE_RUNG && !LiveRungId.safeParse(rung).success) throw new AppError('RENDITION_UNKNOWN');
    if (viewerId !== null && this.#stopped.has(viewerId)) throw new AppError('STREAM_STOPPED');
    const session = this.#session(channel);
    const output = await session.hls(viewerId, rung);
    return counted(session, output.mediaPlaylist(rung));
  }

  async segment(channelId: string, name: string): Promise<Buffer | null> {
    const [, kind = '', number] = SEGMENT_NAME.exec(name) ?? [];
    const session = this.#sessions.get(channelId);
    if (number === undefined || !session) return null;
    return await session.segment(kind === 'segment' ? SOURCE_RUNG : kind, Number(number));
  }

  leave(channelId: string, viewerId: string): void {
    this.#sessions.get(channelId)?.leave(viewerId);
  }

  status() {
    return [...this.#sessions.values()].map(statusOf);
  }

  statusOf(channelId: string) {
    const session = this.#sessions.get(channelId);
    return session ? detailOf(session) : null;
  }

  switchTo(channelId: string, position?: number): boolean {
    const session = this.#sessions.get(channelId);
    if (!session) return false;
    session.switchTo(position);
    return true;
  }

  stopRung(channelId: string, rung: LiveRungId): boolean {
    return this.#sessions.get(channelId)?.stopRung(rung) ?? false;
  }

  update(channel: LiveChannel): void {
    this.#sessions.get(channel.id)?.dispatch({ type: 'update', channel });
  }

  async stop(channelId: string): Promise<boolean> {
    const session = this.#sessions.get(channelId);
    if (!session) return false;
    // Players of HLS ask again by themselves, and would start at once what was just stopped.
    for (const viewer of session.hlsViewers) this.#stopped.set(viewer, true);
    session.dispatch({ type: 'stop', reason: 'stopped by an admin' });
    await session.closed;
    return true;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const session of [...this.#sessions.values()])
      session.dispatch({ type: 'stop', reason: 'the server is shutting down' });
    await Promise.all(this.#leaving);
  }

  #session(channel: LiveChannel): LiveSession {
    if (this.#closed) throw new AppError('SHUTTING_DOWN');
    const known = this.#sessions.get(channel.id);
    if (known) return known;
    const session = new LiveSession(channel, {
      ...this.#ports,
      counts: this.#counts,
      breakers: this.#breakers,
      governor: this.#governor,
      encoders: this.#encoders,
      onGone: (gone) => this.#forget(gone),
    });
    this.#sessions.set(channel.id, session);
    this.#gauge();
    return session;
  }

  #forget(session: LiveSession): void {
    if (this.#sessions.get(session.channel.id) === session) this.#sessions.delete(session.channel.id);
    const leaving: Promise<void> = session.closed.finally(() => this.#leaving.delete(leaving));
    this.#leaving.add(leaving);
    this.#gauge();
  }

  #gauge(): void {
    this.#counts.sessions.set(this.#sessions.size);
  }
}

function counted(session: LiveSession, text: string): string {
  session.countSent(Buffer.byteLength(text));
  return text;
}
