import { AppError } from '../../core/errors.ts';
import { START_SECONDS } from '../../media/args.ts';
import { copyArgs } from '../../media/copy-args.ts';
import { explainEnd, ranOutOfMemory } from '../../media/explain.ts';
import type { SupervisedChild } from '../../media/ffmpeg/supervisor.ts';
import { TsDemuxer } from '../../media/ts/demuxer.ts';
import type { Layout } from '../../media/ts/identity.ts';
import { muxSegment } from '../../media/ts/muxer.ts';
import { diff33, TICKS_PER_SECOND, wrap33 } from '../../media/ts/packet.ts';
import type { AudioUnit, Unit, VideoUnit } from '../../media/ts/streams.ts';
import type { GridPorts } from '../grid/ports.ts';
import type { OriginalTable } from './table.ts';

export type OriginalPorts = Pick<GridPorts, 'supervisor' | 'openRoom' | 'facts' | 'signal'>;

const H264: Layout['video'] = { streamType: 0x1b, descriptors: Buffer.alloc(0) };
const AAC: Layout['audio'] = { streamType: 0x0f, descriptors: Buffer.alloc(0) };
/** How far before a cut reading begins; some containers are searched without an index. */
const LEADS_SECONDS = [1, 30];
const LIMIT_MS = 60_000;
/** More than any ten seconds that a browser plays. */
const LIMIT_BYTES = 512 * 1024 * 1024;
/** Times are rounded by the container and by the muxer. */
const ROUNDING_TICKS = 90;
/** Sound that has not come so long after its pictures is over; ffmpeg sorts what is less than 10 s apart. */
const SOUND_LATE_TICKS = 20 * TICKS_PER_SECOND;
const RETRY_SECONDS = 1;

/**
 * Makes segment k by copying: the pictures from its keyframe to the next one's, and the sound of that time. What is not
 * whole is an error, because whoever gets a segment may keep it for ever.
 */
export async function originalSegment(
  ports: OriginalPorts,
  table: Pick<OriginalTable, 'cutsSeconds'>,
  k: number,
): Promise<Buffer> {
  if (table.cutsSeconds[k] === undefined) throw new AppError('NOT_FOUND');
  for (const leadSeconds of LEADS_SECONDS) {
    const collector = new Collector(table.cutsSeconds, k, ports.facts.audio !== null);
    const isRead = await read(ports, Math.max(0, table.cutsSeconds[k] - leadSeconds), collector);
    if (isRead && collector.whole) return collector.mux();
  }
  throw new AppError('TRANSCODE_FAILED');
}

/** False when it was given up before the segment or the end of the file was there. */
async function read(ports: OriginalPorts, fromSeconds: number, collector: Collector): Promise<boolean> {
  const { supervisor, openRoom, facts, signal } = ports;
  signal.throwIfAborted();
  const room = await openRoom([]);
  const child = supervisor.start({
    label: 'original',
    program: 'ffmpeg',
    args: copyArgs({ facts, fromSeconds }),
    cwd: room.dir,
    stdout: 'bytes',
    niceness: 0,
    timeoutMs: LIMIT_MS,
  });
  const stop = () => void child.stop(0);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await collect(child, collector, signal);
  } finally {
    await child.stop(0);
    signal.removeEventListener('abort', stop);
    await room.close();
  }
}

/** Reads until the segment is there or the file is at its end, which only a child that ended by itself has seen. */
async function collect(child: SupervisedChild, collector: Collector, signal: AbortSignal): Promise<boolean> {
  const demuxer = new TsDemuxer({ onUnit: (unit) => collector.take(unit) });
  let readBytes = 0;
  for await (const chunk of child.stdout!) {
    readBytes += (chunk as Buffer).length;
    demuxer.push(chunk as Buffer);
    if (collector.done) return true;
    if (readBytes > LIMIT_BYTES) return false;
  }
  signal.throwIfAborted();
  const result = await child.done;
  // What ended it from outside may have passed when somebody comes again.
  if (result.code === null || ranOutOfMemory(result))
    throw new AppError('SEGMENT_NOT_READY', { retryAfterSeconds: RETRY_SECONDS, cause: explainEnd(result) });
  if (result.code !== 0) throw explainEnd(result);
  demuxer.flush();
  return true;
}

/** Picks the units of one segment out of a stream that begins before it. */
class Collector {
  readonly video: VideoUnit[] = [];
  readonly #audio: AudioUnit[] = [];
  readonly #hasSound: boolean;
  /** Ticks; null where there is no bound on that side. */
  readonly #from: number;
  readonly #soundFrom: number | null;
  readonly #to: number | null;
  #pictures: 'before' | 'in' | 'behind' = 'before';
  #soundBehind = false;

  constructor(cutsSeconds: readonly number[], k: number, hasSound: boolean) {
    const ticks = (seconds: number): number =>
      wrap33(Math.round((START_SECONDS + seconds) * TICKS_PER_SECOND));
    const next = cutsSeconds[k + 1];
    this.#hasSound = hasSound;
    this.#from = ticks(cutsSeconds[k]!);
    this.#soundFrom = k === 0 ? null : this.#from;
    this.#to = next === undefined ? null : ticks(next);
  }

  get done(): boolean {
    return this.#pictures === 'behind' && (this.#soundBehind || !this.#hasSound);
  }

  /** All its pictures are there: up to the next cut, or up to the end of the file, wherever that is. */
  get whole(): boolean {
    return this.video.length > 0 && (this.#to === null || this.#pictures === 'behind');
  }

  take(unit: Unit): void {
    if (unit.kind === 'video') this.#takePicture(unit);
    else this.#takeSound(unit);
  }

  mux(): Buffer {
    const layout: Layout = { video: H264, audio: this.#hasSound ? AAC : null };
    return muxSegment({ layout, video: this.video, audio: this.#audio });
  }

  #takePicture(unit: VideoUnit): void {
    const isAt = (ticks: number): boolean => Math.abs(diff33(unit.pts, ticks)) <= ROUNDING_TICKS;
    if (unit.key && this.#to !== null && isAt(this.#to)) this.#pictures = 'behind';
    else if (unit.key && this.#pictures === 'before' && isAt(this.#from)) this.#pictures = 'in';
    if (this.#pictures === 'in') this.video.push(unit);
    // Of sound that has ended nothing comes any more; the rest of the file is not read for it.
    if (this.#pictures === 'behind' && diff33(unit.pts, this.#to!) > SOUND_LATE_TICKS)
      this.#soundBehind = true;
  }

  #takeSound(unit: AudioUnit): void {
    if (this.#soundFrom !== null && diff33(unit.pts, this.#soundFrom) < 0) return;
    if (this.#to !== null && diff33(unit.pts, this.#to) >= 0) this.#soundBehind = true;
    else this.#audio.push(unit);
  }
}
