import type { Log } from '../../core/log.ts';
import type { Supervisor } from '../../media/ffmpeg/supervisor.ts';
import { describeSound, type SoundInfo } from '../../media/ts/describe.ts';
import type { Layout } from '../../media/ts/identity.ts';
import { TICKS_PER_SECOND } from '../../media/ts/packet.ts';
import type { AudioUnit, Program } from '../../media/ts/streams.ts';
import { CONVERTED, SoundChild } from './sound-child.ts';

type Ports = {
  ffmpeg: Pick<Supervisor, 'start'>;
  log: Log;
  nowMs(): number;
  /** AAC in order and without overlap. */
  onUnit(unit: AudioUnit): void;
};

type Sound = NonNullable<Program['audio']>;

/** AAC in ADTS, as a transport stream for browsers has it. */
const AAC: NonNullable<Layout['audio']> = { streamType: 15, descriptors: Buffer.alloc(0) };
/** A child that gives nothing for so long although it has something to do is stuck. */
const HUNG_MS = 2000;
const FIRST_OUTPUT_MS = 8000;
/** How long pictures wait for their sound: as it comes (media-decisions.md Q1), or while a child still owes some. */
const SOUND_WAIT_MS = 1500;
const OWED_SOUND_WAIT_MS = 5000;
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 5000;
/** A child that lived this long is started anew at once. */
const PROVEN_MS = 10_000;
/** Sound that waits for its child, at most; a restarted one begins with the newest seconds of it. */
const WAITING_BYTES = 4 * 1024 * 1024;
const AGAIN_TICKS = 5 * TICKS_PER_SECOND;
/** Decoders need the frames before the first one that is missing. */
const PREROLL_TICKS = TICKS_PER_SECOND / 4;
/** What decoder and encoder keep to themselves, with room to spare. */
const KEPT_INSIDE_TICKS = TICKS_PER_SECOND;
const OVERLAP_TICKS = 450;

/** The layout of what browsers get of a source: the same picture, sound always AAC. */
export const layoutForBrowsers = (layout: Layout): Layout => ({
  video: layout.video,
  audio: layout.audio && AAC,
});

/**
 * The way of sound to the browsers of one channel (contracts.md §5): AAC passes as it is; anything else goes through
 * one converter child, which ends and begins with each source. A child that crashes or hangs is started again, fed
 * with what it still owed.
 */
export class SoundPath {
  readonly #ports: Ports;
  #source: Sound | null = null;
  #child: SoundChild | null = null;
  #draining: Promise<void> | null = null;
  /** Units not yet given out again, oldest first; the first `#fed` of them are in the child. */
  #waiting: AudioUnit[] = [];
  #waitingBytes = 0;
  #fed = 0;
  #endTicks: number | null = null;
  #startedAtMs = 0;
  #outputAtMs: number | null = null;
  #owesSinceMs = 0;
  #retryAtMs: number | null = null;
  #failures = 0;
  #closed = false;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** Another source begins; the old one's child gives out what it holds before anything of the new one leaves. */
  use(source: Sound | null): void {
    const old = this.#child;
    this.#child = null;
    this.#source = source;
    this.#clear();
    this.#failures = 0;
    this.#retryAtMs = null;
    if (old) this.#drain(old);
    else if (!this.#draining) this.#begin();
  }

  /** What leaves here while this source plays, told by its first sound. */
  describe(first: AudioUnit | null): SoundInfo | null {
    if (!this.#source) return null;
    if (this.converts) return CONVERTED;
    return first && describeSound('aac', first.data);
  }

  get waitMs(): number {
    return this.#draining || (this.converts && !this.#caughtUp) ? OWED_SOUND_WAIT_MS : SOUND_WAIT_MS;
  }

  push(unit: AudioUnit): void {
    if (!this.#source || this.#closed) return;
    if (!this.converts && !this.#draining) {
      this.#give(unit);
      return;
    }
    this.#waiting.push(unit);
    this.#waitingBytes += unit.data.length;
    this.#feed();
    if (this.#waitingBytes > WAITING_BYTES) this.#restart('it is too slow');
  }

  /** Looks after the child; called a few times a second. */
  tick(): void {
    const now = this.#ports.nowMs();
    if (this.#retryAtMs !== null && now >= this.#retryAtMs) this.#begin();
    if (!this.#child || this.#caughtUp) {
      this.#owesSinceMs = now;
      return;
    }
    const silentMs = now - Math.max(this.#outputAtMs ?? this.#startedAtMs, this.#owesSinceMs);
    if (silentMs > (this.#outputAtMs === null ? FIRST_OUTPUT_MS : HUNG_MS)) this.#restart('it hangs');
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#source = null;
    this.#retryAtMs = null;
    this.#clear();
    const child = this.#child;
    this.#child = null;
    await Promise.all([child?.stop(), this.#draining]);
  }

  /** Its sound comes out of a child, later than the pictures. */
  get converts(): boolean {
    return this.#source !== null && this.#source.codec !== 'aac';
  }

  /** What was put in has come out, but for what stays inside. */
  get #caughtUp(): boolean {
    const [oldest, newest] = [this.#waiting[0], this.#waiting.at(-1)];
    return !oldest || !newest || newest.pts - oldest.pts < KEPT_INSIDE_TICKS;
  }

  #drain(old: SoundChild): void {
    const draining: Promise<void> = old.finish().then(() => {
      this.#draining = null;
      if (!this.#closed) this.#begin();
    });
    this.#draining = draining;
  }

  #begin(): void {
    this.#retryAtMs = null;
    if (!this.#source || this.#closed) return;
    if (this.converts) {
      this.#start(this.#source);
      return;
    }
    const units = this.#waiting;
    this.#clear();
    for (const unit of units) this.#give(unit);
  }

  #start(source: Sound): void {
    this.#startedAtMs = this.#ports.nowMs();
    this.#outputAtMs = null;
    this.#fed = 0;
    const child: SoundChild = new SoundChild(source, {
      ffmpeg: this.#ports.ffmpeg,
      onUnit: (unit) => {
        if (child === this.#child) this.#converted(unit);
        else this.#give(unit);
      },
      onRoom: () => this.#feed(),
      onEnd: (lastLine) => {
        if (child === this.#child) this.#restart(`it ended: ${lastLine}`);
      },
    });
    this.#child = child;
    this.#feed();
  }

  #feed(): void {
    for (
      let unit = this.#waiting[this.#fed];
      unit && this.#child?.push(unit);
      unit = this.#waiting[this.#fed]
    )
      this.#fed++;
  }

  #converted(unit: AudioUnit): void {
    this.#outputAtMs = this.#ports.nowMs();
    this.#give(unit);
    if (this.#outputAtMs - this.#startedAtMs > PROVEN_MS) this.#failures = 0;
    this.#forgetBefore((this.#endTicks ?? unit.pts) - PREROLL_TICKS);
  }

  #give(unit: AudioUnit): void {
    if (this.#closed) return;
    if (this.#endTicks !== null && unit.pts < this.#endTicks - OVERLAP_TICKS) return;
    this.#endTicks = unit.pts + (unit.durationTicks ?? 0);
    this.#ports.onUnit({ ...unit, pts: Math.round(unit.pts) });
  }

  /** Ends the child and starts another one, later and later; what is old by then has lost its segment. */
  #restart(reason: string): void {
    const child = this.#child;
    this.#child = null;
    this.#failures++;
    const waitMs = this.#failures === 1 ? 0 : FIRST_RETRY_MS * 2 ** (this.#failures - 2);
    this.#retryAtMs = this.#ports.nowMs() + Math.min(LONGEST_RETRY_MS, waitMs);
    this.#forgetBefore((this.#waiting.at(-1)?.pts ?? 0) - AGAIN_TICKS);
    this.#fed = 0;
    this.#ports.log.warn({ reason, failures: this.#failures }, 'the sound converter is started again');
    if (child) this.#draining = this.#after(child.stop());
    else this.tick();
  }

  /** One child at a time: the next one begins when this one is gone. */
  #after(gone: Promise<void>): Promise<void> {
    return gone.then(() => {
      this.#draining = null;
      if (this.#retryAtMs === null) this.#begin();
      else this.tick();
    });
  }

  #forgetBefore(ticks: number): void {
    let count = 0;
    for (let unit = this.#waiting[0]; unit && unit.pts < ticks; unit = this.#waiting[++count])
      this.#waitingBytes -= unit.data.length;
    this.#waiting.splice(0, count);
    this.#fed = Math.max(0, this.#fed - count);
  }

  #clear(): void {
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#fed = 0;
  }
}
