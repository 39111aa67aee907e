import { BitReader, unescapeNal } from './bits.ts';

/** What a picture track says of itself. */
export type PictureInfo = {
  codecString: string;
  width: number;
  height: number;
  /** Width of one sample divided by its height. */
  sampleAspect: number;
  fps: number | null;
};

const HIGH_PROFILES = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);
/** Table E-1: sample aspect ratios by aspect_ratio_idc. */
const ASPECTS: (readonly [number, number])[] = [
  [0, 1],
  [1, 1],
  [12, 11],
  [10, 11],
  [16, 11],
  [40, 33],
  [24, 11],
  [20, 11],
  [32, 11],
  [80, 33],
  [18, 11],
  [15, 11],
  [64, 33],
  [160, 99],
  [4, 3],
  [3, 2],
  [2, 1],
];
const EXTENDED_ASPECT = 255;

/** Reads an H.264 sequence parameter set NAL unit (ISO/IEC 14496-10 §7.3.2.1); null when it is damaged. */
export function parseSps(nal: Buffer): PictureInfo | null {
  if (nal.length < 5) return null;
  const bytes = unescapeNal(nal);
  const profile = bytes[1]!;
  const reader = new BitReader(bytes.subarray(4));
  reader.unsigned();
  const chroma = HIGH_PROFILES.has(profile) ? readHighProfile(reader) : 1;
  readPictureOrder(reader);
  reader.unsigned();
  reader.bit();
  const size = readSize(reader, chroma);
  const vui = reader.bit() === 1 ? readVui(reader) : { sampleAspect: 1, fps: null };
  if (reader.overrun || size.width <= 0 || size.height <= 0) return null;
  return { codecString: `avc1.${bytes.toString('hex', 1, 4).toUpperCase()}`, ...size, ...vui };
}

function readHighProfile(reader: BitReader): number {
  const chroma = reader.unsigned();
  if (chroma === 3) reader.bit();
  reader.unsigned();
  reader.unsigned();
  reader.bit();
  if (reader.bit() === 0) return chroma;
  for (let list = 0; list < (chroma === 3 ? 12 : 8); list++) {
    if (reader.bit() === 1) skipScalingList(reader, list < 6 ? 16 : 64);
  }
  return chroma;
}

function skipScalingList(reader: BitReader, size: number): void {
  let last = 8;
  let next = 8;
  for (let index = 0; index < size && !reader.overrun; index++) {
    if (next !== 0) next = (last + reader.signed() + 256) % 256;
    last = next === 0 ? last : next;
  }
}

function readPictureOrder(reader: BitReader): void {
  reader.unsigned();
  const type = reader.unsigned();
  if (type === 0) reader.unsigned();
  if (type !== 1) return;
  reader.bit();
  reader.signed();
  reader.signed();
  const count = reader.unsigned();
  for (let index = 0; index < count && !reader.overrun; index++) reader.signed();
}

function readSize(reader: BitReader, chroma: number): { width: number; height: number } {
  const width = (reader.unsigned() + 1) * 16;
  const rows = reader.unsigned() + 1;
  const framesOnly = reader.bit();
  if (framesOnly === 0) reader.bit();
  reader.bit();
  const height = rows * 16 * (2 - framesOnly);
  if (reader.bit() === 0) return { width, height };
  const [left, right, top, bottom] = [
    reader.unsigned(),
    reader.unsigned(),
    reader.unsigned(),
    reader.unsigned(),
  ];
  const unitX = chroma === 1 || chroma === 2 ? 2 : 1;
  const unitY = (chroma === 1 ? 2 : 1) * (2 - framesOnly);
  return { width: width - (left + right) * unitX, height: height - (top + bottom) * unitY };
}

/** The part of the VUI (§E.1.1) up to the frame rate. */
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
  if (reader.bit() === 0) return { sampleAspect, fps: null };
  const unitsInTick = reader.bits(32);
  const timeScale = reader.bits(32);
  const fps = unitsInTick > 0 ? timeScale / (2 * unitsInTick) : 0;
  return { sampleAspect, fps: !reader.overrun && fps >= 1 && fps <= 300 ? fps : null };
}

/** aspect_ratio_info of the VUI, the same in both codecs. */
export function readAspect(reader: BitReader): number {
  const index = reader.bits(8);
  const [width, height] =
    index === EXTENDED_ASPECT ? [reader.bits(16), reader.bits(16)] : (ASPECTS[index] ?? [1, 1]);
  return width > 0 && height > 0 ? width / height : 1;
}
