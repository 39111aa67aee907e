import { rm } from 'node:fs/promises';
import path from 'node:path';
import {
  type LiveRungId,
  type LiveRungSpec,
  type RungEvent,
  SOURCE_RUNG,
} from '../../../lib/contract/live-rungs.ts';
import type { Clock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import type { Supervisor } from '../../media/ffmpeg/supervisor.ts';
import { describeSound, type SoundInfo } from '../../media/ts/describe.ts';
import { TICKS_PER_SECOND } from '../../media/ts/packet.ts';
import type { AudioUnit, VideoUnit } from '../../media/ts/streams.ts';
import { rungsOf } from '../rungs/ladder.ts';
import type { EncoderChoice, Governor, SourceFeed } from '../rungs/types.ts';
import { WaitRoom } from '../wait-room.ts';
import { firstListS, targetDurationS } from './cut-rule.ts';
import { writeMaster } from './master.ts';
import { RungOutput } from './rung-output.ts';
import { type Program, Schedule } from './schedule.ts';
import { type Listed, lineOf, SegmentList } from './segment-list.ts';
import type { Slot } from './slot.ts';
import { FeedSource } from './source-feed.ts';
import { SourceOutput } from './source-output.ts';

export type HlsPorts = {
  channelId: string;
  folder: string;
  log: Log;
  clock: Clock;
  ffmpeg: Pick<Supervisor, 'start'>;
  governor: Governor;
  encoders: EncoderChoice;
  targetS: number;
  /** Number of the first segment: greater than any of an earlier session of the channel. */
  firstNumber: number;
  /** Highest quality to make. */
  maxHeight(): number;
  /** Pictures per second, by the stream's own word or as measured. */
  fps(): number | null;
  soundWaitMs?(): number;
  /** The sound comes out of a converter, behind its pictures. */
  soundIsLate(): boolean;
  onRungEvent(rung: LiveRungId, event: RungEvent['event'], reason: string): void;
};

/** How many ask for each quality's list, by its name. */
export type RungViewers = ReadonlyMap<string, number>;

/** Slots that are kept for qualities that begin, or begin again. */
const KEPT_SLOTS = 6;
/** How long a quality stays off that an admin stopped. */
const STOPPED_MS = 30_000;
/** Cuts of a channel whose own pictures browsers do not play. */
const GRID_TICKS = 2 * TICKS_PER_SECOND;

/** True when browsers play the picture of a source; its sound is converted where they do not play it. */
export const isForBrowsers = (video: string | null): boolean => video === null || video === 'h264';

/** Where the segments of a source are cut (media-decisions.md Q1). */
export const gridOf = (video: string | null): number | null => (isForBrowsers(video) ? null : GRID_TICKS);

/**
 * The HLS output of a channel: one schedule of segments, the source's own quality, and the qualities that are made
 * from it while somebody watches them.
 */
export class HlsOutput {
  readonly #ports: HlsPorts;
  readonly #schedule: Schedule;
  readonly #source: SourceOutput;
  readonly #feed: FeedSource;
  readonly #rungs = new Map<LiveRungId, RungOutput>();
  /** The list of the source's quality; where browsers do not play that, the best other quality stands in it. */
  readonly #list = new SegmentList();
  readonly #room = new WaitRoom();
  #standIn: RungOutput | null = null;
  #targetDurationS: number | null = null;
  #anchor: { ticks: number; wallMs: number } | null = null;
  #sound: SoundInfo | null;
  /** What the latest sound was; behind a splice that is the old source's for a while. */
  #heard: SoundInfo | null = null;

  /** `sound` as far as it is known before the first of it comes. */
  constructor(program: Program, sound: SoundInfo | null, ports: HlsPorts) {
    this.#ports = ports;
    this.#sound = sound;
    const nowMs = () => ports.clock.monotonicMs();
    this.#schedule = new Schedule(program, {
      targetS: ports.targetS,
      firstNumber: ports.firstNumber,
      nowMs,
      ...(ports.soundWaitMs && { soundWaitMs: ports.soundWaitMs }),
      limitS: () => this.#targetDurationS,
    });
    this.#source = new SourceOutput({
      folder: path.join(ports.folder, SOURCE_RUNG),
      log: ports.log,
      schedule: this.#schedule,
      nowMs,
      // Encoders begin with what the segments hold, and they do not wait for any sound.
      soundIsLate: () => ports.soundIsLate() && this.#plays,
      onSegment: (slot, facts) => this.#onSource(slot, facts),
    });
    this.#feed = new FeedSource({
      slots: () => this.#schedule.slots,
      snapshot: (slot) => this.#source.snapshot(slot),
      held: () => this.#source.held,
    });
  }

  get cutsWithoutKeyframe(): number {
    return this.#schedule.cutsWithoutKeyframe;
  }

  get nextNumber(): number {
    return this.#schedule.nextNumber;
  }

  get targetDurationS(): number {
    if (this.#targetDurationS !== null) return this.#targetDurationS;
    return Math.max(this.#list.longestS, targetDurationS(this.#ports.targetS, this.#schedule.longestGopS));
  }

  /** Requests that wait for the first playable list. */
  get waiting(): number {
    return [...this.#rungs.values()].reduce((sum, rung) => sum + rung.waiting, this.#room.size);
  }

  /** The qualities below the source that can be watched now, best first. */
  get rungs(): RungOutput[] {
    const { codec } = this.#schedule.program;
    if (codec === null) return [];
    const height = this.#schedule.picture?.height ?? null;
    return rungsOf({ codec, height, maxHeight: this.#ports.maxHeight() }).map((spec) => this.#rung(spec));
  }

  /** A quality that was wanted once in this session. */
  made(id: LiveRungId): RungOutput | null {
    return this.#rungs.get(id) ?? null;
  }

  /** Waits until the list of a quality can be played. Throws RENDITION_UNKNOWN, QUALITY_UNAVAILABLE. */
  async whenReady(name: string, limitMs: number): Promise<void> {
    if (name !== SOURCE_RUNG) return await this.#named(name).whenReady(limitMs);
    if (!this.#plays) this.#top()?.rung.want();
    if (!this.#list.isReady(firstListS(this.#ports.targetS))) await this.#room.wait({ limitMs });
  }

  /** Waits until a master can tell of everything. */
  async whenKnown(limitMs: number): Promise<void> {
    if (this.#plays) await this.whenReady(SOURCE_RUNG, limitMs);
    // Whatever is chosen, this is the likeliest, and it ends soon when nobody asks for it.
    else this.#top()?.rung.want();
  }

  splice(program: Program, next: SoundInfo | null): void {
    const before = this.#schedule.program;
    const changed = next !== null && isOther(this.#sound, next);
    if (changed) this.#sound = next;
    this.#schedule.splice(program, changed);
    if (before.codec === program.codec && before.gridTicks === program.gridTicks) return;
    // Another one may stand in this time, as far as nothing of the last one is still to come.
    if (isForBrowsers(before.codec) && !this.#plays) this.#standIn = null;
    for (const { rung } of this.#rungs.values()) rung.sourceChanged();
  }

  video(unit: VideoUnit): void {
    const slot = this.#schedule.video(unit);
    if (!slot) return;
    this.#source.video(unit, slot);
    this.#feed.push(unit);
    this.#schedule.reach(unit.dts);
    this.#pump();
  }

  audio(unit: AudioUnit): void {
    this.#hear(unit);
    this.#schedule.audio(unit);
    const open = this.#schedule.slots.at(-1);
    if (open?.layout.video === null) this.#source.enter(open);
    this.#pump();
  }

  tick(viewers: RungViewers): void {
    this.#schedule.tick();
    this.#pump();
    const now = this.#ports.clock.monotonicMs();
    const top = this.#plays ? null : this.#top();
    for (const rung of this.#rungs.values()) {
      const ofSource = rung === top ? (viewers.get(SOURCE_RUNG) ?? 0) + this.#room.size : 0;
      if (ofSource > 0) rung.continue();
      rung.tick(now, (viewers.get(rung.spec.id) ?? 0) + ofSource);
    }
    this.#keepSound();
  }

  /** The list of a quality; segments have bare names. */
  mediaPlaylist(name: string): string {
    this.#targetDurationS ??= this.targetDurationS;
    const list = name === SOURCE_RUNG ? this.#list : this.#named(name).list;
    return list.text(this.#targetDurationS);
  }

  /** `only` one of them, else the best: for players that open all variants before they play one. */
  masterPlaylist(viewerId: string, only: string | null): string {
    const rungs = this.rungs;
    const plays = this.#plays;
    const best = plays ? SOURCE_RUNG : rungs[0]?.spec.id;
    const exists = rungs.some(({ spec }) => spec.id === only) || (plays && only === SOURCE_RUNG);
    const wanted = exists ? only : best;
    const isWanted = (name: string) => only === null || name === wanted;
    const hasPicture = this.#schedule.program.layout.video !== null;
    return writeMaster({
      viewerId,
      source: plays && isWanted(SOURCE_RUNG) ? { list: this.#list, hasPicture } : null,
      picture: this.#schedule.picture,
      sound: this.#schedule.program.layout.audio && this.#sound,
      fps: this.#ports.fps(),
      rungs: rungs.filter(({ spec }) => isWanted(spec.id)),
    });
  }

  segment(name: string, number: number): Promise<Buffer | null> {
    if (name === SOURCE_RUNG) return this.#source.segment(number);
    return this.#rungs.get(name as LiveRungId)?.segment(number) ?? Promise.resolve(null);
  }

  /** An admin ends an encoder for a while; false when it does not run. */
  stopRung(id: LiveRungId): boolean {
    const rung = this.#rungs.get(id);
    if (!rung?.isWanted) return false;
    rung.rung.block('An admin stopped this quality. It can be chosen again in half a minute.', STOPPED_MS);
    return true;
  }

  /** Whoever waits is told why there is nothing. */
  refuse(reason: Error): void {
    this.#room.refuse(reason);
    for (const rung of this.#rungs.values()) rung.refuse(reason);
  }

  async close(): Promise<void> {
    this.refuse(new AppError('STREAM_STARTING'));
    await Promise.all([...this.#rungs.values()].map((rung) => rung.close()));
    await this.#source.close();
    await rm(this.#ports.folder, { recursive: true, force: true });
  }

  get #plays(): boolean {
    return isForBrowsers(this.#schedule.program.codec);
  }

  /**
   * The quality that stands in for a source that browsers do not play. It stays the same while such sources play, as
   * pictures of another size in one list would be another list.
   */
  #top(): RungOutput | null {
    if (!this.#plays) this.#standIn ??= this.rungs[0] ?? null;
    return this.#standIn;
  }

  #named(name: string): RungOutput {
    const known = this.rungs.find(({ spec }) => spec.id === name) ?? this.#rungs.get(name as LiveRungId);
    if (!known) throw new AppError('RENDITION_UNKNOWN');
    return known;
  }

  #rung(spec: LiveRungSpec): RungOutput {
    const known = this.#rungs.get(spec.id);
    if (known) return known;
    const { channelId, clock, ffmpeg, log, governor, encoders, folder, targetS } = this.#ports;
    const rung = new RungOutput(spec, {
      ...{ channelId, clock, ffmpeg, log, governor, encoders, schedule: this.#schedule },
      folder: path.join(folder, spec.id),
      feed: () => this.#feedNow(),
      firstListS: firstListS(targetS),
      targetDurationS: () => this.targetDurationS,
      programDateTimeMs: (slot) => this.#timeOf(slot),
      onEvent: this.#ports.onRungEvent,
      onLine: (slot, line) => this.#onRung(rung, slot, line),
    });
    this.#rungs.set(spec.id, rung);
    return rung;
  }

  /** What an encoder that starts now begins with; from here on slots keep their sound for it. */
  #feedNow(): SourceFeed | null {
    const { codec, layout, gridTicks } = this.#schedule.program;
    if (codec === null || layout.video === null || this.#schedule.slots.length === 0) return null;
    this.#schedule.keepSound = true;
    const height = this.#schedule.picture?.height ?? null;
    const { follow } = this.#feed;
    return { codec, layout: layout.video, height, fps: this.#ports.fps(), gridTicks, follow };
  }

  /** Slots keep their sound while a quality needs it. */
  #keepSound(): void {
    const needed = [...this.#rungs.values()].some((rung) => rung.isWanted);
    if (needed || !this.#schedule.keepSound) return;
    this.#schedule.releaseSound(this.#source.slots);
  }

  /** The sound of one source may turn into another in its middle, too. */
  #hear(unit: AudioUnit): void {
    const sound = describeSound('aac', unit.data);
    this.#sound ??= sound;
    if (isOther(this.#sound, sound) && isOther(this.#heard, sound)) {
      this.#sound = sound;
      this.#schedule.soundChanged();
    }
    this.#heard = sound;
  }

  #pump(): void {
    this.#source.pump();
    for (const rung of this.#rungs.values()) rung.pump();
  }

  #onSource(slot: Slot, facts: { sizeBytes: number; independent: boolean }): void {
    if (isForBrowsers(slot.codec))
      this.#announce(
        lineOf(slot, {
          uri: `segment_${slot.number}.ts`,
          programDateTimeMs: this.#timeOf(slot),
          ...facts,
        }),
      );
    this.#forget();
  }

  /** The best quality stands in for a source that browsers do not play. */
  #onRung(rung: RungOutput, slot: Slot, line: Listed): void {
    if (!isForBrowsers(slot.codec) && rung === this.#standIn) this.#announce(line);
  }

  #announce(line: Listed): void {
    // The last segments of an encoder may come behind the first ones of a source that plays again.
    if (line.number < (this.#list.nextNumber ?? 0)) return;
    this.#list.add(line);
    this.#forget();
    if (this.#list.isReady(firstListS(this.#ports.targetS))) this.#room.admit();
  }

  /** Drops what has left all lists and what no encoder begins with any more. */
  #forget(): void {
    const oldest = this.#list.slide(this.targetDurationS);
    this.#schedule.forgetBefore(this.#schedule.nextNumber - KEPT_SLOTS);
    this.#source.dropBefore(Math.min(oldest, this.#schedule.slots[0]?.number ?? oldest));
  }

  #timeOf(slot: Slot): number {
    this.#anchor ??= {
      ticks: slot.startTicks,
      wallMs: this.#ports.clock.now() - ((slot.endTicks ?? slot.startTicks) - slot.startTicks) / 90,
    };
    return this.#anchor.wallMs + ((slot.startTicks - this.#anchor.ticks) * 1000) / TICKS_PER_SECOND;
  }
}

/** Players need to be told when the sound turns from one into the other. */
const isOther = (a: SoundInfo | null, b: SoundInfo): boolean =>
  a?.sampleRate != null &&
  b.sampleRate !== null &&
  (a.sampleRate !== b.sampleRate || (a.channels ?? b.channels) !== (b.channels ?? a.channels));
