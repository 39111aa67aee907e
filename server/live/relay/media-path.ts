import path from 'node:path';
import { AppError } from '../../core/errors.ts';
import { TsDemuxer } from '../../media/ts/demuxer.ts';
import { describePicture, describeSound } from '../../media/ts/describe.ts';
import type { Layout } from '../../media/ts/identity.ts';
import { diff33, TICKS_PER_SECOND, wrap33 } from '../../media/ts/packet.ts';
import type { AudioUnit, Program, Unit, VideoCodec, VideoUnit } from '../../media/ts/streams.ts';
import { gridOf, HlsOutput, type HlsPorts, type RungViewers } from '../outputs/hls.ts';
import type { Program as OutputProgram } from '../outputs/schedule.ts';
import { layoutForBrowsers, SoundPath } from '../outputs/sound-path.ts';
import type { EncoderChoice, Governor } from '../rungs/types.ts';
import type { LiveChannel, LivePorts } from '../types.ts';
import { Normaliser, type Splice } from './normaliser.ts';
import { Relay } from './relay.ts';

type Ports = Pick<LivePorts, 'clock' | 'ffmpeg' | 'log' | 'tempDir' | 'maxHeight'> & {
  governor: Governor;
  encoders: EncoderChoice;
  onRungEvent: HlsPorts['onRungEvent'];
  /** The first picture or sound of a source has left. */
  onSplice(): void;
  /** A picture, or a sound, has left; its PTS in ticks as they go on without a jump. */
  onPicture(ticks: number): void;
  onSound(ticks: number): void;
  /** The codecs of the transport stream changed under its viewers. */
  onCodecChange(): void;
};

export type PictureFacts = { codec: VideoCodec; width: number; height: number; fps: number | null };
export type SoundFacts = { codec: string; sample_rate: number | null };

/** The way of the units of one channel: normaliser, then the shared ring and, while somebody wants it, HLS. */
export class MediaPath {
  readonly relay: Relay;
  readonly #channel: LiveChannel;
  readonly #ports: Ports;
  readonly #normaliser: Normaliser;
  #program: Program | null = null;
  #layout: Layout | null = null;
  #layoutFrom = 0;
  #hls: HlsOutput | null = null;
  /** The sound of the HLS output; lives as long as that. */
  #hlsSound: SoundPath | null = null;
  #nextSegment: number;
  #closing: Promise<unknown> = Promise.resolve();
  picture: PictureFacts | null = null;
  sound: SoundFacts | null = null;

  constructor(channel: LiveChannel, ports: Ports) {
    this.#channel = channel;
    this.#ports = ports;
    this.relay = new Relay(channel.ringBytes, () => ports.clock.monotonicMs());
    // Seconds since the epoch grow faster than segments are made: numbers never repeat over sessions and restarts.
    this.#nextSegment = Math.floor(ports.clock.now() / 1000);
    this.#normaliser = new Normaliser({
      onSplice: (splice) => this.#onSplice(splice),
      onVideo: (unit) => this.#onVideo(unit),
      onAudio: (unit) => this.#onAudio(unit),
    });
  }

  get hls(): HlsOutput | null {
    return this.#hls;
  }

  get positionMs(): number | null {
    const ticks = this.#normaliser.position;
    return ticks === null ? null : (ticks * 1000) / TICKS_PER_SECOND;
  }

  use(): void {
    this.#normaliser.use();
  }

  program(program: Program): void {
    this.#normaliser.program(program);
  }

  unit(unit: Unit): void {
    this.#normaliser.unit(unit);
  }

  /** The HLS output, made now if need be from what the ring still holds; only after the first splice. */
  openHls(): HlsOutput {
    if (!this.#program || !this.#layout) throw new AppError('STREAM_STARTING', { retryAfterSeconds: 1 });
    if (this.#hls) return this.#hls;
    const { clock, ffmpeg, log, governor, encoders, maxHeight, onRungEvent } = this.#ports;
    const sound: SoundPath = new SoundPath({
      ffmpeg,
      log,
      nowMs: () => clock.monotonicMs(),
      onUnit: (unit) => hls.audio(unit),
    });
    sound.use(this.#program.audio);
    const hls = new HlsOutput(outputOf(this.#program, this.#layout), sound.describe(null), {
      ...{ clock, ffmpeg, log, governor, encoders, maxHeight, onRungEvent },
      channelId: this.#channel.id,
      folder: path.join(this.#ports.tempDir(this.#channel.id), String(this.#nextSegment)),
      targetS: this.#channel.segmentDurationS,
      firstNumber: this.#nextSegment,
      fps: () => this.picture?.fps ?? null,
      soundWaitMs: () => sound.waitMs,
      soundIsLate: () => sound.converts,
    });
    this.#hls = hls;
    this.#hlsSound = sound;
    this.#replay(hls, sound);
    return hls;
  }

  /** Looks after the HLS output; called a few times a second. */
  tick(viewers: RungViewers): void {
    this.#hlsSound?.tick();
    this.#hls?.tick(viewers);
  }

  /** Ends the HLS output alone, when its last viewer is gone. */
  closeHls(): void {
    const hls = this.#hls;
    if (!hls) return;
    const sound = this.#hlsSound;
    this.#hls = null;
    this.#hlsSound = null;
    this.#nextSegment = hls.nextNumber;
    this.#closing = Promise.all([this.#closing, hls.close(), sound?.close()]);
  }

  async close(): Promise<void> {
    this.relay.close();
    this.closeHls();
    await this.#closing;
  }

  #onSplice({ program, key, sound, first }: Splice): void {
    const layout: Layout = { video: program.video, audio: program.audio };
    this.#program = program;
    this.#layout = layout;
    this.#describe(program, key, sound);
    if (this.relay.splice(layout)) {
      this.relay.flush();
      this.#layoutFrom = this.relay.ring.head;
      this.#ports.onCodecChange();
    }
    this.#hlsSound?.use(program.audio);
    this.#hls?.splice(outputOf(program, layout), this.#hlsSound?.describe(sound) ?? null);
    if (!first) this.#ports.log.info({ channelId: this.#channel.id }, 'another source was spliced in');
    this.#ports.onSplice();
  }

  #describe(program: Program, key: VideoUnit | null, sound: AudioUnit | null): void {
    const { video, audio } = program;
    const seen = video && key ? describePicture(video.codec, key.data) : null;
    this.picture = video
      ? { codec: video.codec, width: seen?.width ?? 0, height: seen?.height ?? 0, fps: seen?.fps ?? null }
      : null;
    const heard = audio && sound ? describeSound(audio.codec, sound.data) : null;
    this.sound = audio ? { codec: audio.codec, sample_rate: heard?.sampleRate ?? null } : null;
  }

  #onVideo(unit: VideoUnit): void {
    this.relay.video(unit);
    this.#hls?.video(unit);
    if (this.picture && this.picture.fps === null && !unit.key)
      this.picture.fps = Math.round((TICKS_PER_SECOND * 1000) / this.#normaliser.frameTicks) / 1000;
    this.#ports.onPicture(unit.pts);
  }

  #onAudio(unit: AudioUnit): void {
    this.relay.audio(unit);
    this.#hlsSound?.push(unit);
    const codec = this.#program?.audio?.codec;
    if (codec && this.sound && this.sound.sample_rate === null)
      this.sound.sample_rate = describeSound(codec, unit.data).sampleRate;
    this.#ports.onSound(unit.pts);
  }

  /** Gives a new output what the ring holds from its oldest keyframe on, so that its first segments are there soon. */
  #replay(hls: HlsOutput, sound: SoundPath): void {
    this.relay.settle();
    const { ring } = this.relay;
    const near = this.#normaliser.position ?? 0;
    const unwrap = (ticks: number) => near + diff33(ticks, wrap33(near));
    const demuxer = new TsDemuxer({
      borrowed: true,
      onUnit: (unit) => {
        if (unit.kind === 'audio') sound.push({ ...unit, pts: unwrap(unit.pts) });
        else hls.video({ ...unit, pts: unwrap(unit.pts), dts: unwrap(unit.dts) });
      },
    });
    let begun = false;
    for (let number = Math.max(ring.base, this.#layoutFrom); number < ring.head; number++) {
      const block = ring.at(number);
      begun ||= block?.key === true;
      if (begun && block) demuxer.push(block.bytes);
    }
    demuxer.flush();
  }
}

const outputOf = ({ video }: Program, layout: Layout): OutputProgram => ({
  layout: layoutForBrowsers(layout),
  codec: video?.codec ?? null,
  gridTicks: gridOf(video?.codec ?? null),
});
