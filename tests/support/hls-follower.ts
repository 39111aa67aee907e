import HLS, { type types } from 'hls-parser';

/** A segment as one list told of it, with its bytes. */
export type Copy = {
  number: number;
  uri: string;
  durationS: number;
  timeMs: number | null;
  /** Discontinuities up to it, as EXT-X-DISCONTINUITY-SEQUENCE counts them. */
  breaks: number;
  discontinuity: boolean;
  bytes: Buffer;
};

/** Parses a playlist by the letter of RFC 8216. Throws on anything it does not allow. */
export function parseStrictly(text: string): types.MasterPlaylist | types.MediaPlaylist {
  HLS.setOptions({ strictMode: true, silent: true });
  return HLS.parse(text) as types.MasterPlaylist | types.MediaPlaylist;
}

/** Reads an address; throws with what was answered unless that is 200. */
export async function fetched(address: string): Promise<Buffer> {
  const answer = await fetch(address, { headers: { 'User-Agent': 'a player' } });
  const bytes = Buffer.from(await answer.arrayBuffer());
  if (answer.status !== 200)
    throw new Error(`${address} answered ${answer.status}: ${bytes.subarray(0, 300)}`);
  return bytes;
}

/** A player of one list: it keeps every segment, and finds what a list may never do from one look to the next. */
export class HlsFollower {
  readonly address: string;
  readonly copies = new Map<number, Copy>();
  readonly faults: string[] = [];
  /** The list is whole: no more segments will follow. */
  ended = false;
  #targetS: number | null = null;
  #newest: number | null = null;
  #firstNumber = 0;

  constructor(address: string) {
    this.address = address;
  }

  get numbers(): number[] {
    return [...this.copies.keys()];
  }

  get targetS(): number {
    return this.#targetS ?? Number.NaN;
  }

  /** Number of the newest segment; -1 before the first. */
  get newest(): number {
    return this.#newest ?? -1;
  }

  /** Looks at the list once and fetches what is new; true when something was. */
  async look(): Promise<boolean> {
    const list = parseStrictly((await fetched(this.address)).toString()) as types.MediaPlaylist;
    if (list.isMasterPlaylist) throw new Error(`${this.address} is no media playlist`);
    this.#checkList(list);
    this.ended = list.endlist === true;
    const before = this.copies.size;
    let breaks = list.discontinuitySequenceBase ?? 0;
    for (const segment of list.segments) {
      if (segment.discontinuity) breaks++;
      await this.#take(segment, breaks);
    }
    return this.copies.size > before;
  }

  #checkList(list: types.MediaPlaylist): void {
    const targetS = list.targetDuration;
    if (this.#targetS !== null && targetS !== this.#targetS)
      this.faults.push(`TARGETDURATION changed from ${this.#targetS} to ${targetS}`);
    this.#targetS = targetS;
    const first = list.mediaSequenceBase ?? 0;
    if (first < this.#firstNumber) this.faults.push(`MEDIA-SEQUENCE went back to ${first}`);
    this.#firstNumber = first;
    if (this.#newest !== null && first > this.#newest + 1)
      this.faults.push(`the list has a hole between ${this.#newest} and ${first}`);
    for (const { duration, mediaSequenceNumber } of list.segments)
      if (Math.round(duration) > targetS)
        this.faults.push(
          `segment ${mediaSequenceNumber} of ${duration} s is longer than the target of ${targetS}`,
        );
  }

  async #take(segment: types.Segment, breaks: number): Promise<void> {
    const { mediaSequenceNumber: number, duration: durationS, uri } = segment;
    const timeMs = segment.programDateTime?.getTime() ?? null;
    const line = { number, uri, durationS, timeMs, breaks, discontinuity: segment.discontinuity === true };
    const known = this.copies.get(number);
    if (known) {
      const { bytes: _, ...before } = known;
      const [was, is] = [JSON.stringify(before), JSON.stringify(line)];
      if (was !== is) this.faults.push(`segment ${number} was told as ${was}, then as ${is}`);
      return;
    }
    this.#newest = Math.max(this.newest, number);
    const bytes = await fetched(new URL(uri, this.address).href);
    this.copies.set(number, { ...line, bytes });
  }
}
