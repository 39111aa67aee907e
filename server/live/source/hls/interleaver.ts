import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { diff33, TICKS_PER_SECOND } from '../../../media/ts/packet.ts';
import type { Program, Unit } from '../../../media/ts/streams.ts';
import { unsupported } from '../kinds.ts';
import { Pacer } from '../pacer.ts';
import type { ReaderContext } from '../reader.ts';
import { type Role, UnitQueue } from './unit-queue.ts';

/** Small enough that even a slow stream is held back in short steps. */
const STEP_BYTES = 16 * 1024;
/** After so much without a pause the viewers' sockets get a turn. */
const TURN_BYTES = 256 * 1024;
/** At the end of a segment what is newer waits for the other track's next one. */
const HELD_TICKS = 0.7 * TICKS_PER_SECOND;
/** Sound may go on for so long after the last picture. */
const SPARE_SOUND_TICKS = 0.3 * TICKS_PER_SECOND;
/** More is not held back for a track that does not come. */
const MOST_HELD_BYTES = 32 * 1024 * 1024;

/**
 * The way of units from the segments to the sink: pictures and sound that come one after the other (two lists, or
 * fragments with one track behind the other) leave in the order of their times, and no faster than they play.
 */
export class Interleaver {
  readonly #context: ReaderContext;
  readonly #separateSound: boolean;
  readonly #pacer: Pacer;
  readonly #pictures = new UnitQueue();
  readonly #sounds = new UnitQueue();
  #main: Program | null = null;
  #sound: Program | null = null;
  #announce = true;
  #merges: boolean;
  #stepBytes = 0;
  #turnBytes = 0;

  constructor(context: ReaderContext, separateSound: boolean) {
    this.#context = context;
    this.#separateSound = separateSound;
    this.#merges = separateSound;
    this.#pacer = new Pacer(context.ports.clock.monotonicMs());
  }

  /** The streams of a list; `ordered` when its pictures and sound come in the order of their times already. */
  program(role: Role, program: Program, ordered: boolean): void {
    if (!program.video && !program.audio) throw NOTHING_KNOWN();
    this.#merges = this.#separateSound || (!ordered && program.video !== null && program.audio !== null);
    this.#queueOf(role, 'video').push({ kind: 'program', role, program });
  }

  unit(role: Role, unit: Unit): void {
    if (this.#separateSound && (role === 'sound') !== (unit.kind === 'audio')) return;
    this.#queueOf(role, unit.kind).push(unit);
  }

  /** Gives on what is in order, at the pace of time. */
  async drain(): Promise<void> {
    for (let queue = this.#next(); queue; queue = this.#next()) await this.#give(queue);
  }

  /** A segment of the main list is over: only what is newest still waits. */
  async settle(): Promise<void> {
    await this.drain();
    for (let queue = this.#older(); queue; queue = this.#older()) await this.#give(queue);
  }

  /** Gives on everything but sound that has no pictures; what comes next does not go on from here. */
  async flush(): Promise<void> {
    const last = this.#separateSound ? this.#pictures.newest : null;
    for (let queue = this.#first(); queue; queue = this.#first()) {
      const head = queue.head;
      const alone = queue === this.#sounds && last !== null && head && head.kind !== 'program';
      if (alone && diff33(timeOf(head), last) > SPARE_SOUND_TICKS) queue.take();
      else await this.#give(queue);
    }
    this.#pictures.newest = null;
    this.#sounds.newest = null;
    // Told again, the program makes the output begin anew with a keyframe and go on without a hole.
    this.#announce = true;
  }

  /** Everything of one order waits in one queue. */
  #queueOf(role: Role, kind: 'video' | 'audio'): UnitQueue {
    if (!this.#merges) return this.#pictures;
    if (this.#separateSound) return role === 'main' ? this.#pictures : this.#sounds;
    return kind === 'video' ? this.#pictures : this.#sounds;
  }

  /** The queue whose head comes next for sure, or null. */
  #next(): UnitQueue | null {
    if (!this.#merges) return this.#first();
    const [pictures, sounds] = [this.#pictures, this.#sounds];
    if (pictures.head?.kind === 'program') return pictures;
    if (sounds.head?.kind === 'program') return sounds;
    if (pictures.head && sounds.head) return this.#first();
    return pictures.sizeBytes + sounds.sizeBytes > MOST_HELD_BYTES ? this.#first() : null;
  }

  /** The queue with the earliest head, or null when there is nothing. */
  #first(): UnitQueue | null {
    const [picture, sound] = [this.#pictures.head, this.#sounds.head];
    if (!picture || !sound) return picture ? this.#pictures : sound ? this.#sounds : null;
    if (picture.kind === 'program') return this.#pictures;
    if (sound.kind === 'program') return this.#sounds;
    return diff33(timeOf(sound), timeOf(picture)) <= 0 ? this.#sounds : this.#pictures;
  }

  #older(): UnitQueue | null {
    const queue = this.#first();
    const head = queue?.head;
    if (!queue || !head || head.kind === 'program') return queue;
    const newest = [this.#pictures.newest, this.#sounds.newest].filter((ticks) => ticks !== null);
    return newest.some((ticks) => diff33(ticks, timeOf(head)) > HELD_TICKS) ? queue : null;
  }

  async #give(queue: UnitQueue): Promise<void> {
    const item = queue.take();
    if (!item) return;
    if (item.kind === 'program') {
      if (item.role === 'main') this.#main = item.program;
      else this.#sound = item.program;
      this.#announce = true;
      return;
    }
    if (this.#announce) this.#tellProgram();
    this.#context.sink.unit(item);
    this.#stepBytes += item.data.length;
    this.#turnBytes += item.data.length;
    if (this.#stepBytes >= STEP_BYTES) await this.#pace();
  }

  #tellProgram(): void {
    const program = this.#program();
    if (!program?.video && !program?.audio) throw NOTHING_KNOWN();
    this.#announce = false;
    this.#context.sink.program(program);
  }

  #program(): Program | null {
    const main = this.#main ?? this.#sound;
    if (!main || !this.#separateSound) return main;
    const video = this.#main?.video ?? null;
    const audio = this.#sound?.audio ?? null;
    return { ...main, video, audio };
  }

  async #pace(): Promise<void> {
    const { sink, ports, signal } = this.#context;
    this.#stepBytes = 0;
    const waitMs = this.#pacer.waitMs(ports.clock.monotonicMs(), sink.mediaMs());
    if (waitMs > 0) {
      sink.paced(waitMs);
      await delay(waitMs, undefined, { signal });
    } else if (this.#turnBytes >= TURN_BYTES) await nextTurn();
    else return;
    signal.throwIfAborted();
    this.#turnBytes = 0;
  }
}

const NOTHING_KNOWN = () => unsupported('HLS without a picture or sound that Siaran knows');
const timeOf = (unit: Unit): number => (unit.kind === 'video' ? unit.dts : unit.pts);
