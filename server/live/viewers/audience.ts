import type { ServerResponse } from 'node:http';
import type { StreamViewer } from '../../../lib/contract/streams.ts';
import type { Clock } from '../../core/clock.ts';
import type { LiveMetrics } from '../live-metrics.ts';
import type { RungViewers } from '../outputs/hls.ts';
import { TsViewer } from '../outputs/ts.ts';
import { RateMeter } from '../rate-meter.ts';
import type { Relay } from '../relay/relay.ts';
import { HlsViewers } from './hls-viewers.ts';

type Ports = { clock: Clock; counts: LiveMetrics; relay: Relay };

const KEEP_ALIVE_MS = 500;

/** Everybody who watches one channel, and what they were sent. */
export class Audience {
  readonly #ports: Ports;
  readonly #viewers = new Set<TsViewer>();
  readonly #hlsViewers = new HlsViewers();
  readonly sent = new RateMeter();
  #lastActivityMs: number;
  #lastHlsMs: number;
  #keptAliveAtMs = 0;
  #sentAtWallMs: number | null = null;
  #skips = 0;
  #countedHls = 0;

  constructor(ports: Ports) {
    this.#ports = ports;
    this.#lastActivityMs = this.#now();
    this.#lastHlsMs = this.#now();
  }

  get counts(): { ts: number; hls: number } {
    return { ts: this.#viewers.size, hls: this.#hlsViewers.size };
  }

  get size(): number {
    return this.#viewers.size + this.#hlsViewers.size;
  }

  /** Who watches, those of the transport stream first. */
  list(most: number): StreamViewer[] {
    const now = this.#now();
    const wall = (atMs: number) => new Date(this.#ports.clock.now() - (now - atMs)).toISOString();
    const ts = [...this.#viewers].slice(0, most).map((viewer): StreamViewer => {
      const { sinceMs, sentBytes, lagMs, skips } = viewer.facts();
      return { output: 'ts', since: wall(sinceMs), rung: null, bytes_sent: sentBytes, lag_ms: lagMs, skips };
    });
    const hls = this.#hlsViewers.list(most - ts.length).map(
      ({ sinceMs, rung }): StreamViewer => ({
        output: 'hls',
        since: wall(sinceMs),
        rung,
        bytes_sent: null,
        lag_ms: null,
        skips: 0,
      }),
    );
    return [...ts, ...hls];
  }

  get skips(): number {
    return this.#skips;
  }

  /** Wall clock of the last byte that was sent. */
  get sentAtWallMs(): number | null {
    return this.#sentAtWallMs;
  }

  /** Since when nobody has asked for anything. */
  quietMs(): number {
    return this.#now() - this.#lastActivityMs;
  }

  hlsQuietMs(): number {
    return this.#now() - this.#lastHlsMs;
  }

  touch(): void {
    this.#lastActivityMs = this.#now();
  }

  /** A request for HLS came. Who never got a list is no viewer yet: a player that tries again comes with a new id. */
  askedHls(viewerId: string | null): void {
    this.touch();
    this.#lastHlsMs = this.#now();
    if (viewerId !== null) this.#hlsViewers.asked(viewerId, this.#now());
  }

  /** The list of a quality was given out. */
  seenHls(viewerId: string | null, rung: string): void {
    this.askedHls(null);
    this.#hlsViewers.seen(viewerId, rung, this.#now());
    this.#countHls(this.#hlsViewers.size);
  }

  /** How many are on each quality of HLS. */
  get rungs(): RungViewers {
    return this.#hlsViewers.rungs;
  }

  get hlsViewerIds(): string[] {
    return this.#hlsViewers.ids;
  }

  leaveHls(viewerId: string): void {
    this.#hlsViewers.left(viewerId);
    this.#countHls(this.#hlsViewers.size);
  }

  countSent(sizeBytes: number): void {
    this.sent.add(sizeBytes);
    this.#sentAtWallMs = this.#ports.clock.now();
    this.#ports.counts.bytesOut.inc(sizeBytes);
  }

  /** Feeds one viewer of the transport stream until its connection is closed. */
  async follow(response: ServerResponse, left: AbortSignal): Promise<void> {
    const { relay, counts } = this.#ports;
    const viewer = new TsViewer(response, {
      ring: relay.ring,
      nowMs: () => this.#now(),
      onSent: (sizeBytes) => this.countSent(sizeBytes),
      onSkip: () => {
        this.#skips++;
        counts.skips.inc();
      },
    });
    const unfollow = relay.follow(viewer);
    this.#viewers.add(viewer);
    counts.viewers.inc({ output: 'ts' });
    try {
      viewer.start();
      if (!left.aborted)
        await new Promise<void>((resolve) => left.addEventListener('abort', () => resolve()));
    } finally {
      unfollow();
      this.#viewers.delete(viewer);
      counts.viewers.dec({ output: 'ts' });
      this.touch();
    }
  }

  tick(now: number, targetDurationS: number): void {
    this.sent.mark(now);
    this.#hlsViewers.expire(now, targetDurationS);
    this.#countHls(this.#hlsViewers.size);
    for (const viewer of this.#viewers) viewer.sweep();
  }

  /** Keeps connections fed while no source brings anything. */
  keepAlive(now: number): void {
    if (this.#viewers.size === 0 || now - this.#keptAliveAtMs < KEEP_ALIVE_MS) return;
    this.#keptAliveAtMs = now;
    this.#ports.relay.keepAlive();
  }

  /** Ends every connection, in order. */
  end(): void {
    for (const viewer of this.#viewers) viewer.end();
  }

  /** The session is over: nobody counts any more. */
  close(): void {
    this.end();
    this.#countHls(0);
  }

  #countHls(count: number): void {
    this.#ports.counts.viewers.inc({ output: 'hls' }, count - this.#countedHls);
    this.#countedHls = count;
  }

  #now(): number {
    return this.#ports.clock.monotonicMs();
  }
}
