import { AppError } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import { type SegmentLine, writeLivePlaylist, writeMasterPlaylist } from '../../media/hls/playlists.ts';
import { describeSound, type SoundInfo } from '../../media/ts/describe.ts';
import type { Layout } from '../../media/ts/identity.ts';
import { TICKS_PER_SECOND } from '../../media/ts/packet.ts';
import type { AudioUnit, VideoUnit } from '../../media/ts/streams.ts';
import { WaitRoom } from '../wait-room.ts';
import { firstListS, targetDurationS } from './cut-rule.ts';
import type { SegmentFile } from './segment-file.ts';
import { SegmentStore } from './segment-store.ts';
import { type Segment, Segmenter } from './segmenter.ts';

type Ports = {
  folder: string;
  log: Log;
  targetS: number;
  /** Number of the first segment: greater than any of an earlier session of the channel. */
  firstNumber: number;
  nowMs(): number;
  wallMs(): number;
  /** Pictures per second, by the stream's own word or as measured. */
  fps(): number | null;
  soundWaitMs?(): number;
};

type Listed = SegmentLine & { number: number; sizeBytes: number; independent: boolean };

const WINDOW_SEGMENTS = 6;
const WINDOW_TARGETS = 3;
/** Players stall on a list with one segment; two short ones play (media-decisions.md Q1, Traps). */
const READY_SEGMENTS = 2;
/** Room above the highest rate seen so far, since a live stream's peak is not known yet. */
const PEAK_HEADROOM = 1.1;

/** True when browsers play the picture of a source; its sound is converted where they do not play it. */
export const isForBrowsers = (video: string | null, audio: string | null): boolean =>
  (video === null || video === 'h264') && (video ?? audio) !== null;

/** The HLS output of a channel: segments, a sliding list, and the master for it. */
export class HlsOutput {
  readonly #ports: Ports;
  readonly #segmenter: Segmenter<SegmentFile>;
  readonly #store: SegmentStore;
  readonly #room = new WaitRoom();
  #layout: Layout;
  #listed: Listed[] = [];
  #nextNumber: number;
  #discontinuities = 0;
  #targetDurationS: number | null = null;
  #anchor: { ticks: number; wallMs: number } | null = null;
  #sound: SoundInfo | null = null;
  #peakBits = 0;
  #sumBytes = 0;
  #sumS = 0;

  constructor(layout: Layout, ports: Ports) {
    this.#ports = ports;
    this.#layout = layout;
    this.#nextNumber = ports.firstNumber;
    this.#store = new SegmentStore(ports.folder, ports.log);
    this.#segmenter = new Segmenter(layout, {
      open: () => this.#store.open(),
      targetS: ports.targetS,
      nowMs: ports.nowMs,
      ...(ports.soundWaitMs && { soundWaitMs: ports.soundWaitMs }),
      limitS: () => this.#targetDurationS,
      onSegment: (segment) => this.#add(segment),
    });
  }

  get cutsWithoutKeyframe(): number {
    return this.#segmenter.cutsWithoutKeyframe;
  }

  get nextNumber(): number {
    return this.#nextNumber;
  }

  get targetDurationS(): number {
    if (this.#targetDurationS !== null) return this.#targetDurationS;
    const longest = Math.max(0, ...this.#listed.map((line) => Math.round(line.durationS)));
    return Math.max(longest, targetDurationS(this.#ports.targetS, this.#segmenter.longestGopS));
  }

  get ready(): boolean {
    return this.#listed.length >= READY_SEGMENTS && this.#sumS >= firstListS(this.#ports.targetS);
  }

  /** Requests that wait for the first playable list. */
  get waiting(): number {
    return this.#room.size;
  }

  /** Waits until a first playable list is there. */
  async whenReady(limitMs: number): Promise<void> {
    if (!this.ready) await this.#room.wait({ limitMs });
  }

  splice(layout: Layout, next: SoundInfo | null): void {
    const before = this.#sound?.sampleRate;
    const changed = next !== null && before != null && next.sampleRate !== before;
    if (changed) this.#sound = next;
    this.#layout = layout;
    this.#segmenter.splice(layout, changed);
  }

  video(unit: VideoUnit): void {
    this.#segmenter.video(unit);
  }

  audio(unit: AudioUnit): void {
    this.#sound ??= describeSound('aac', unit.data);
    this.#segmenter.audio(unit);
  }

  tick(): void {
    this.#segmenter.tick();
  }

  /** The list of the source rung; segments have bare names. */
  mediaPlaylist(): string {
    const window = this.#window();
    this.#targetDurationS ??= this.targetDurationS;
    return writeLivePlaylist({
      targetDurationS: this.#targetDurationS,
      mediaSequence: window[0]?.number ?? this.#nextNumber,
      discontinuitySequence: this.#discontinuities,
      independent: window.every((line) => line.independent),
      segments: window,
    });
  }

  masterPlaylist(viewerId: string): string {
    const picture = this.#segmenter.picture;
    const names = [
      this.#layout.video ? picture?.codecString : null,
      this.#layout.audio ? this.#sound?.codecString : null,
    ];
    return writeMasterPlaylist([
      {
        uri: `hls/source.m3u8?v=${encodeURIComponent(viewerId)}`,
        bandwidth: this.#peakBits * PEAK_HEADROOM,
        averageBandwidth: this.#sumS > 0 ? (this.#sumBytes * 8) / this.#sumS : null,
        codecs: names.filter((name) => name != null).join(','),
        resolution: this.#layout.video && picture ? { width: picture.width, height: picture.height } : null,
        frameRate: this.#layout.video ? this.#ports.fps() : null,
      },
    ]);
  }

  segment(number: number): Promise<Buffer | null> {
    return this.#store.get(number);
  }

  /** Whoever waits is told why there is nothing. */
  refuse(reason: Error): void {
    this.#room.refuse(reason);
  }

  async close(): Promise<void> {
    this.refuse(new AppError('STREAM_STARTING'));
    await this.#store.close();
  }

  #add({ sink, startTicks, durationS, independent, discontinuity }: Segment<SegmentFile>): void {
    sink.finish();
    const { sizeBytes } = sink;
    const number = this.#nextNumber++;
    this.#anchor ??= { ticks: startTicks, wallMs: this.#ports.wallMs() - durationS * 1000 };
    this.#listed.push({
      number,
      uri: `segment_${number}.ts`,
      durationS,
      discontinuity,
      independent,
      sizeBytes,
      programDateTimeMs: this.#anchor.wallMs + ((startTicks - this.#anchor.ticks) * 1000) / TICKS_PER_SECOND,
    });
    this.#peakBits = Math.max(this.#peakBits, (sizeBytes * 8) / durationS);
    this.#sumBytes += sizeBytes;
    this.#sumS += durationS;
    this.#store.put(number, sink);
    this.#slide();
    if (this.ready) this.#room.admit();
  }

  /** A segment stays available for the length of the list after it left it (RFC 8216 §6.2.2). */
  #slide(): void {
    const window = this.#window();
    const first = window[0]?.number ?? this.#nextNumber;
    for (let oldest = this.#listed[0]; oldest && oldest.number < first; oldest = this.#listed[0]) {
      if (oldest.discontinuity) this.#discontinuities++;
      this.#listed.shift();
    }
    this.#store.dropBefore(first - window.length - 1);
  }

  /** The newest segments: six at least, and three target durations. */
  #window(): Listed[] {
    let lengthS = 0;
    let from = this.#listed.length;
    const wantedS = WINDOW_TARGETS * this.targetDurationS;
    while (from > 0 && (this.#listed.length - from < WINDOW_SEGMENTS || lengthS < wantedS)) {
      from--;
      lengthS += this.#listed[from]!.durationS;
    }
    return this.#listed.slice(from);
  }
}
