import type { LiveRungSpec, RungEvent } from '../../../lib/contract/live-rungs.ts';
import type { Clock } from '../../core/clock.ts';
import type { Log } from '../../core/log.ts';
import type { Supervisor } from '../../media/ffmpeg/supervisor.ts';
import type { Layout } from '../../media/ts/identity.ts';
import type { VideoCodec, VideoUnit } from '../../media/ts/streams.ts';
import type { VideoEncoder } from './encoder-args.ts';

/** The pictures of the source, for an encoder. Times are ticks of 90 kHz that go on without a wrap or a jump. */
export type SourceFeed = {
  codec: VideoCodec;
  layout: NonNullable<Layout['video']>;
  /** Lines and pictures per second of the source; null while unknown. */
  height: number | null;
  fps: number | null;
  /** Distance of the rungs' own keyframes in ticks, on multiples of it; null when they take those of the source. */
  gridTicks: number | null;
  /**
   * Gives the pictures in decoding order from the keyframe at or before `fromTicks` on (else the oldest that is kept):
   * first those that are there already, then each new one when it comes. A picture's bytes are lent for the call.
   * Returns what ends it; nothing comes after that.
   */
  follow(fromTicks: number, take: (unit: VideoUnit) => void): () => void;
};

/** Decides which encoders the machine can carry, over all channels. */
export type Governor = {
  /** A place for one encoder. Throws QUALITY_UNAVAILABLE, which says why and when to ask again. */
  take(channelId: string, rung: LiveRungSpec): EncoderPlace;
};
export type EncoderReading = {
  /** Seconds of picture made in a second. */
  speed: number | null;
  lagMs: number;
  /** Of one core; null where the system does not tell. */
  cpuPercent: number | null;
};
export type EncoderPlace = {
  /** How it keeps up, told a few times a second; answers what it has to do now. */
  report(reading: EncoderReading): 'go-on' | 'lower' | 'give-up';
  release(): void;
};

/** The H.264 encoder of this machine. */
export type EncoderChoice = {
  current(): VideoEncoder;
  /** It failed at work: others are taken for a while. */
  failed(encoder: VideoEncoder): void;
};

/** What one rung of one channel needs of the outputs and of the machine. */
export type RungPorts = {
  channelId: string;
  clock: Clock;
  ffmpeg: Pick<Supervisor, 'start'>;
  log: Log;
  governor: Governor;
  /** Which encoder new children get; without it all are made in software. */
  encoders?: EncoderChoice;
  /** The pictures as they come now; null while there are none. */
  feed(): SourceFeed | null;
  /**
   * Before an encoder starts: forget what an earlier one has half made. Returns where the first segment begins that is
   * still to be made: for a rung's first encoder two finished segments ago.
   */
  begin(): number;
  /** A picture from the encoder, in order (no B-frames), in the same ticks as the source's; the bytes are its own. */
  onUnit(unit: VideoUnit): void;
  onEvent(event: RungEvent['event'], reason: string): void;
};

export type { LiveRungSpec };
