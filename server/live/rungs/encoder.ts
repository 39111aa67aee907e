import type { LiveRungSpec } from '../../../lib/contract/live-rungs.ts';
import type { Clock } from '../../core/clock.ts';
import type { SupervisedChild, Supervisor } from '../../media/ffmpeg/supervisor.ts';
import { TsDemuxer } from '../../media/ts/demuxer.ts';
import { describePicture } from '../../media/ts/describe.ts';
import { diff33, TICKS_PER_SECOND, wrap33 } from '../../media/ts/packet.ts';
import { BufferSink } from '../../media/ts/packet-sink.ts';
import { PacketWriter } from '../../media/ts/packet-writer.ts';
import type { VideoUnit } from '../../media/ts/streams.ts';
import { CpuMeter } from './cpu-meter.ts';
import { encoderArgs, type KeyGrid, type VideoEncoder } from './encoder-args.ts';
import { planRung, type RungPlan } from './ladder.ts';
import { Pace } from './pace.ts';
import type { SourceFeed } from './types.ts';

export type EncoderStart = {
  rung: LiveRungSpec;
  feed: SourceFeed;
  fromTicks: number;
  encoder: VideoEncoder;
  /** What the rung was before; null: as the source is. */
  plan: RungPlan | null;
  lowered: boolean;
  /** By how much an earlier encoder's first picture came later than the first that it was fed. */
  leadTicks: number;
};
type Ports = {
  ffmpeg: Pick<Supervisor, 'start'>;
  clock: Clock;
  /** In order, with times that count on like those of the source. */
  onUnit(unit: VideoUnit): void;
  /** It came to an end that nobody asked for. */
  onEnd(lastLine: string): void;
  /** Its keyframes are not on the grid: it needs to be started with this lead. Nothing came out. */
  onWrongPhase(leadTicks: number): void;
};

/** Of a packet of 188 bytes. */
const PAYLOAD_BYTES = 184;
const PSI_EVERY_TICKS = TICKS_PER_SECOND / 2;
/** Rather last of all than in the way of a relay. */
const NICENESS = 5;
/** How long a child may take for what it still holds when its input ends. */
const DRAIN_MS = 3000;
/** What decoder, filters and encoder keep to themselves, with room to spare. */
const KEPT_INSIDE_TICKS = TICKS_PER_SECOND;
/** After a pause of the source this long, a child that was idle gets new time to answer. */
const PAUSE_MS = 500;
const FIRST_OUTPUT_MS = 8000;
const HUNG_MS = 2000;
const LONGEST_QUEUE_BYTES = 16 * 1024 * 1024;
const LONGEST_LAG_TICKS = 10 * TICKS_PER_SECOND;

/** One ffmpeg child that makes one rung out of a source's pictures: a small transport stream in, another one out. */
export class RungEncoder {
  readonly #start: EncoderStart;
  readonly #ports: Ports;
  readonly #pace = new Pace();
  #unfollow: (() => void) | null = null;
  #child: SupervisedChild | null = null;
  #writer: PacketWriter | null = null;
  #reading: Promise<void> = Promise.resolve();
  #cpu: CpuMeter | null = null;
  #plan: RungPlan | null = null;
  #psiAt = Number.NEGATIVE_INFINITY;
  #firstFed = 0;
  #newestFed = 0;
  #fedAtMs = 0;
  #busySinceMs = 0;
  #newestOut: number | null = null;
  /** How far it was behind when it began: the finished segments that it was fed at once. */
  #burstTicks = 0;
  #outAtMs = 0;
  #fedAll = false;
  #over = false;

  constructor(start: EncoderStart, ports: Ports) {
    this.#start = start;
    this.#ports = ports;
    const unfollow = start.feed.follow(start.fromTicks, (unit) => this.#feed(unit));
    if (this.#over) unfollow();
    else this.#unfollow = unfollow;
  }

  get feed(): SourceFeed {
    return this.#start.feed;
  }

  get encoder(): VideoEncoder {
    return this.#start.encoder;
  }

  /** Null until it has its first picture. */
  get plan(): RungPlan | null {
    return this.#plan;
  }

  get lagMs(): number | null {
    if (this.#newestOut === null) return null;
    return Math.max(0, Math.round(((this.#newestFed - this.#newestOut) * 1000) / TICKS_PER_SECOND));
  }

  get cpuPercent(): number | null {
    return this.#cpu?.percent ?? null;
  }

  speed(nowMs: number): number | null {
    return this.#pace.speed(nowMs);
  }

  /** What is wrong with it, if something is; asked a few times a second. */
  check(nowMs: number): 'hung' | 'too-slow' | null {
    this.#cpu?.tick(nowMs);
    if (!this.#child) return null;
    const waitingBytes = this.#child.stdin?.writableLength ?? 0;
    if (waitingBytes > LONGEST_QUEUE_BYTES) return 'too-slow';
    if (this.#newestOut === null) return nowMs - this.#busySinceMs > FIRST_OUTPUT_MS ? 'hung' : null;
    const owedTicks = this.#newestFed - this.#newestOut;
    const silentMs = nowMs - Math.max(this.#outAtMs, this.#busySinceMs);
    if (owedTicks > KEPT_INSIDE_TICKS && silentMs > HUNG_MS) return 'hung';
    return owedTicks > LONGEST_LAG_TICKS + this.#burstTicks ? 'too-slow' : null;
  }

  /** No more input: gives out what the child still holds, then ends it. */
  async finish(limitMs = DRAIN_MS): Promise<void> {
    this.#fedAll = true;
    this.#leaveFeed();
    const late = setTimeout(() => void this.#child?.stop(0), limitMs);
    this.#child?.stdin?.end();
    await this.#reading;
    clearTimeout(late);
    await this.stop();
  }

  /** Ends it at once; nothing comes out any more. Resolves when the process is gone. */
  async stop(): Promise<void> {
    this.#over = true;
    this.#leaveFeed();
    await this.#child?.stop(0);
    await this.#reading;
  }

  #leaveFeed(): void {
    this.#unfollow?.();
    this.#unfollow = null;
  }

  #feed(unit: VideoUnit): void {
    if (this.#over || this.#fedAll) return;
    const nowMs = this.#ports.clock.monotonicMs();
    if (!this.#child) {
      if (!unit.key) return;
      this.#open(unit, nowMs);
    }
    // Pictures of an open group that are shown before its keyframe lack what they refer to.
    if (unit.pts < this.#firstFed) return;
    if (nowMs - this.#fedAtMs > PAUSE_MS) this.#busySinceMs = nowMs;
    this.#fedAtMs = nowMs;
    this.#newestFed = Math.max(this.#newestFed, unit.pts);
    this.#write(unit);
  }

  #open(first: VideoUnit, nowMs: number): void {
    const { rung, feed, plan, encoder, lowered } = this.#start;
    this.#firstFed = first.pts;
    this.#newestFed = first.pts;
    this.#busySinceMs = nowMs;
    this.#plan = plan ?? planRung(rung, describePicture(feed.codec, first.data), feed.fps);
    this.#writer = new PacketWriter({ video: feed.layout, audio: null });
    const child = this.#ports.ffmpeg.start({
      label: `live ${rung.id}`,
      program: 'ffmpeg',
      args: encoderArgs({ rung, plan: this.#plan, encoder, lowered, grid: this.#grid(first.pts) }),
      stdin: 'bytes',
      stdout: 'bytes',
      niceness: NICENESS,
    });
    this.#child = child;
    void child.pid.then((pid) => {
      if (pid !== null && !this.#over) this.#cpu = new CpuMeter(pid);
    });
    this.#reading = this.#read(child);
  }

  #grid(firstTicks: number): KeyGrid | null {
    const ticks = this.#start.feed.gridTicks;
    if (ticks === null) return null;
    const modulo = (value: number) => ((value % ticks) + ticks) % ticks;
    return {
      ticks,
      phaseTicks: modulo(firstTicks + this.#start.leadTicks),
      zeroTicks: modulo(firstTicks - wrap33(firstTicks)),
    };
  }

  #write(unit: VideoUnit): void {
    const { stdin } = this.#child ?? {};
    if (!stdin || !this.#writer) return;
    // Tables, a header with a clock, and the last packet that is not full.
    const sink = new BufferSink(5 + Math.ceil(unit.data.length / PAYLOAD_BYTES));
    if (unit.dts - this.#psiAt > PSI_EVERY_TICKS) {
      this.#psiAt = unit.dts;
      this.#writer.psi(sink);
    }
    this.#writer.video(unit, sink);
    // What it does not take waits in the stream; `check` looks how much that is.
    stdin.write(sink.bytes.subarray(0, sink.next()));
  }

  async #read(child: SupervisedChild): Promise<void> {
    const demuxer = new TsDemuxer({
      onUnit: (unit) => {
        if (unit.kind === 'video' && !this.#over) this.#give(unit);
      },
    });
    for await (const chunk of child.stdout ?? []) demuxer.push(chunk as Buffer);
    demuxer.flush();
    const { lastLines } = await child.done;
    if (this.#over || this.#fedAll) return;
    this.#over = true;
    this.#leaveFeed();
    this.#ports.onEnd(lastLines.at(-1) ?? '');
  }

  #give(unit: VideoUnit): void {
    const near = this.#newestOut ?? this.#firstFed;
    const pts = near + diff33(unit.pts, wrap33(near));
    const leadTicks = pts - this.#firstFed;
    if (this.#newestOut === null && this.#grid(0) && leadTicks !== this.#start.leadTicks) {
      this.#over = true;
      this.#ports.onWrongPhase(leadTicks);
      return;
    }
    if (this.#newestOut === null) this.#burstTicks = Math.max(0, this.#newestFed - pts);
    this.#newestOut = pts;
    this.#outAtMs = this.#ports.clock.monotonicMs();
    this.#pace.note(this.#outAtMs, pts);
    this.#ports.onUnit({ ...unit, pts, dts: pts + diff33(unit.dts, unit.pts) });
  }
}
