import { setTimeout as delay } from 'node:timers/promises';
import { wallMs } from './faults.ts';
import { MarkFinder } from './marks.ts';

const POLL_MS = 400;
/** Players keep so many segments before the newest one (RFC 8216 §6.3.3). */
const HELD_SEGMENTS = 3;

/** Somebody who watches HLS like a player: the list again and again, each new segment once. */
export class HlsViewer {
  readonly #finder = new MarkFinder();
  readonly #abort = new AbortController();
  readonly #done: Promise<void>;
  readonly #segmentS: number;
  readonly segments: { atMs: number; durationS: number; bytes: Buffer; discontinuity: boolean }[] = [];
  readonly lists: string[] = [];
  error: Error | null = null;

  /** `segmentS` is the length that the server was asked for. */
  constructor(masterUrl: string, segmentS: number) {
    this.#segmentS = segmentS;
    this.#done = this.#watch(masterUrl).catch((error: Error) => {
      if (!this.#abort.signal.aborted) this.error = error;
    });
  }

  get seen(): readonly { clip: string; atMs: number }[] {
    return this.#finder.seen;
  }

  /** All segments in a row. */
  bytes(): Buffer {
    return Buffer.concat(this.segments.map((segment) => segment.bytes));
  }

  /** True once a player would hold three whole segments and play. */
  get plays(): boolean {
    return this.#beginning() !== -1;
  }

  /** How long such a player would have stood still since, in seconds. */
  stalledS(): number {
    const first = this.#beginning();
    if (first === -1) return 0;
    let heldS = this.#heldS(first);
    let stalledS = 0;
    for (let index = first + 1; index < this.segments.length; index++) {
      const { atMs, durationS } = this.segments[index]!;
      const playedS = (atMs - this.segments[index - 1]!.atMs) / 1000;
      stalledS += Math.max(0, playedS - heldS);
      heldS = Math.max(0, heldS - playedS) + durationS;
    }
    return stalledS;
  }

  #heldS(last: number): number {
    return this.segments.slice(0, last + 1).reduce((sum, segment) => sum + segment.durationS, 0);
  }

  /** The segment with which playing begins; the first ones of a cold channel may be short and do not count as whole. */
  #beginning(): number {
    return this.segments.findIndex((_segment, index) => this.#heldS(index) >= HELD_SEGMENTS * this.#segmentS);
  }

  async leave(): Promise<void> {
    this.#abort.abort();
    await this.#done;
  }

  async #watch(masterUrl: string): Promise<void> {
    const master = await this.#text(masterUrl);
    const uri = master.split('\n').find((line) => line !== '' && !line.startsWith('#')) ?? '';
    const media = new URL(uri, masterUrl).href;
    let last: number | null = null;
    for (;;) {
      last = await this.#takeNew(await this.#text(media), media, last);
      await delay(POLL_MS, undefined, { signal: this.#abort.signal });
    }
  }

  /** Fetches what stands in the list behind the last number; answers the newest one. */
  async #takeNew(list: string, base: string, last: number | null): Promise<number> {
    this.lists.push(list);
    let number = Number(/#EXT-X-MEDIA-SEQUENCE:(\d+)/.exec(list)?.[1] ?? 0) - 1;
    let durationS = 0;
    let discontinuity = false;
    for (const line of list.split('\n')) {
      if (line.startsWith('#EXTINF:')) durationS = Number.parseFloat(line.slice(8));
      if (line === '#EXT-X-DISCONTINUITY') discontinuity = true;
      if (line === '' || line.startsWith('#')) continue;
      number++;
      if (last === null || number > last) {
        const answer = await this.#get(new URL(line, base).href);
        const bytes = Buffer.from(await answer.arrayBuffer());
        const atMs = wallMs();
        this.segments.push({ atMs, durationS, bytes, discontinuity });
        this.#finder.push(bytes, atMs);
      }
      discontinuity = false;
    }
    return Math.max(number, last ?? 0);
  }

  async #text(url: string): Promise<string> {
    return await (await this.#get(url)).text();
  }

  async #get(url: string): Promise<Response> {
    const answer = await fetch(url, { signal: this.#abort.signal });
    if (!answer.ok) throw new Error(`${new URL(url).pathname} answered ${answer.status}`);
    return answer;
  }
}
