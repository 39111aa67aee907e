/** An AES-128 key of segments; without an IV the sequence number of the segment is it (RFC 8216 §5.2). */
export type SegmentKey = { uri: string; iv: Buffer | null };

const OPEN_FORMAT = 'identity';
const IV_BYTES = 16;

/** Follows the EXT-X-KEY tags of a list: one key for each key format is in force until the next (RFC 8216 §4.3.2.4). */
export class KeyTags {
  readonly #inForce = new Map<string, { method: string; key: SegmentKey | null }>();
  key: SegmentKey | null = null;
  /** What the segments are encrypted with when none of the keys is one that we can use. */
  locked: string | null = null;

  add(attributes: ReadonlyMap<string, string>): void {
    const method = attributes.get('METHOD') ?? 'NONE';
    const format = attributes.get('KEYFORMAT') ?? OPEN_FORMAT;
    const uri = attributes.get('URI');
    if (method === 'NONE') this.#inForce.clear();
    else {
      const usable = method === 'AES-128' && format === OPEN_FORMAT && uri !== undefined;
      this.#inForce.set(format, {
        method,
        key: usable ? { uri, iv: ivOf(attributes.get('IV')) } : null,
      });
    }
    const all = [...this.#inForce.values()];
    this.key = all.find((one) => one.key)?.key ?? null;
    this.locked = this.key ? null : (all[0]?.method ?? null);
  }
}

/** A hexadecimal number of up to 128 bits as 16 bytes. */
function ivOf(text: string | undefined): Buffer | null {
  const digits = /^0x([0-9a-f]{1,32})$/i.exec(text ?? '')?.[1];
  return digits === undefined ? null : Buffer.from(digits.padStart(2 * IV_BYTES, '0'), 'hex');
}
