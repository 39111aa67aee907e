import type { ServerResponse } from 'node:http';
import type { LiveState } from '../../lib/contract/channels.ts';
import type { LiveRungId } from '../../lib/contract/live-rungs.ts';
import { AppError, messageOf } from '../core/errors.ts';
import { type LiveFacts, liveFacts } from './facts.ts';
import { History } from './history.ts';
import { Journal } from './journal.ts';
import type { LiveMetrics } from './live-metrics.ts';
import type { HlsOutput } from './outputs/hls.ts';
import { RateMeter } from './rate-meter.ts';
import { MediaPath } from './relay/media-path.ts';
import type { EncoderChoice, Governor } from './rungs/types.ts';
import type { Breakers } from './source/breaker.ts';
import { allDown } from './source/failures.ts';
import { reasonOf } from './source/policy.ts';
import type { RunEvent, SourceRun } from './source/run.ts';
import { type CheckOutcome, Supply } from './source/supply.ts';
import { StateDoor } from './states.ts';
import type { LiveChannel, LivePorts, LiveSource } from './types.ts';
import { Audience } from './viewers/audience.ts';
import { WaitRoom } from './wait-room.ts';

type SessionPorts = LivePorts & {
  governor: Governor;
  encoders: EncoderChoice;
  counts: LiveMetrics;
  breakers: Breakers;
  onGone(session: LiveSession): void;
};

/** Everything that can happen to a session. Those of a source name the run they belong to: late ones are dropped. */
type SessionEvent =
  | { type: 'start'; reason: string }
  | { type: 'source'; run: SourceRun; event: RunEvent }
  | { type: 'checked'; source: LiveSource; outcome: CheckOutcome }
  | { type: 'switch'; position: number }
  | { type: 'update'; channel: LiveChannel }
  | { type: 'tick' }
  | { type: 'stop'; reason: string };

const TICK_MS = 250;
/** Segments of HLS and the pages of the test card come up to ten seconds apart. */
const IN_WINDOW_MS = 12_000;
const FIRST_LIST_MS = 8000;
const NO_SOURCE_RETRY_MS = 5000;
/** After other codecs were spliced in, players have this long to see the new program map before they reconnect. */
const CODEC_CHANGE_MS = 1000;

/**
 * One running channel: owns its only upstream connection, its ring and its viewers. All that happens comes in through
 * `dispatch`, one after the other; states change only in `StateDoor`; late events name a source run that is over.
 */
export class LiveSession {
  readonly #ports: SessionPorts;
  readonly #door: StateDoor;
  readonly #path: MediaPath;
  readonly #room = new WaitRoom();
  readonly #audience: Audience;
  readonly #supply: Supply;
  readonly #history = new History();
  readonly #in = new RateMeter(IN_WINDOW_MS);
  readonly #journal: Journal;
  readonly #inbox: SessionEvent[] = [];
  readonly #timer: NodeJS.Timeout;
  #channel: LiveChannel;
  #busy = false;
  #lastFailure: AppError | null = null;
  #retryAtMs = 0;
  #startedAtMs: number;
  #closeViewersAtMs: number | null = null;
  #refreshing = false;
  closed: Promise<void> = Promise.resolve();

  constructor(channel: LiveChannel, ports: SessionPorts) {
    this.#channel = channel;
    this.#ports = ports;
    this.#startedAtMs = this.#now();
    this.#journal = new Journal(channel, ports);
    this.#door = new StateDoor(
      () => this.#now(),
      (from, to, reason) => this.#journal.moved(from, to, reason),
    );
    this.#path = this.#makePath(channel);
    this.#audience = new Audience({ clock: ports.clock, counts: ports.counts, relay: this.#path.relay });
    this.#supply = this.#makeSupply(channel);
    this.#timer = setInterval(() => this.dispatch({ type: 'tick' }), TICK_MS);
  }

  #makePath(channel: LiveChannel): MediaPath {
    const { clock, ffmpeg, log, tempDir, maxHeight, governor, encoders } = this.#ports;
    return new MediaPath(channel, {
      ...{ clock, ffmpeg, log, tempDir, maxHeight, governor, encoders },
      onRungEvent: (rung, event, reason) => this.#journal.encoder(rung, event, reason),
      onSplice: () => this.#onSplice(),
      onPicture: (ticks) => this.#supply.onPicture(ticks),
      onSound: (ticks) => this.#supply.onSound(ticks),
      onCodecChange: () => {
        this.#closeViewersAtMs = this.#now() + CODEC_CHANGE_MS;
      },
    });
  }

  #makeSupply(channel: LiveChannel): Supply {
    return new Supply(channel, {
      ...this.#ports,
      path: this.#path,
      post: (run, event) => this.dispatch({ type: 'source', run, event }),
      postChecked: (source, outcome) => this.dispatch({ type: 'checked', source, outcome }),
      received: (sizeBytes) => this.#received(sizeBytes),
      isUnwatched: () => this.#present() === 0,
      evict: (reason) => this.dispatch({ type: 'stop', reason }),
      onFailure: (index, error) => this.#journal.sourceFailed(index, error),
      onFault: (reason) => {
        if (this.#door.is('active')) this.#door.enter('failing-over', reason);
      },
      onSwitch: (from, to, change, gapMs) => this.#journal.switched(from, to, change, gapMs),
      onDown: (error, retryAtMs) => this.#fail(error, retryAtMs - this.#now()),
    });
  }

  get channel(): LiveChannel {
    return this.#channel;
  }

  get state(): LiveState {
    return this.#door.state;
  }

  /** The one inbox. An event that comes while another is worked on waits for its turn. */
  dispatch(event: SessionEvent): void {
    this.#inbox.push(event);
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let next = this.#inbox.shift(); next; next = this.#inbox.shift()) this.#handle(next);
    } finally {
      this.#busy = false;
    }
  }

  /** Goes to another source now: the one at `position`, else the next one. Throws SOURCE_SWITCH_REFUSED. */
  switchTo(position?: number): void {
    const { sources } = this.#channel;
    const wanted = position ?? (this.#supply.position + 1) % Math.max(1, sources.length);
    if (!this.#door.is('active', 'failing-over')) throw refused('the channel is not playing');
    if (!sources[wanted]) throw refused('the channel has no such source');
    if (wanted === this.#supply.run?.index) throw refused('it plays this source already');
    this.dispatch({ type: 'switch', position: wanted });
  }

  /** Serves one viewer of the transport stream until it leaves or the session ends. */
  async serveTs(response: ServerResponse): Promise<void> {
    const left = new AbortController();
    response.once('close', () => left.abort());
    if (response.destroyed) return;
    try {
      await this.#whenActive({ signal: left.signal });
    } catch (error) {
      if (left.signal.aborted) return;
      throw error;
    }
    if (left.signal.aborted) return;
    await this.#audience.follow(response, left.signal);
  }

  /**
   * The HLS output with a playable list of one quality, or ready for a master when `rung` is null; started when it is
   * not running. A viewer counts from its first list on.
   */
  async hls(viewerId: string | null, rung: string | null): Promise<HlsOutput> {
    const until = this.#now() + FIRST_LIST_MS;
    this.#audience.askedHls(viewerId);
    await this.#whenActive({ limitMs: FIRST_LIST_MS });
    const output = this.#path.openHls();
    const limitMs = Math.max(1, until - this.#now());
    if (rung === null) await output.whenKnown(limitMs);
    else {
      await output.whenReady(rung, limitMs);
      this.#audience.seenHls(viewerId, rung);
    }
    return output;
  }

  /** A finished segment; null when it is gone or there never was one. */
  async segment(rung: string, number: number): Promise<Buffer | null> {
    this.#audience.askedHls(null);
    const bytes = (await this.#path.hls?.segment(rung, number)) ?? null;
    if (bytes) this.countSent(bytes.length);
    return bytes;
  }

  /** An admin ends the encoder of a quality for a while; false when it does not run. */
  stopRung(rung: LiveRungId): boolean {
    return this.#path.hls?.stopRung(rung) ?? false;
  }

  get hlsViewers(): string[] {
    return this.#audience.hlsViewerIds;
  }

  /** An HLS viewer said that it is gone. */
  leave(viewerId: string): void {
    this.#audience.leaveHls(viewerId);
  }

  countSent(sizeBytes: number): void {
    this.#audience.countSent(sizeBytes);
  }

  /** All the facts of the status page (S1.4). */
  facts(): LiveFacts {
    return liveFacts({
      channel: this.#channel,
      maxHeight: this.#ports.maxHeight(),
      state: this.#door.state,
      nowMs: this.#now(),
      startedAtMs: this.#startedAtMs,
      breakers: this.#ports.breakers,
      supply: this.#supply,
      path: this.#path,
      audience: this.#audience,
      received: this.#in,
      journal: this.#journal,
      history: this.#history,
    });
  }

  #now(): number {
    return this.#ports.clock.monotonicMs();
  }

  #handle(event: SessionEvent): void {
    if (this.#door.is('stopping', 'stopped')) return;
    if (event.type === 'source') this.#supply.handle(event.run, event.event);
    else if (event.type === 'tick') this.#tick();
    else if (event.type === 'start') this.#start(event.reason);
    else if (event.type === 'checked') this.#supply.checked(event.source, event.outcome);
    else if (event.type === 'switch') this.#switchTo(event.position);
    else if (event.type === 'update') this.#update(event.channel);
    else this.#stop(event.reason);
  }

  #received(sizeBytes: number): void {
    this.#in.add(sizeBytes);
    this.#ports.counts.bytesIn.inc(sizeBytes);
  }

  #start(reason: string): void {
    if (!this.#door.is('idle', 'failed')) return;
    this.#door.enter('starting', reason);
    this.#startedAtMs = this.#now();
    if (this.#channel.sources.length === 0)
      this.#fail(new AppError('CHANNEL_WITHOUT_SOURCE'), NO_SOURCE_RETRY_MS);
    else this.#supply.start();
  }

  /** A source's first keyframe is on its way to the viewers. */
  #onSplice(): void {
    this.#supply.onSplice();
    const run = this.#supply.run;
    if (!run || this.#door.is('active')) return;
    this.#door.enter('active', `source ${run.index + 1}`);
    // After the unit that is worked on has reached the ring.
    queueMicrotask(() => this.#room.admit());
  }

  /** No source is left: viewers that wait are told, and it is tried again while somebody is there. */
  #fail(error: AppError, retryInMs: number): void {
    this.#lastFailure = error;
    this.#retryAtMs = this.#now() + retryInMs;
    if (this.#door.is('active')) this.#door.enter('failing-over', reasonOf(error));
    this.#door.enter('failed', reasonOf(error));
    const failure = this.#failure();
    this.#room.refuse(failure);
    this.#path.hls?.refuse(failure);
  }

  #failure(): AppError {
    return allDown(this.#lastFailure, this.#retryAtMs - this.#now());
  }

  #switchTo(position: number): void {
    this.#supply.switchTo(position, { cause: 'asked', reason: 'somebody asked for it' });
    // Without room for a second connection the old source is gone already.
    if (this.#supply.candidate === null && this.#door.is('active'))
      this.#door.enter('failing-over', 'somebody asked for another source');
  }

  #update(channel: LiveChannel): void {
    this.#channel = channel;
    const running = this.#supply.run;
    this.#supply.update(channel);
    if (this.#door.is('active') && this.#supply.run !== running)
      this.#door.enter('failing-over', 'its sources were changed');
  }

  async #whenActive(options: { limitMs?: number; signal?: AbortSignal }): Promise<void> {
    this.#audience.touch();
    if (this.#door.is('active', 'failing-over')) return;
    if (this.#door.is('stopping', 'stopped')) throw new AppError('STREAM_STARTING', { retryAfterSeconds: 1 });
    if (this.#door.is('failed') && this.#now() < this.#retryAtMs) throw this.#failure();
    const waiting = this.#room.wait(options);
    this.dispatch({ type: 'start', reason: 'a viewer came' });
    try {
      await waiting;
    } finally {
      this.#audience.touch();
    }
  }

  #tick(): void {
    const now = this.#now();
    this.#in.mark(now);
    this.#path.tick(this.#audience.rungs);
    this.#audience.tick(now, this.#path.hls?.targetDurationS ?? this.#channel.segmentDurationS);
    this.#supply.tick(now);
    this.#history.tick(now, () => this.#reading(now));
    if (this.#door.is('failing-over', 'failed', 'starting')) this.#audience.keepAlive(now);
    if (this.#closeViewersAtMs !== null && now >= this.#closeViewersAtMs) {
      this.#closeViewersAtMs = null;
      this.#audience.end();
    }
    this.#closeUnused(now);
  }

  #reading(now: number) {
    const audience = this.#audience;
    return {
      inBits: this.#in.bitsPerSecond(now),
      outBits: audience.sent.bitsPerSecond(now),
      viewers: audience.size,
    };
  }

  /** Everybody who watches or waits. */
  #present(): number {
    return this.#audience.size + this.#room.size + (this.#path.hls?.waiting ?? 0);
  }

  #closeUnused(now: number): void {
    const idleMs = this.#channel.idleTimeoutMs;
    const present = this.#present();
    if (present === 0 && this.#audience.quietMs() >= idleMs) {
      this.#stop('idle');
      return;
    }
    const hlsViewers = this.#audience.counts.hls + (this.#path.hls?.waiting ?? 0);
    if (hlsViewers === 0 && this.#audience.hlsQuietMs() >= idleMs) this.#path.closeHls();
    if (this.#door.is('failed') && present > 0 && now >= this.#retryAtMs) void this.#retry();
  }

  /** Tries again with the channel as it is now: an admin may have mended it. */
  async #retry(): Promise<void> {
    if (this.#refreshing) return;
    this.#refreshing = true;
    try {
      const channel = await this.#ports.findChannel(this.#channel.id);
      if (channel) this.dispatch({ type: 'update', channel });
      this.dispatch(
        channel
          ? { type: 'start', reason: 'tried again' }
          : { type: 'stop', reason: 'the channel was deleted' },
      );
    } catch (error) {
      this.#ports.log.warn(
        { error: messageOf(error) },
        'a channel could not be looked up; it is tried as it was',
      );
      this.dispatch({ type: 'start', reason: 'tried again' });
    } finally {
      this.#refreshing = false;
    }
  }

  #stop(reason: string): void {
    if (this.#door.is('idle')) this.#door.enter('starting', reason);
    this.#door.enter('stopping', reason);
    clearInterval(this.#timer);
    this.#supply.close();
    this.#room.refuse(new AppError('STREAM_STARTING', { retryAfterSeconds: 1 }));
    this.#audience.close();
    this.closed = Promise.all([this.#supply.closed, this.#path.close()]).then(() => undefined);
    this.#door.enter('stopped', reason);
    this.#ports.onGone(this);
  }
}

const refused = (reason: string): AppError =>
  new AppError('SOURCE_SWITCH_REFUSED', {
    message: `The source was not changed: ${reason}. Look at the channel on the Live page.`,
    details: { reason },
  });
