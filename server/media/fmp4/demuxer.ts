import type { Program, Unit } from '../ts/streams.ts';
import { type Box, BoxStream } from './boxes.ts';
import { type Sample, samplesOf } from './samples.ts';
import { type Track, tracksOf } from './tracks.ts';
import { unitOf } from './units.ts';

type Ports = {
  /** The tracks are known, or have changed. */
  onProgram(program: Program): void;
  onUnit(unit: Unit): void;
};

const LARGEST_SAMPLE_BYTES = 16 * 1024 * 1024;

/**
 * Takes fragmented MP4 in pieces of any size, initialisation section first, and gives whole units as a transport stream
 * has them: pictures with start codes and parameter sets, AAC with ADTS headers, times in 33-bit ticks. Units come in
 * the order of their bytes, which may be all pictures of a fragment and then all its sound.
 */
export class Fmp4Demuxer {
  readonly #ports: Ports;
  readonly #boxes = new BoxStream({
    onBox: (box, offset) => this.#onBox(box, offset),
    onData: (piece, offset) => this.#onData(piece, offset),
  });
  readonly #nextTimes = new Map<number, number>();
  /** How much earlier pictures are decoded than the file says, so that none is shown before it is decoded. */
  readonly #earlierBy = new Map<number, number>();
  #tracks: Track[] = [];
  #samples: Sample[] = [];
  #next = 0;
  #parts: Buffer[] = [];
  #partBytes = 0;
  damaged = 0;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** Throws a plain Error when the bytes are no fragmented MP4, `UnknownMedia` when it holds nothing that plays. */
  push(chunk: Buffer): void {
    this.#boxes.push(chunk);
  }

  /** A segment is over; true when it was whole. */
  endSegment(): boolean {
    const whole = this.#boxes.whole && this.#next >= this.#samples.length;
    this.#boxes.reset();
    this.#startFragment([]);
    return whole;
  }

  #onBox(box: Box, offset: number): void {
    if (box.type === 'moov') this.#onTracks(tracksOf(box.body));
    else this.#startFragment(samplesOf(box.body, offset, this.#tracks, this.#nextTimes));
  }

  #onTracks(tracks: Track[]): void {
    this.#tracks = tracks;
    this.#nextTimes.clear();
    this.#earlierBy.clear();
    const streams = tracks.map((track) => track.stream);
    const of = (kind: string) => streams.find((stream) => stream.kind === kind) ?? null;
    this.#ports.onProgram({
      number: 1,
      pcrPid: streams[0]?.pid ?? 0,
      video: of('video') as Program['video'],
      audio: of('audio') as Program['audio'],
      streams,
    });
  }

  #startFragment(samples: Sample[]): void {
    this.damaged += Math.max(0, this.#samples.length - this.#next);
    this.#samples = samples;
    this.#next = 0;
    this.#parts = [];
    this.#partBytes = 0;
    distrustSync(samples);
    for (const { track, delay } of samples)
      if (delay < 0) this.#earlierBy.set(track.id, Math.max(this.#earlierBy.get(track.id) ?? 0, -delay));
  }

  #onData(piece: Buffer, offset: number): void {
    const end = offset + piece.length;
    for (; this.#next < this.#samples.length; this.#next++) {
      const sample = this.#samples[this.#next]!;
      const sampleEnd = sample.offset + sample.sizeBytes;
      const from = Math.max(sample.offset, offset) - offset;
      if (sample.sizeBytes > LARGEST_SAMPLE_BYTES || sample.offset + this.#partBytes < offset) this.#skip();
      else if (sample.offset >= end) return;
      else if (sampleEnd > end) {
        this.#keep(piece.subarray(from));
        return;
      } else this.#emit(sample, piece.subarray(from, sampleEnd - offset));
    }
  }

  #skip(): void {
    this.damaged++;
    this.#parts = [];
    this.#partBytes = 0;
  }

  #keep(part: Buffer): void {
    this.#parts.push(part);
    this.#partBytes += part.length;
  }

  #emit(sample: Sample, last: Buffer): void {
    const data = this.#parts.length > 0 ? Buffer.concat([...this.#parts, last]) : last;
    this.#parts = [];
    this.#partBytes = 0;
    const unit = unitOf(sample, data, this.#earlierBy.get(sample.track.id) ?? 0);
    if (unit) this.#ports.onUnit(unit);
    else this.damaged++;
  }
}

/** Some servers mark every picture as one where decoding can begin: then only the pictures themselves tell. */
function distrustSync(samples: readonly Sample[]): void {
  const pictures = samples.filter((sample) => sample.track.kind === 'video');
  if (pictures.length < 2 || !pictures.every((sample) => sample.sync)) return;
  for (const picture of pictures) picture.sync = false;
}
