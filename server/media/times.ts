import type { AudioFacts, MediaFacts } from './facts.ts';
import type { Supervisor } from './ffmpeg/supervisor.ts';
import { type Packet, scanPackets } from './packets.ts';

/** Containers that can be searched: their last packets say where each stream ends, which headers often do not. */
const SEARCHED = new Set(['mov', 'matroska', 'flv', 'avi', 'asf']);
/** Containers in which ffmpeg takes a jump of the times for a mistake and closes it (AVFMT_TS_DISCONT). */
const MAY_JUMP = new Set(['mpegts', 'mpeg', 'ogg']);
/** What ffmpeg takes for a jump: `-dts_delta_threshold`, and any step back beyond a tenth of a second. */
const JUMP_SECONDS = 10;
const BACK_SECONDS = 0.1;
/** How far before the end packets are read; keyframes are seldom further apart. */
const TAIL_SECONDS = 20;
/** Packets that end so much before the promised end are not the last ones: the file is cut off, or cannot be searched. */
const DOUBTFUL_SECONDS = 2;

type Question = { dir: string; facts: MediaFacts; signal: AbortSignal | undefined };

/**
 * Corrects and completes what the header says of lengths, from the times of packets: the last ones (a tenth of
 * a second), or all where times may jump or no length is known (7 s for 2 hours). Facts stay as they are where that fails.
 */
export async function measureTimes(supervisor: Supervisor, question: Question): Promise<MediaFacts> {
  const { dir, facts, signal } = question;
  const { container, durationSeconds, startSeconds = 0 } = facts;
  const mayJump = MAY_JUMP.has(container);
  const whole = mayJump || durationSeconds === null;
  if (!whole && !SEARCHED.has(container)) return facts;
  const fromSeconds = whole ? null : Math.max(0, startSeconds + durationSeconds! - TAIL_SECONDS);
  const clock = new Clock(mayJump, startSeconds);
  const onPacket = (packet: Packet) => clock.take(packet);
  const result = await scanPackets(supervisor, { dir, fromSeconds, signal, onPacket });
  if (result.code !== 0) return facts;
  const measured = corrected(facts, clock);
  const promised = whole ? 0 : durationSeconds!;
  return (measured.durationSeconds ?? 0) < promised - DOUBTFUL_SECONDS ? facts : measured;
}

function corrected(facts: MediaFacts, clock: Clock): MediaFacts {
  const sound = (track: AudioFacts): AudioFacts => ({
    ...track,
    durationSeconds: clock.endOf(track.index) ?? track.durationSeconds,
  });
  const { video, audio, tracks } = facts;
  const streams = [video, ...(tracks ?? [audio])].flatMap((stream) =>
    stream ? [clock.endOf(stream.index)] : [],
  );
  const end = Math.max(0, ...streams.map((seconds) => seconds ?? 0));
  return {
    ...facts,
    durationSeconds: end > 0 ? end : facts.durationSeconds,
    video: video && { ...video, durationSeconds: clock.endOf(video.index) ?? video.durationSeconds },
    audio: audio && sound(audio),
    ...(tracks ? { tracks: tracks.map(sound) } : {}),
    ...(clock.jumped ? { jumps: true } : {}),
  };
}

/** Follows the times of packets as ffmpeg does: a jump in one stream moves the whole file. */
class Clock {
  jumped = false;
  readonly #mayJump: boolean;
  readonly #next = new Map<number, number>();
  readonly #ends = new Map<number, number>();
  #offset: number;

  constructor(mayJump: boolean, startSeconds: number) {
    this.#mayJump = mayJump;
    this.#offset = -startSeconds;
  }

  take({ stream, ptsSeconds, dtsSeconds, durationSeconds }: Packet): void {
    const read = dtsSeconds ?? ptsSeconds;
    if (read === null) return;
    const next = this.#next.get(stream);
    if (this.#mayJump && next !== undefined && isJump(read + this.#offset - next)) {
      this.#offset = next - read;
      this.jumped = true;
    }
    this.#next.set(stream, read + this.#offset + durationSeconds);
    const end = (ptsSeconds ?? read) + this.#offset + durationSeconds;
    this.#ends.set(stream, Math.max(this.#ends.get(stream) ?? 0, end));
  }

  /** Where a stream ends, from the beginning of the file; null when it had no packets. */
  endOf(stream: number): number | null {
    return this.#ends.get(stream) ?? null;
  }
}

const isJump = (seconds: number): boolean => seconds < -BACK_SECONDS || seconds > JUMP_SECONDS;
