import { BitReader, unescapeNal } from './bits.ts';
import { type PictureInfo, readAspect } from './sps.ts';

const NAL_HEADER_BYTES = 2;
const MOST_SUB_LAYERS = 6;
const MOST_SHORT_TERM_SETS = 64;
const MOST_PICTURES = 16;

/** Reads an HEVC sequence parameter set NAL unit (ITU-T H.265 §7.3.2.2); null when it is damaged. */
export function parseHevcSps(nal: Buffer): PictureInfo | null {
  if (nal.length < 16) return null;
  const reader = new BitReader(unescapeNal(nal).subarray(NAL_HEADER_BYTES));
  reader.bits(4);
  const subLayers = reader.bits(3);
  reader.bit();
  if (subLayers > MOST_SUB_LAYERS) return null;
  const codecString = readProfile(reader, subLayers);
  reader.unsigned();
  const size = readSize(reader);
  if (reader.overrun || size.width <= 0 || size.height <= 0) return null;
  const picture = { codecString, ...size };
  const lowBits = skipToReferences(reader, subLayers);
  if (!skipReferences(reader, lowBits)) return { ...picture, sampleAspect: 1, fps: null };
  reader.bits(2);
  const vui = reader.bit() === 1 ? readVui(reader) : { sampleAspect: 1, fps: null };
  return { ...picture, ...(reader.overrun ? { sampleAspect: 1, fps: null } : vui) };
}

/** profile_tier_level (§7.3.3), in the words of ISO/IEC 14496-15 §E.3: `hvc1.1.6.L93.90`. */
function readProfile(reader: BitReader, subLayers: number): string {
  const space = ['', 'A', 'B', 'C'][reader.bits(2)]!;
  const tier = reader.bit() === 1 ? 'H' : 'L';
  const profile = reader.bits(5);
  let compatibility = 0;
  for (let index = 0; index < 32; index++) compatibility += reader.bit() * 2 ** index;
  const constraints = Array.from({ length: 6 }, () => reader.bits(8));
  const level = reader.bits(8);
  skipSubLayers(reader, subLayers);
  while (constraints.at(-1) === 0) constraints.pop();
  const hex = [compatibility, ...constraints].map((value) => value.toString(16).toUpperCase());
  return ['hvc1', `${space}${profile}`, hex[0], `${tier}${level}`, ...hex.slice(1)].join('.');
}

function skipSubLayers(reader: BitReader, subLayers: number): void {
  const present = Array.from({ length: subLayers }, () => [reader.bit(), reader.bit()]);
  if (subLayers > 0) reader.bits(2 * (8 - subLayers));
  for (const [profile, level] of present) {
    if (profile === 1) reader.bits(88);
    if (level === 1) reader.bits(8);
  }
}

function readSize(reader: BitReader): { width: number; height: number } {
  const chroma = reader.unsigned();
  if (chroma === 3) reader.bit();
  const width = reader.unsigned();
  const height = reader.unsigned();
  if (reader.bit() === 0) return { width, height };
  const [left, right, top, bottom] = Array.from({ length: 4 }, () => reader.unsigned()) as [
    number,
    number,
    number,
    number,
  ];
  const unitX = chroma === 1 || chroma === 2 ? 2 : 1;
  const unitY = chroma === 1 ? 2 : 1;
  return { width: width - (left + right) * unitX, height: height - (top + bottom) * unitY };
}

/** Up to the reference picture sets; answers how many bits a low picture order count has. */
function skipToReferences(reader: BitReader, subLayers: number): number {
  reader.unsigned();
  reader.unsigned();
  const lowBits = reader.unsigned() + 4;
  const ordered = reader.bit() === 1 ? subLayers + 1 : 1;
  for (let index = 0; index < ordered * 3; index++) reader.unsigned();
  for (let index = 0; index < 6; index++) reader.unsigned();
  if (reader.bit() === 1 && reader.bit() === 1) skipScalingLists(reader);
  reader.bits(2);
  if (reader.bit() === 1) {
    reader.bits(8);
    reader.unsigned();
    reader.unsigned();
    reader.bit();
  }
  return lowBits;
}

/** scaling_list_data (§7.3.4). */
function skipScalingLists(reader: BitReader): void {
  for (let size = 0; size < 4; size++) {
    for (let matrix = 0; matrix < 6; matrix += size === 3 ? 3 : 1) {
      if (reader.bit() === 0) {
        reader.unsigned();
        continue;
      }
      const count = Math.min(64, 1 << (4 + (size << 1)));
      if (size > 1) reader.signed();
      for (let index = 0; index < count && !reader.overrun; index++) reader.signed();
    }
  }
}

/** The sets of reference pictures (§7.3.7) and the long-term ones; false when they make no sense. */
function skipReferences(reader: BitReader, lowBits: number): boolean {
  const sets = reader.unsigned();
  if (sets > MOST_SHORT_TERM_SETS) return false;
  let pictures = 0;
  for (let index = 0; index < sets; index++) {
    pictures = skipShortTermSet(reader, index, pictures);
    if (pictures > MOST_PICTURES || reader.overrun) return false;
  }
  if (reader.bit() === 1) {
    const count = reader.unsigned();
    for (let index = 0; index < count && !reader.overrun; index++) reader.bits(lowBits + 1);
  }
  return !reader.overrun;
}

/** Answers how many pictures the set has, which the next one may build on. */
function skipShortTermSet(reader: BitReader, index: number, before: number): number {
  if (index > 0 && reader.bit() === 1) {
    reader.bit();
    reader.unsigned();
    let kept = 0;
    for (let picture = 0; picture <= before; picture++) {
      const used = reader.bit() === 1;
      if (used || reader.bit() === 1) kept++;
    }
    return kept;
  }
  const count = reader.unsigned() + reader.unsigned();
  for (let picture = 0; picture < count && count <= MOST_PICTURES; picture++) {
    reader.unsigned();
    reader.bit();
  }
  return count;
}

/** The part of the VUI (§E.2.1) up to the frame rate. */
function readVui(reader: BitReader): { sampleAspect: number; fps: number | null } {
  const sampleAspect = reader.bit() === 1 ? readAspect(reader) : 1;
  if (reader.bit() === 1) reader.bit();
  if (reader.bit() === 1) {
    reader.bits(4);
    if (reader.bit() === 1) reader.bits(24);
  }
  if (reader.bit() === 1) {
    reader.unsigned();
    reader.unsigned();
  }
  reader.bits(3);
  if (reader.bit() === 1) for (let side = 0; side < 4; side++) reader.unsigned();
  if (reader.bit() === 0) return { sampleAspect, fps: null };
  const unitsInTick = reader.bits(32);
  const fps = unitsInTick > 0 ? reader.bits(32) / unitsInTick : 0;
  return { sampleAspect, fps: fps >= 1 && fps <= 300 ? fps : null };
}
