import { diff33, TICKS_PER_SECOND } from '../../../media/ts/packet.ts';
import { broughtNothing, ended } from '../failures.ts';
import type { ReaderContext } from '../reader.ts';
import type { HlsClient } from './client.ts';
import { isExpired, isFinal, statusOf } from './failures.ts';
import { Interleaver } from './interleaver.ts';
import type { Patience } from './patience.ts';
import { type Resolved, readMedia, resolveLists } from './resolve.ts';
import { Track } from './track.ts';
import type { Part } from './window.ts';

const FAILED_SEGMENTS_ALLOWED = 1;
const FAILED_LISTS_ALLOWED = 2;
const LIST_RETRY_MS = 500;
/** A segment that is not there yet may be there a moment later. */
const MISSING_RETRY_MS = 500;
/** Less than this is not enough for another try. */
const LEAST_RETRY_MS = 500;
/** Sound may end this much before the pictures of a segment: segments of the two are cut at other places. */
const SOUND_SPARE_S = 0.5;
/** For so many segments sound after a discontinuity waits for pictures after one. */
const LONGEST_WAIT = 3;
/** Clocks that are farther apart than this are two different ones. */
const OTHER_CLOCK_S = 60;

/** Plays an HLS source: one request in flight, the sound of each segment before its pictures, then the list again. */
export class HlsPlayer {
  readonly #context: ReaderContext;
  readonly #client: HlsClient;
  readonly #main: Track;
  readonly #sound: Track | null;
  readonly #out: Interleaver;
  #renewed = false;
  #cutNext = false;
  /** How much sound was fetched beyond the pictures, by the lists' own durations. */
  #soundAheadS = 0;
  /** Segments for which sound after a discontinuity was held back. */
  #waits = 0;

  constructor(context: ReaderContext, client: HlsClient, { main, sound }: Resolved) {
    this.#context = context;
    this.#client = client;
    this.#out = new Interleaver(context, sound !== null);
    this.#main = new Track('main', context, client, this.#out);
    this.#sound = sound && new Track('sound', context, client, this.#out);
    this.#take({ main, sound });
  }

  /** Plays until the source ends or fails; always throws. */
  async run(): Promise<never> {
    const { follower } = this.#main;
    for (;;) {
      if (follower.next) await this.#playMain(follower.next);
      else if (follower.ended) {
        await this.#out.flush();
        throw ended();
      } else await this.#refresh(this.#main);
    }
  }

  #take({ main, sound }: Resolved): void {
    if ((sound === null) !== (this.#sound === null)) throw broughtNothing('its playlists have changed');
    this.#main.follower.load(main.list, main.url);
    if (sound) this.#sound?.follower.load(sound.list, sound.url, this.#main.follower.next?.segment);
  }

  async #playMain(part: Part): Promise<void> {
    if (part.cut || this.#cutNext) await this.#cut(part);
    if (this.#sound) await this.#coverSound(this.#sound, part.segment.durationS);
    // The lists may have been renewed meanwhile.
    if (this.#main.follower.next !== part) return;
    if (!(await this.#playPart(this.#main, part))) return;
    this.#soundAheadS -= part.segment.durationS;
    await this.#out.settle();
  }

  /** What comes does not follow what was: the output begins anew with a keyframe and goes on without a hole. */
  async #cut({ segment }: Part): Promise<void> {
    await this.#out.flush();
    this.#cutNext = false;
    this.#waits = 0;
    this.#soundAheadS = 0;
    this.#main.endTicks = null;
    if (!this.#sound) return;
    this.#sound.endTicks = null;
    if (segment.discontinuity) this.#sound.follower.dropToDiscontinuity();
    else this.#sound.follower.dropTo(segment);
  }

  /** Fetches sound until it reaches the end of the pictures that come next. */
  async #coverSound(sound: Track, durationS: number): Promise<void> {
    const { follower } = sound;
    while (!this.#isCovered(sound, durationS)) {
      const part = follower.next;
      if (part) {
        // Sound of the next clock waits until the pictures have come to it, if they ever do.
        if (part.segment.discontinuity && sound.endTicks !== null && ++this.#waits <= LONGEST_WAIT) return;
        this.#waits = 0;
        if (await this.#playPart(sound, part)) this.#soundAheadS += part.segment.durationS;
        await this.#out.drain();
      } else if (follower.ended) return;
      else await this.#refresh(sound);
    }
  }

  #isCovered(sound: Track, durationS: number): boolean {
    const [mainTicks, soundTicks] = [this.#main.endTicks, sound.endTicks];
    if (mainTicks !== null && soundTicks !== null) {
      const aheadS = diff33(soundTicks, mainTicks) / TICKS_PER_SECOND;
      if (Math.abs(aheadS) < OTHER_CLOCK_S) return aheadS >= durationS - SOUND_SPARE_S;
    }
    return this.#soundAheadS >= durationS - SOUND_SPARE_S;
  }

  /** Plays a segment, trying once again if need be; false when it was left out, or its list was renewed. */
  async #playPart(track: Track, part: Part): Promise<boolean> {
    if (part.segment.gap) {
      this.#leaveOut(track);
      return false;
    }
    const patience = track.patience();
    for (let attempt = 1; ; attempt++) {
      try {
        await track.play(part, patience);
        break;
      } catch (error) {
        this.#context.signal.throwIfAborted();
        if (isFinal(error)) throw error;
        if (isExpired(error) && (await this.#renew())) return false;
        const again = attempt === 1 && patience.leftMs > LEAST_RETRY_MS;
        if (!again) return this.#giveUp(track, error, patience);
        if (statusOf(error) !== null) await this.#client.pause(MISSING_RETRY_MS);
      }
    }
    track.failedInRow = 0;
    this.#renewed = false;
    track.follower.done();
    return true;
  }

  #giveUp(track: Track, error: unknown, patience: Patience): false {
    track.giveUp();
    if (++track.failedInRow > FAILED_SEGMENTS_ALLOWED || patience.spent) throw error;
    this.#leaveOut(track);
    return false;
  }

  #leaveOut(track: Track): void {
    track.follower.done();
    if (track === this.#main) this.#cutNext = true;
  }

  /** Asks for a list again when it is due. Throws when it does not move on, or cannot be had. */
  async #refresh(track: Track): Promise<void> {
    const { follower } = track;
    await this.#client.pause(Math.min(follower.dueInMs, Math.max(0, follower.frozenInMs)));
    if (follower.frozenInMs <= 0) throw frozen(track);
    try {
      const { list, url } = readMedia(await this.#client.text(follower.url, follower.frozenInMs));
      follower.load(list, url);
      track.failedLoads = 0;
    } catch (error) {
      this.#context.signal.throwIfAborted();
      if (follower.frozenInMs <= 0) throw frozen(track);
      const refused = statusOf(error) !== null && statusOf(error)! < 500;
      if (refused && (await this.#renew())) return;
      if (refused || isFinal(error) || ++track.failedLoads > FAILED_LISTS_ALLOWED) throw error;
      follower.retryIn(LIST_RETRY_MS);
    }
  }

  /** Goes down from the entry address again, once until a segment has been played; its tokens are new then (SRC-10). */
  async #renew(): Promise<boolean> {
    if (this.#renewed) return false;
    this.#renewed = true;
    const { source, ports } = this.#context;
    const load = (url: string) =>
      this.#client.text(url, Math.max(LEAST_RETRY_MS, this.#main.follower.frozenInMs));
    this.#take(await resolveLists(await load(source.url), load, ports.maxHeight()));
    return true;
  }
}

const frozen = ({ role }: Track) =>
  broughtNothing(
    role === 'main' ? 'its playlist does not move on' : 'the playlist of its sound does not move on',
  );
