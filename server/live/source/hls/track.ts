import type { UpstreamMap } from '../../../media/hls/parse-media.ts';
import type { Program, Unit } from '../../../media/ts/streams.ts';
import { unsupported } from '../kinds.ts';
import type { ReaderContext } from '../reader.ts';
import { addressOf, type HlsClient, type Secret } from './client.ts';
import { Follower } from './follower.ts';
import { SegmentInput } from './input.ts';
import type { Interleaver } from './interleaver.ts';
import { Patience } from './patience.ts';
import { after, decrypted, sequenceIv } from './pieces.ts';
import type { Role } from './unit-queue.ts';
import type { Part } from './window.ts';

/** A segment may take 1.5 times as long as it plays and two seconds, like a list that does not move (contracts.md §5). */
const WHOLE_TARGETS = 1.5;
const WHOLE_EXTRA_MS = 2000;
/** Bytes may stay away for half a target duration. */
const SHORTEST_SILENCE_MS = 1500;
const LONGEST_SILENCE_MS = 5000;
const NO_IV = Buffer.alloc(16);

/** One media playlist that is followed, and the reader of its segments. */
export class Track {
  readonly follower: Follower;
  readonly role: Role;
  readonly #client: HlsClient;
  readonly #input: SegmentInput;
  readonly #out: Interleaver;
  readonly #context: ReaderContext;
  #map = '';
  #open: Part | null = null;
  failedInRow = 0;
  failedLoads = 0;
  /** Where the units of this list end, in ticks; null while its clock is not known. */
  endTicks: number | null = null;

  constructor(role: Role, context: ReaderContext, client: HlsClient, out: Interleaver) {
    this.role = role;
    this.#context = context;
    this.#client = client;
    this.#out = out;
    this.follower = new Follower(context.ports.clock);
    this.#input = new SegmentInput({
      onProgram: (program, kind) => this.#onProgram(program, kind === 'mpegts'),
      onUnit: (unit) => this.#onUnit(unit),
      onDamage: (counts) => {
        if (role === 'main') context.sink.damage(counts);
      },
    });
  }

  patience(): Patience {
    const targetMs = this.follower.targetS * 1000;
    return new Patience(this.#context.ports.clock, {
      wholeMs: WHOLE_TARGETS * targetMs + WHOLE_EXTRA_MS,
      silenceMs: Math.min(LONGEST_SILENCE_MS, Math.max(SHORTEST_SILENCE_MS, targetMs / 2)),
    });
  }

  /** Fetches a segment and gives its units on. Tried again after a failure, it goes on where it was. */
  async play(part: Part, patience: Patience): Promise<void> {
    const { segment, base } = part;
    if (segment.locked) throw unsupported(`encrypted HLS (${segment.locked})`);
    if (this.#open && !isSame(this.#open, part)) this.giveUp();
    this.#open = part;
    await this.#prepare(segment.map, base, patience);
    const secret = segment.key && {
      key: await this.#client.key(segment.key, base, patience),
      iv: segment.key.iv ?? sequenceIv(segment.sequence),
    };
    await this.#pump(part, secret, patience);
    this.#input.end(true);
    this.#open = null;
  }

  /** The rest of the open segment will not come. */
  giveUp(): void {
    if (this.#open) this.#input.end(false);
    this.#open = null;
  }

  async #pump({ segment, base }: Part, secret: Secret | null, patience: Patience): Promise<void> {
    const taken = this.#input.takenBytes;
    const raw = this.#client.bytes(addressOf(segment.uri, base), segment.byterange, patience);
    const plain = secret ? decrypted(raw, secret.key, secret.iv) : raw;
    for await (const piece of taken > 0 ? after(plain, taken) : plain) {
      this.#input.push(piece);
      await this.#out.drain();
    }
  }

  async #prepare(map: UpstreamMap | null, base: string, patience: Patience): Promise<void> {
    const name = map
      ? `${addressOf(map.uri, base)} ${map.byterange?.offset ?? ''} ${map.key?.uri ?? ''}`
      : '';
    if (name === this.#map) return;
    if (map) this.#input.setMap(await this.#mapBytes(map, base, patience));
    else this.#input.setMap(null);
    this.#map = name;
  }

  async #mapBytes(map: UpstreamMap, base: string, patience: Patience): Promise<Buffer> {
    const secret = map.key && {
      key: await this.#client.key(map.key, base, patience),
      iv: map.key.iv ?? NO_IV,
    };
    return await this.#client.map(addressOf(map.uri, base), map.byterange, secret, patience);
  }

  #onProgram(program: Program, ordered: boolean): void {
    this.#out.program(this.role, program, ordered);
  }

  #onUnit(unit: Unit): void {
    const isMine = this.role === 'sound' ? unit.kind === 'audio' : unit.kind === 'video';
    if (isMine) {
      const lengthTicks = unit.kind === 'audio' ? (unit.durationTicks ?? 0) : 0;
      this.endTicks = (unit.kind === 'video' ? unit.dts : unit.pts) + lengthTicks;
    }
    this.#out.unit(this.role, unit);
  }
}

const isSame = (one: Part, other: Part): boolean =>
  one.segment.sequence === other.segment.sequence &&
  one.segment.byterange?.offset === other.segment.byterange?.offset;
