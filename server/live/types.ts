import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LiveRungId } from '../../lib/contract/live-rungs.ts';
import type { StreamDetail, StreamStatus } from '../../lib/contract/streams.ts';
import type { Clock } from '../core/clock.ts';
import type { Events } from '../core/events.ts';
import type { Log } from '../core/log.ts';
import type { Metrics } from '../core/metrics.ts';
import type { Supervisor } from '../media/ffmpeg/supervisor.ts';
import type { Net } from '../net/net.ts';
import type { SlotAccount, Slots } from '../net/slots.ts';

/** One way to a channel's picture, in the order of its position. */
export type LiveSource = {
  id: string;
  kind: 'url' | 'generator';
  url: string;
  headers: Record<string, string>;
  label: string;
  /** Whose connection it takes; null for a source that belongs to no account. */
  account: SlotAccount | null;
};

export type LiveChannel = {
  id: string;
  num: number;
  outputPath: string | null;
  name: string;
  sources: LiveSource[];
  idleTimeoutMs: number;
  segmentDurationS: number;
  ringBytes: number;
};

/** What the live engine needs of the rest of the server. */
export type LivePorts = {
  /** The channel as it is now; null when it was deleted. */
  findChannel(id: string): Promise<LiveChannel | null>;
  net: Pick<Net, 'fetch' | 'session' | 'peer' | 'tunnel'>;
  /** Connections of provider accounts, shared with everything else that opens some. */
  slots: Slots;
  ffmpeg: Pick<Supervisor, 'start'>;
  log: Log;
  events: Events;
  clock: Clock;
  metrics: Metrics;
  /** Folder of a channel's finished segments, gone with its session. */
  tempDir(channelId: string): string;
  /** Highest picture to take from a source that offers several (`MAX_QUALITY`). */
  maxHeight(): number;
  /** Most encoders at once (`ENCODER_LIMIT`); 0 leaves it to the machine. */
  encoderLimit(): number;
};

/** The live engine. Access is already checked by the caller; HEAD and status never start a stream. */
export type Live = {
  serveTs(channel: LiveChannel, req: IncomingMessage, res: ServerResponse): Promise<void>;
  /** `only`: one quality, or `best` for a player that opens all variants; null for all. */
  master(channel: LiveChannel, options: { viewerId: string; only: string | null }): Promise<string>;
  media(channel: LiveChannel, rung: string, options: { viewerId: string | null }): Promise<string>;
  segment(channelId: string, name: string): Promise<Buffer | null>;
  /** An HLS player says that it is gone. */
  leave(channelId: string, viewerId: string): void;
  status(): StreamStatus[];
  statusOf(channelId: string): StreamDetail | null;
  stop(channelId: string): Promise<boolean>;
  /** Goes to the source at `position`, or to the next one; false when the channel is idle. Throws SOURCE_SWITCH_REFUSED. */
  switchTo(channelId: string, position?: number): boolean;
  /** Stops the encoder of one quality; false when it does not run. */
  stopRung(channelId: string, rung: LiveRungId): boolean;
  /** The channel was edited: a running stream goes on with its new sources and settings. */
  update(channel: LiveChannel): void;
  close(): Promise<void>;
};
