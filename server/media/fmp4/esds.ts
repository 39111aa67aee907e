/** What an ADTS header needs to know of AAC (ISO/IEC 14496-3 §1.6.2.1). */
export type AacConfig = { profile: number; rateIndex: number; sampleRate: number; channels: number };

const RATES = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350];
const ES_TAG = 3;
const CONFIG_TAG = 4;
const SPECIFIC_TAG = 5;
const AAC_TYPES = new Set([0x40, 0x66, 0x67, 0x68]);
const ESCAPED_TYPE = 31;
const ESCAPED_RATE = 15;
const HE_AAC_TYPES = new Set([5, 29]);

/** Reads an `esds` box: the object type, and for AAC what its frames need; null when it is damaged. */
export function readEsds(box: Buffer): { objectType: number; aac: AacConfig | null } | null {
  const es = descriptorAt(box, 4, ES_TAG);
  if (!es || es.length < 3) return null;
  const flags = es[2]!;
  // Stream dependence, address and clock reference, each behind a flag (ISO/IEC 14496-1 §7.2.6.5).
  let at = 3 + (flags & 0x80 ? 2 : 0);
  if (flags & 0x40) at += 1 + (es[at] ?? 0);
  if (flags & 0x20) at += 2;
  const config = descriptorAt(es, at, CONFIG_TAG);
  if (!config || config.length < 13) return null;
  const objectType = config[0]!;
  const specific = AAC_TYPES.has(objectType) ? descriptorAt(config, 13, SPECIFIC_TAG) : null;
  return { objectType, aac: specific && readSpecific(specific) };
}

/** A descriptor with its length in groups of seven bits. */
function descriptorAt(bytes: Buffer, from: number, tag: number): Buffer | null {
  if (bytes[from] !== tag) return null;
  let size = 0;
  let at = from + 1;
  for (let more = true; more && at < bytes.length; at++) {
    size = (size << 7) | (bytes[at]! & 0x7f);
    more = (bytes[at]! & 0x80) !== 0;
  }
  return bytes.subarray(at, at + size);
}

/** AudioSpecificConfig; null for object types that ADTS cannot name. */
function readSpecific(bytes: Buffer): AacConfig | null {
  let at = 0;
  const take = (count: number): number => {
    let value = 0;
    for (let bit = 0; bit < count; bit++, at++)
      value = (value << 1) | (((bytes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1);
    return value;
  };
  const takeType = () => {
    const type = take(5);
    return type === ESCAPED_TYPE ? 32 + take(6) : type;
  };
  const takeRate = () => {
    const index = take(4);
    if (index !== ESCAPED_RATE) return index;
    const told = take(24);
    return RATES.reduce(
      (best, rate, i) => (Math.abs(rate - told) < Math.abs(RATES[best]! - told) ? i : best),
      0,
    );
  };
  let type = takeType();
  const rateIndex = takeRate();
  const channels = take(4);
  if (HE_AAC_TYPES.has(type)) {
    // HE-AAC is told as its base layer: decoders find the rest in the frames.
    takeRate();
    type = takeType();
  }
  const sampleRate = RATES[rateIndex];
  if (type < 1 || type > 4 || sampleRate === undefined || channels > 7) return null;
  return { profile: type - 1, rateIndex, sampleRate, channels };
}
