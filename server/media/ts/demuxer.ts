import { UnitAssembler } from './assembler.ts';
import { NULL_PID, PACKET_BYTES, readPid, SYNC_BYTE } from './packet.ts';
import { type ProgramMap, parsePat, parsePmt, SectionReader } from './psi.ts';
import { chooseStreams, type Program, type Unit } from './streams.ts';

type Ports = {
  /** The program was found, or its streams changed. */
  onProgram?(program: Program): void;
  onUnit(unit: Unit): void;
  /** A picture's bytes are only right until `onUnit` comes back: the next picture is built in the same memory. */
  borrowed?: boolean;
};

/** What was wrong with a stream so far. */
export type Damage = {
  lostSync: number;
  transportErrors: number;
  counterJumps: number;
  droppedVideo: number;
  droppedAudio: number;
};

const PAT_PID = 0;

/**
 * Takes a transport stream in pieces of any size and gives the whole access units of its first program. It never
 * throws: what cannot be read is skipped and counted.
 */
export class TsDemuxer {
  readonly #ports: Ports;
  readonly damage: Damage = {
    lostSync: 0,
    transportErrors: 0,
    counterJumps: 0,
    droppedVideo: 0,
    droppedAudio: 0,
  };
  #rest: Buffer | null = null;
  #pat = new SectionReader((section) => this.#onPat(section));
  #pmt = new SectionReader((section) => this.#onPmt(section));
  #pmtPid = -1;
  #programNumber = -1;
  #signature = '';
  #assemblers = new Map<number, UnitAssembler>();
  program: Program | null = null;
  packets = 0;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  push(chunk: Buffer): void {
    const begun = this.#joinRest(chunk);
    if (begun === null) return;
    const { bytes } = begun;
    let at = begun.at;
    while (at + PACKET_BYTES <= bytes.length) {
      if (bytes[at] === SYNC_BYTE) {
        this.#packet(bytes, at);
        at += PACKET_BYTES;
        continue;
      }
      this.damage.lostSync++;
      const next = findSync(bytes, at + 1);
      if (next < 0) {
        at = Math.max(at + 1, bytes.length - 2 * PACKET_BYTES);
        break;
      }
      at = next;
    }
    if (at < bytes.length) this.#rest = Buffer.from(bytes.subarray(at));
  }

  /** Reads the packet that two pieces share, and tells where to go on; null when even that is not whole yet. */
  #joinRest(chunk: Buffer): { bytes: Buffer; at: number } | null {
    const rest = this.#rest;
    if (!rest) return { bytes: chunk, at: 0 };
    const missing = PACKET_BYTES - rest.length;
    // Out of step: the place of the next packet is looked for in all that is there.
    const outOfStep = rest[0] !== SYNC_BYTE || missing <= 0;
    const joined = Buffer.concat(
      outOfStep || chunk.length < missing ? [rest, chunk] : [rest, chunk.subarray(0, missing)],
    );
    this.#rest = null;
    if (outOfStep) return { bytes: joined, at: 0 };
    if (joined.length < PACKET_BYTES) {
      this.#rest = joined;
      return null;
    }
    this.#packet(joined, 0);
    return { bytes: chunk, at: missing };
  }

  /** The stream has come to a clean end, or its next part counts anew: open units are whole. */
  flush(): void {
    this.#rest = null;
    for (const assembler of this.#assemblers.values()) {
      assembler.finish();
      assembler.counter = null;
    }
    this.#pat.reset();
    this.#pmt.reset();
  }

  /** The stream broke off: open units are not whole. */
  lose(): void {
    for (const assembler of this.#assemblers.values()) assembler.lose();
    this.flush();
  }

  #packet(bytes: Buffer, at: number): void {
    const pid = readPid(bytes, at);
    this.packets++;
    if (pid === NULL_PID) return;
    const assembler = this.#assemblers.get(pid);
    if (bytes[at + 1]! & 0x80) {
      this.damage.transportErrors++;
      assembler?.lose();
      return;
    }
    const control = bytes[at + 3]!;
    if ((control & 0x10) === 0) return;
    const from = control & 0x20 ? at + 5 + bytes[at + 4]! : at + 4;
    const end = at + PACKET_BYTES;
    if (from >= end || (control & 0xc0) !== 0) return;
    const starts = (bytes[at + 1]! & 0x40) !== 0;
    if (assembler) {
      if (this.#follows(assembler, bytes, at)) assembler.push(bytes, from, end, starts);
    } else if (pid === PAT_PID) this.#pat.push(bytes.subarray(from, end), starts);
    else if (pid === this.#pmtPid) this.#pmt.push(bytes.subarray(from, end), starts);
  }

  /** Checks the continuity counter (ISO/IEC 13818-1 §2.4.3.3); false for a packet that was sent twice. */
  #follows(assembler: UnitAssembler, bytes: Buffer, at: number): boolean {
    const counter = bytes[at + 3]! & 0x0f;
    const last = assembler.counter;
    const { lastBytes, lastAt } = assembler;
    assembler.counter = counter;
    assembler.lastBytes = bytes;
    assembler.lastAt = at;
    if (last === null || ((last + 1) & 0x0f) === counter) return true;
    // The clock may differ between the two; it stands in the first 12 bytes.
    if (last === counter && samePacket(lastBytes, lastAt, bytes, at)) return false;
    const announced = (bytes[at + 3]! & 0x20) !== 0 && bytes[at + 4]! > 0 && (bytes[at + 5]! & 0x80) !== 0;
    if (!announced) this.damage.counterJumps++;
    assembler.lose();
    return true;
  }

  #onPat(section: Buffer): void {
    const programs = parsePat(section);
    const first = programs?.[0];
    if (
      !programs ||
      !first ||
      programs.some(({ pid, program }) => pid === this.#pmtPid && program === this.#programNumber)
    )
      return;
    this.#pmtPid = first.pid;
    this.#programNumber = first.program;
    this.#pmt.reset();
  }

  #onPmt(section: Buffer): void {
    const map = parsePmt(section);
    if (!map || map.program !== this.#programNumber) return;
    const signature = signatureOf(map);
    if (signature === this.#signature) return;
    this.#signature = signature;
    for (const assembler of this.#assemblers.values()) assembler.finish();
    this.program = chooseStreams(map.program, map.pcrPid, map.streams);
    this.#assemblers = this.#followStreams(this.program);
    this.#ports.onProgram?.(this.program);
  }

  #followStreams(program: Program): Map<number, UnitAssembler> {
    const kept = new Map<number, UnitAssembler>();
    for (const stream of [program.video, program.audio]) {
      if (!stream) continue;
      const known = this.#assemblers.get(stream.pid);
      const same = known?.stream.codec === stream.codec;
      kept.set(stream.pid, same && known ? known : this.#assembler(stream));
    }
    return kept;
  }

  #assembler(stream: UnitAssembler['stream']): UnitAssembler {
    return new UnitAssembler(stream, {
      borrowed: this.#ports.borrowed === true,
      onUnit: (unit) => this.#ports.onUnit(unit),
      onDrop: (kind) => {
        if (kind === 'video') this.damage.droppedVideo++;
        else this.damage.droppedAudio++;
      },
    });
  }
}

const signatureOf = (map: ProgramMap): string =>
  `${map.program}/${map.pcrPid}/${map.streams.map((s) => `${s.pid}:${s.streamType}:${s.codec}`).join(',')}`;

const CLOCK_BYTES = 12;

const samePacket = (a: Buffer, aAt: number, b: Buffer, bAt: number): boolean =>
  a.compare(b, bAt + CLOCK_BYTES, bAt + PACKET_BYTES, aAt + CLOCK_BYTES, aAt + PACKET_BYTES) === 0;

/** The next place where packets begin: three sync bytes in step, as far as there are bytes to look at. */
function findSync(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(SYNC_BYTE, from); at >= 0; at = bytes.indexOf(SYNC_BYTE, at + 1)) {
    if (at + 2 * PACKET_BYTES >= bytes.length) return -1;
    if (bytes[at + PACKET_BYTES] === SYNC_BYTE && bytes[at + 2 * PACKET_BYTES] === SYNC_BYTE) return at;
  }
  return -1;
}
