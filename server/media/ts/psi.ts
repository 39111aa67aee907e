import { PACKET_BYTES, SYNC_BYTE } from './packet.ts';
import { type ElementaryStream, eachDescriptor, elementaryStream } from './streams.ts';

const PAT_TABLE = 0;
const PMT_TABLE = 2;
const LONGEST_SECTION_BYTES = 1024;
const CRC_BYTES = 4;

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let crc = index << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc;
});

/** CRC-32/MPEG-2 (ISO/IEC 13818-1 annex A); zero over a section with its own checksum. */
export function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc << 8) ^ CRC_TABLE[((crc >>> 24) ^ byte) & 0xff]!;
  return crc >>> 0;
}

/** Puts the sections of one PID together from packet payloads; a damaged section is dropped, never passed on. */
export class SectionReader {
  #bytes: Buffer | null = null;
  readonly #onSection: (section: Buffer) => void;

  constructor(onSection: (section: Buffer) => void) {
    this.#onSection = onSection;
  }

  /** Takes the payload of one packet; `starts` is its payload_unit_start_indicator. */
  push(payload: Buffer, starts: boolean): void {
    if (!starts) {
      if (this.#bytes) this.#collect(Buffer.concat([this.#bytes, payload]));
      return;
    }
    const pointer = payload[0] ?? 0;
    if (this.#bytes && pointer > 0)
      this.#collect(Buffer.concat([this.#bytes, payload.subarray(1, 1 + pointer)]));
    this.#bytes = null;
    if (1 + pointer < payload.length) this.#collect(Buffer.from(payload.subarray(1 + pointer)));
  }

  reset(): void {
    this.#bytes = null;
  }

  #collect(bytes: Buffer): void {
    this.#bytes = null;
    let rest = bytes;
    // Table id 0xff is stuffing: nothing follows it in this packet (§2.4.4.1).
    while (rest.length >= 3 && rest[0] !== 0xff) {
      const size = 3 + (((rest[1]! & 0x0f) << 8) | rest[2]!);
      if (size > LONGEST_SECTION_BYTES || size < 12) return;
      if (rest.length < size) break;
      const section = rest.subarray(0, size);
      if (crc32(section) === 0) this.#onSection(section);
      rest = rest.subarray(size);
    }
    if (rest.length > 0 && rest[0] !== 0xff) this.#bytes = rest;
  }
}

/** The programs of a program association table, or null when the section is another one (§2.4.4.3). */
export function parsePat(section: Buffer): { program: number; pid: number }[] | null {
  if (section[0] !== PAT_TABLE || (section[5]! & 1) === 0) return null;
  const programs: { program: number; pid: number }[] = [];
  for (let at = 8; at + 4 <= section.length - CRC_BYTES; at += 4) {
    const program = section.readUInt16BE(at);
    if (program !== 0) programs.push({ program, pid: section.readUInt16BE(at + 2) & 0x1fff });
  }
  return programs;
}

export type ProgramMap = { program: number; version: number; pcrPid: number; streams: ElementaryStream[] };

/** A program map, or null when the section is another one or contradicts itself (§2.4.4.8). */
export function parsePmt(section: Buffer): ProgramMap | null {
  const end = section.length - CRC_BYTES;
  if (section[0] !== PMT_TABLE || end < 12 || (section[5]! & 1) === 0) return null;
  const streams: ElementaryStream[] = [];
  let at = 12 + (section.readUInt16BE(10) & 0x0fff);
  while (at + 5 <= end) {
    const next = at + 5 + (section.readUInt16BE(at + 3) & 0x0fff);
    if (next > end) return null;
    const pid = section.readUInt16BE(at + 1) & 0x1fff;
    streams.push(elementaryStream(pid, section[at]!, Buffer.from(section.subarray(at + 5, next))));
    at = next;
  }
  return {
    program: section.readUInt16BE(3),
    version: (section[5]! >> 1) & 0x1f,
    pcrPid: section.readUInt16BE(8) & 0x1fff,
    streams,
  };
}

/** A packet with a program association table of one program; its continuity counter is zero. */
export function buildPat(program: number, pmtPid: number): Buffer {
  return sectionPacket(
    0,
    PAT_TABLE,
    1,
    0,
    Buffer.from([program >> 8, program & 0xff, 0xe0 | (pmtPid >> 8), pmtPid & 0xff]),
  );
}

export type MappedStream = { pid: number; streamType: number; descriptors?: Buffer };

/** A packet with a program map; descriptors that only concern the source are left out, so that one packet is enough. */
export function buildPmt(
  program: number,
  pmtPid: number,
  pcrPid: number,
  streams: MappedStream[],
  version = 0,
): Buffer {
  const parts: Buffer[] = [Buffer.from([0xe0 | (pcrPid >> 8), pcrPid & 0xff, 0xf0, 0])];
  for (const stream of streams) {
    const descriptors = neededDescriptors(stream.descriptors);
    const pid = [0xe0 | (stream.pid >> 8), stream.pid & 0xff];
    parts.push(Buffer.from([stream.streamType, ...pid, 0xf0, descriptors.length]), descriptors);
  }
  return sectionPacket(pmtPid, PMT_TABLE, program, version, Buffer.concat(parts));
}

/** Registration, language, AC-3, E-AC-3, DTS and DVB extension: what a player needs to find the decoder. */
const KEPT_TAGS = new Set([0x05, 0x0a, 0x6a, 0x7a, 0x7b, 0x7f]);
const DESCRIPTOR_ROOM_BYTES = 64;

function neededDescriptors(descriptors: Buffer | undefined): Buffer {
  const kept: Buffer[] = [];
  let size = 0;
  for (const { tag, whole } of eachDescriptor(descriptors ?? Buffer.alloc(0))) {
    if (!KEPT_TAGS.has(tag) || size + whole.length > DESCRIPTOR_ROOM_BYTES) continue;
    kept.push(whole);
    size += whole.length;
  }
  return Buffer.concat(kept);
}

function sectionPacket(pid: number, table: number, extension: number, version: number, body: Buffer): Buffer {
  const packet = Buffer.alloc(PACKET_BYTES, 0xff);
  packet.set([SYNC_BYTE, 0x40 | (pid >> 8), pid & 0xff, 0x10, 0]);
  const length = 5 + body.length + CRC_BYTES;
  const head = [table, 0xb0 | (length >> 8), length & 0xff, extension >> 8, extension & 0xff];
  packet.set([...head, 0xc1 | ((version & 0x1f) << 1), 0, 0], 5);
  packet.set(body, 13);
  const end = 13 + body.length;
  packet.writeUInt32BE(crc32(packet.subarray(5, end)), end);
  return packet;
}
