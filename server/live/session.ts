import type { ServerResponse } from 'node:http';
import type { LiveState } from '../../lib/contract/channels.ts';
import { AppError, messageOf } from '../core/errors.ts';
import type { Program, Unit } from '../media/ts/streams.ts';
import { Journal } from './journal.ts';
import type { LiveMetrics } from './live-metrics.ts';
import type { HlsOutput } from './outputs/hls.ts';
import { RateMeter } from './rate-meter.ts';
import { MediaPath } from './relay/media-path.ts';
import { allDown, broughtNothing } from './source/failures.ts';
import { chooseNext, LIMITS, reasonOf, retryDelayMs, silenceLimitMs } from './source/policy.ts';
import { SourceRun } from './source/run.ts';
import { StateDoor } from './states.ts';
import type { LiveChannel, LivePorts } from './types.ts';
import { Audience } from './viewers/audience.ts';
import { WaitRoom } from './wait-room.ts';

type SessionPorts = LivePorts & { counts: LiveMetrics; onGone(session: LiveSession): void };

/** Everything that can happen to a session. Those of a source carry the epoch they were made in. */
type SessionEvent =
  | { type: 'start'; reason: string }
  | { type: 'bytes'; epoch: number; sizeBytes: number }
  | { type: 'program'; epoch: number; program: Program }
  | { type: 'unit'; epoch: number; unit: Unit }
  | { type: 'ended'; epoch: number; error: AppError }
  | { type: 'tick' }
  | { type: 'stop'; reason: string };

const TICK_MS = 250;
const FIRST_LIST_MS = 8000;
/** After other codecs were spliced in, players have this long to see the new program map before they reconnect. */
const CODEC_CHANGE_MS = 1000;

/**
 * One running channel: owns its only upstream connection, its ring and its viewers. All that happens comes in through
 * `dispatch`, one after the other; states change only in `StateDoor`; late events of an old source carry an old epoch.
 */
export class LiveSession {
  readonly #ports: SessionPorts;
  readonly #door: StateDoor;
  readonly #path: MediaPath;
  readonly #room = new WaitRoom();
  readonly #audience: Audience;
  readonly #in = new RateMeter();
  readonly #journal: Journal;
  readonly #inbox: SessionEvent[] = [];
  readonly #timer: NodeJS.Timeout;
  #channel: LiveChannel;
  #busy = false;
  #epoch = 0;
  #run: SourceRun | null = null;
  #runs: Promise<void> = Promise.resolve();
  #tried: ReadonlySet<number> = new Set();
  #failedRounds = 0;
  #retryAtMs = 0;
  #activeIndex: number | null = null;
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
    this.#path = new MediaPath(channel, {
      clock: ports.clock,
      log: ports.log,
      tempDir: ports.tempDir,
      onSplice: () => this.#onSplice(),
      onProgress: () => this.#run?.progress(this.#now()),
      onCodecChange: () => {
        this.#closeViewersAtMs = this.#now() + CODEC_CHANGE_MS;
      },
    });
    this.#audience = new Audience({ clock: ports.clock, counts: ports.counts, relay: this.#path.relay });
    this.#timer = setInterval(() => this.dispatch({ type: 'tick' }), TICK_MS);
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

  /** The HLS output with a playable list, started when it is not running. A viewer counts from its first list on. */
  async hls(viewerId: string | null): Promise<HlsOutput> {
    const until = this.#now() + FIRST_LIST_MS;
    this.#audience.askedHls(viewerId);
    await this.#whenActive({ limitMs: FIRST_LIST_MS });
    const output = this.#path.openHls();
    await output.whenReady(Math.max(1, until - this.#now()));
    this.#audience.seenHls(viewerId);
    return output;
  }

  /** A finished segment; null when it is gone or there never was one. */
  async segment(number: number): Promise<Buffer | null> {
    this.#audience.askedHls(null);
    const bytes = (await this.#path.hls?.segment(number)) ?? null;
    if (bytes) this.countSent(bytes.length);
    return bytes;
  }

  countSent(sizeBytes: number): void {
    this.#audience.countSent(sizeBytes);
  }

  /** All the facts of the status page (S1.4). */
  facts() {
    const now = this.#now();
    const run = this.#run;
    const audience = this.#audience;
    return {
      channel: this.#channel,
      state: this.#door.state,
      sourceIndex: run?.index ?? this.#activeIndex ?? 0,
      connections: run?.open ? 1 : 0,
      uptimeMs: now - this.#startedAtMs,
      flowing: run?.mediaAtMs != null && now - run.mediaAtMs < LIMITS.longestSilentMs,
      received: { bytes: this.#in.totalBytes, bitsPerSecond: this.#in.bitsPerSecond(now) },
      sent: { bytes: audience.sent.totalBytes, bitsPerSecond: audience.sent.bitsPerSecond(now) },
      lastSentAtWallMs: audience.sentAtWallMs,
      viewers: audience.counts,
      picture: this.#path.picture,
      sound: this.#path.sound,
      skips: audience.skips,
      errors: this.#journal.errors,
    };
  }

  #now(): number {
    return this.#ports.clock.monotonicMs();
  }

  #handle(event: SessionEvent): void {
    if (this.#door.is('stopping', 'stopped')) return;
    if ('epoch' in event && event.epoch !== this.#epoch) return;
    if (event.type === 'unit') this.#path.unit(event.unit);
    else if (event.type === 'bytes') this.#received(event.sizeBytes);
    else if (event.type === 'program') this.#path.program(event.program);
    else if (event.type === 'start') this.#start(event.reason);
    else if (event.type === 'ended') this.#sourceFailed(event.error);
    else if (event.type === 'tick') this.#tick();
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
    this.#tried = new Set();
    if (this.#channel.sources.length === 0) this.#fail(new AppError('CHANNEL_WITHOUT_SOURCE'));
    else this.#open(0);
  }

  /** Ends the old connection, then opens the next one, in the same tick. */
  #open(index: number): void {
    this.#closeRun();
    const epoch = this.#epoch;
    const source = this.#channel.sources[index]!;
    this.#path.use();
    this.#run = new SourceRun({
      source,
      index,
      sourceCount: this.#channel.sources.length,
      ports: this.#ports,
      sink: {
        opened: ({ continuous }) => {
          if (epoch === this.#epoch && this.#run) this.#run.continuous = continuous;
        },
        bytes: (sizeBytes) => this.dispatch({ type: 'bytes', epoch, sizeBytes }),
        program: (program) => this.dispatch({ type: 'program', epoch, program }),
        unit: (unit) => this.dispatch({ type: 'unit', epoch, unit }),
        paced: (waitMs) => {
          // A source that is held back is not silent.
          if (epoch === this.#epoch && this.#run?.mediaAtMs != null)
            this.#run.mediaAtMs = this.#now() + waitMs;
        },
        mediaMs: () => this.#path.positionMs,
      },
      onEnd: (error) => this.dispatch({ type: 'ended', epoch, error }),
    });
    this.#runs = Promise.all([this.#runs, this.#run.done]).then(() => undefined);
  }

  #closeRun(): void {
    this.#epoch++;
    this.#run?.close();
    this.#run = null;
  }

  /** A source's first keyframe is on its way to the viewers. */
  #onSplice(): void {
    const run = this.#run;
    if (!run || this.#door.is('active')) return;
    const from = this.#activeIndex;
    this.#activeIndex = run.index;
    this.#failedRounds = 0;
    this.#door.enter('active', `source ${run.index + 1}`);
    if (from !== null && from !== run.index) this.#journal.switched(from, run.index);
    // After the unit that is worked on has reached the ring.
    queueMicrotask(() => this.#room.admit());
  }

  #sourceFailed(error: AppError): void {
    const run = this.#run;
    if (!run) return;
    this.#journal.sourceFailed(run.index, error);
    const livedMs = run.liveAtMs === null ? null : this.#now() - run.liveAtMs;
    const choice = chooseNext({
      count: this.#channel.sources.length,
      current: run.index,
      livedMs,
      tried: this.#tried,
    });
    this.#tried = choice.tried;
    if (this.#door.is('active')) this.#door.enter('failing-over', reasonOf(error));
    if (choice.next === null) this.#fail(error);
    else this.#open(choice.next);
  }

  /** No source is left: viewers that wait are told, and it is tried again while somebody is there. */
  #fail(error: AppError): void {
    this.#closeRun();
    this.#failedRounds++;
    const retryAfterMs = (error.retryAfterSeconds ?? 0) * 1000;
    this.#retryAtMs = this.#now() + retryDelayMs(this.#failedRounds, Math.random(), retryAfterMs);
    this.#journal.lastFailure = error;
    this.#door.enter('failed', reasonOf(error));
    const failure = this.#failure();
    this.#room.refuse(failure);
    this.#path.hls?.refuse(failure);
  }

  #failure(): AppError {
    return allDown(this.#journal.lastFailure, this.#retryAtMs - this.#now());
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
    this.#path.hls?.tick();
    this.#audience.tick(now, this.#path.hls?.targetDurationS ?? this.#channel.segmentDurationS);
    this.#watchSource(now);
    if (this.#door.is('failing-over', 'failed', 'starting')) this.#audience.keepAlive(now);
    if (this.#closeViewersAtMs !== null && now >= this.#closeViewersAtMs) {
      this.#closeViewersAtMs = null;
      this.#audience.end();
    }
    this.#closeUnused(now);
  }

  /** Silence is a failure like any other (contracts.md §5). */
  #watchSource(now: number): void {
    const run = this.#run;
    if (!run) return;
    const late = run.liveAtMs === null && now - run.startedAtMs > LIMITS.firstKeyframeMs;
    const silentMs = run.mediaAtMs === null ? 0 : now - run.mediaAtMs;
    const silent = run.continuous && silentMs > silenceLimitMs(run.gapsMs);
    if (late) this.#sourceFailed(broughtNothing('it sent no keyframe'));
    else if (silent) this.#sourceFailed(broughtNothing('it went silent'));
  }

  #closeUnused(now: number): void {
    const idleMs = this.#channel.idleTimeoutMs;
    const waitingHls = this.#path.hls?.waiting ?? 0;
    const present = this.#audience.size + this.#room.size + waitingHls;
    if (present === 0 && this.#audience.quietMs() >= idleMs) {
      this.#stop('idle');
      return;
    }
    const hlsViewers = this.#audience.counts.hls + waitingHls;
    if (hlsViewers === 0 && this.#audience.hlsQuietMs() >= idleMs) this.#path.closeHls();
    if (this.#door.is('failed') && present > 0 && now >= this.#retryAtMs) void this.#retry();
  }

  /** Tries again with the channel as it is now: an admin may have mended it. */
  async #retry(): Promise<void> {
    if (this.#refreshing) return;
    this.#refreshing = true;
    try {
      const channel = await this.#ports.findChannel(this.#channel.id);
      if (channel) this.#channel = channel;
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
    this.#closeRun();
    this.#room.refuse(new AppError('STREAM_STARTING', { retryAfterSeconds: 1 }));
    this.#audience.close();
    this.closed = Promise.all([this.#runs, this.#path.close()]).then(() => undefined);
    this.#door.enter('stopped', reason);
    this.#ports.onGone(this);
  }
}
