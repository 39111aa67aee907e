import { Fmp4Demuxer } from '../../../media/fmp4/demuxer.ts';
import { isPackedAudio, PackedAudio } from '../../../media/packed-audio.ts';
import { type Damage, TsDemuxer } from '../../../media/ts/demuxer.ts';
import type { Program, Unit } from '../../../media/ts/streams.ts';
import { SNIFF_BYTES, sniff, syncOffset } from '../kinds.ts';
import { damaged, unreadable } from './failures.ts';

type Ports = {
  onProgram(program: Program, kind: SegmentKind): void;
  onUnit(unit: Unit): void;
  /** Counters of what is wrong with a transport stream. */
  onDamage(counts: Damage): void;
};

/** What the segments of a list are. */
export type SegmentKind = 'mpegts' | 'fmp4' | 'packed';

/** What every reader of segments does; `end` tells whether the segment was whole. */
type Demuxer = { push(bytes: Buffer): void; end(clean: boolean): boolean };

/** Takes the bytes of the segments of one list and gives the units in them, whatever the segments are. */
export class SegmentInput {
  readonly #ports: Ports;
  #kind: SegmentKind | null = null;
  #demuxer: Demuxer | null = null;
  #map: Buffer | null = null;
  #mapWanted = false;
  #head: Buffer | null = Buffer.alloc(0);
  /** Bytes of the open segment that were taken so far. */
  takenBytes = 0;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** Segments from here on have this initialisation section in front. */
  setMap(map: Buffer | null): void {
    this.#map = map;
    this.#mapWanted = map !== null;
  }

  /** Throws an AppError when the bytes are not what a segment can be. */
  push(chunk: Buffer): void {
    this.takenBytes += chunk.length;
    if (!this.#head) {
      this.#demux(chunk);
      return;
    }
    this.#head = Buffer.concat([this.#head, chunk]);
    if (this.#head.length >= SNIFF_BYTES) this.#begin(this.#head);
  }

  /** The open segment is over, whole or not; what comes next is another one. */
  end(clean: boolean): void {
    const head = this.#head;
    if (clean && head) this.#begin(head);
    const whole = this.#demuxer?.end(clean) ?? true;
    this.#head = Buffer.alloc(0);
    this.takenBytes = 0;
    if (clean && !whole) throw unreadable('a segment ends in the middle');
  }

  #begin(head: Buffer): void {
    const kind = this.#sniff(head);
    if (kind !== this.#kind) {
      this.#kind = kind;
      this.#demuxer = this.#open(kind);
      this.#mapWanted = this.#map !== null;
    }
    this.#head = null;
    if (kind === 'fmp4' && this.#map && this.#mapWanted) {
      this.#demux(this.#map);
      this.#demuxer?.end(true);
      this.#mapWanted = false;
    }
    this.#demux(head);
  }

  /** Nothing of bytes that are no segment is kept, so that the segment can be fetched anew. */
  #sniff(head: Buffer): SegmentKind {
    try {
      return kindOf(head);
    } catch (error) {
      this.#head = Buffer.alloc(0);
      this.takenBytes = 0;
      throw error;
    }
  }

  #demux(bytes: Buffer): void {
    try {
      this.#demuxer?.push(bytes);
    } catch (error) {
      throw damaged(error);
    }
  }

  #open(kind: SegmentKind): Demuxer {
    const ports = {
      onProgram: (program: Program) => this.#ports.onProgram(program, kind),
      onUnit: (unit: Unit) => this.#ports.onUnit(unit),
    };
    if (kind === 'mpegts') return tsDemuxer({ ...ports, onDamage: this.#ports.onDamage });
    const demuxer = kind === 'fmp4' ? new Fmp4Demuxer(ports) : new PackedAudio(ports);
    return { push: (bytes) => demuxer.push(bytes), end: () => demuxer.endSegment() };
  }
}

function tsDemuxer(ports: ConstructorParameters<typeof TsDemuxer>[0] & Pick<Ports, 'onDamage'>): Demuxer {
  const demuxer = new TsDemuxer(ports);
  ports.onDamage(demuxer.damage);
  return {
    push: (bytes) => demuxer.push(bytes),
    end: (clean) => {
      if (clean) demuxer.flush();
      else demuxer.lose();
      return true;
    },
  };
}

const MP4_BOXES = new Set(['styp', 'ftyp', 'moof', 'moov', 'sidx', 'emsg', 'prft', 'free', 'mdat']);

/** Names what a segment is by its first bytes; throws the sentence for what it is instead. */
export function kindOf(head: Buffer): SegmentKind {
  if (syncOffset(head) >= 0) return 'mpegts';
  if (MP4_BOXES.has(head.toString('latin1', 4, 8))) return 'fmp4';
  if (isPackedAudio(head)) return 'packed';
  const other = sniff(head);
  throw unreadable(`its segments are ${other === 'hls' ? 'playlists' : other.toUpperCase()}`);
}
