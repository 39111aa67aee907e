import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../core/errors.ts';
import { type EncodePlan, expectedPictures, heldPictures } from '../../media/args.ts';
import { cutShort, explainEnd, lacksToneMapping, ranOutOfMemory } from '../../media/explain.ts';
import type { ChildResult } from '../../media/ffmpeg/types.ts';
import { fpsOf } from '../../media/frame-rate.ts';
import type { Rendition } from '../../media/ladder.ts';
import { videoRangeArgs, videoRangeFolders } from '../../media/segment-args.ts';
import { claim } from '../claim.ts';
import { wallLimitMs } from '../run.ts';
import { picturesOf, segmentFault } from './check.ts';
import { frameAt, segmentCount } from './plan.ts';
import { type GridPorts, passedSeconds, runChild } from './ports.ts';

const FILE_LIMIT_BYTES = 512 * 1024 * 1024;
/** A child is given so long for the next picture. */
const NO_PICTURE_MS = 60_000;
const MEMORY_BYTES = 4 * 1024 ** 3;
/** A video may end so much before the time its header promises without a second look. */
const DOUBTFUL_SECONDS = 2;
/** A video that goes on so far behind its end has broken times, which would fill the disk with its last picture. */
const MOST_SHARE = 1.1;
const MOST_SECONDS_MORE = 60;

/** Segments [from, to) of some rungs; in haste when somebody waits for them. */
export type Range = { rungs: readonly Rendition[]; from: number; to: number; haste?: boolean };

/** A run that brought nothing, with nothing before it: the video ends before it, wherever that is. */
const BEHIND = 'behind the end';

/** How far one rung has come in a run. */
type Made = { next: number; frames: number };

/**
 * Makes the pictures of a range with one process; each segment is checked and placed as soon as it is whole. When the
 * video ends inside the range, its length is written down. A failure leaves what was made before.
 */
export async function makePictures(ports: GridPorts, range: Range): Promise<void> {
  const from = Math.min(range.from, lastDecodable(ports));
  const to = Math.min(range.to, mostSegments(ports));
  if (from >= to) throw new AppError('NOT_FOUND');
  const ended = await runOnce(ports, { ...range, from, to });
  if (ended === BEHIND) return await makeBefore(ports, range, from);
  if (ended === null && to < range.to)
    throw new AppError('MEDIA_UNREADABLE', {
      details: { log: [`The times of the pictures go on behind the end, beyond segment ${to}.`] },
    });
  if (ended === null) return;
  // A file whose index leads nowhere looks as if it ended where the run began: then it is read from the beginning.
  const isDoubtful = from > 0 && (promisedSeconds(ports) ?? 0) - ended.seconds > DOUBTFUL_SECONDS;
  const end = isDoubtful ? await runOnce(ports, { ...range, from: 0, to }) : ended;
  if (end === null || end === BEHIND) return;
  const failure = cutShort(end.seconds, promisedSeconds(ports) ?? end.seconds, end.result);
  if (failure) throw failure;
  await ports.store.setFrames(end.frames);
}

/** The run that sees where the video ends, and why; a viewer is only told that there is nothing. */
async function makeBefore(ports: GridPorts, range: Range, behind: number): Promise<void> {
  const { store } = ports;
  if (range.haste) throw new AppError('NOT_FOUND');
  await store.refresh();
  let from = 0;
  while (from < behind && range.rungs.every(({ id }) => store.has(id, from))) from++;
  return await makePictures(ports, { ...range, from });
}

type End = { frames: number; seconds: number; result: ChildResult };

const promisedSeconds = ({ facts }: GridPorts): number | null =>
  facts.video?.durationSeconds ?? facts.durationSeconds;

/** How many segments the video may have by all that is known of it. */
function mostSegments({ facts, plan }: GridPorts): number {
  const expected = expectedPictures({ facts, rate: plan.rate });
  if (expected === null) return Number.POSITIVE_INFINITY;
  return segmentCount(plan, Math.ceil(expected * MOST_SHARE + MOST_SECONDS_MORE * fpsOf(plan.rate)));
}

/** Null when all segments of the range came, else where the video ended. */
async function runOnce(ports: GridPorts, range: Range): Promise<End | typeof BEHIND | null> {
  const run = new PictureRun(ports, range);
  let result = await run.start(true);
  if (result.code !== 0 && lacksToneMapping(result)) result = await run.start(false);
  if (result.code !== 0 || ranOutOfMemory(result)) throw explainEnd(result);
  const frames = await run.end(result);
  if (frames === null || frames === BEHIND) return frames;
  return { frames, seconds: frames / fpsOf(ports.plan.rate), result };
}

/**
 * A picture that is held because the sound goes on comes from the last real one, so a run behind that one begins a little
 * before it.
 */
function lastDecodable({ plan, facts }: GridPorts): number {
  const { video } = facts;
  if (video?.durationSeconds == null || heldPictures({ facts, rate: plan.rate }) === 0)
    return Number.POSITIVE_INFINITY;
  return Math.max(0, Math.floor((video.durationSeconds - 1) / plan.segmentSeconds));
}

class PictureRun {
  readonly #ports: GridPorts;
  readonly #range: Range;
  readonly #made: Map<string, Made>;

  constructor(ports: GridPorts, range: Range) {
    this.#ports = ports;
    this.#range = range;
    this.#made = new Map(range.rungs.map((rung) => [rung.id, { next: range.from, frames: 0 }]));
  }

  async start(toneMapping: boolean): Promise<ChildResult> {
    const { facts, plan, threads, openRoom } = this.#ports;
    const { rungs, from, to, haste = false } = this.#range;
    const behind = passedSeconds(this.#ports, from);
    const encode: EncodePlan = { ...plan, facts, rungs, threads, toneMapping, haste };
    const room = await openRoom(videoRangeFolders(encode));
    try {
      const result = await runChild(
        this.#ports,
        {
          label: 'segments',
          program: 'ffmpeg',
          args: videoRangeArgs(encode, { from, to }),
          cwd: room.dir,
          stdout: 'progress',
          timeoutMs: wallLimitMs(behind + (to - from) * plan.segmentSeconds),
          noProgressMs: NO_PICTURE_MS + behind * 1000,
          memoryLimitBytes: MEMORY_BYTES,
          fileLimitBytes: FILE_LIMIT_BYTES,
          ...(haste ? { niceness: 0 } : {}),
        },
        (child) => this.#follow(child, join(room.dir, 'out')),
      );
      if (result.code === 0) await this.#collect(join(room.dir, 'out'), true);
      return result;
    } finally {
      await room.close();
    }
  }

  /** Looks for whole segments at each sign of progress, one look at a time. */
  async #follow(child: Parameters<Parameters<typeof runChild>[2]>[0], out: string): Promise<void> {
    const { plan, onProgress } = this.#ports;
    const start = frameAt(plan, this.#range.from);
    let looking: Promise<void> | null = null;
    let failure: unknown = null;
    child.onProgress(({ frame, speed }) => {
      if (frame !== null) onProgress?.('pictures', (start + frame) / fpsOf(plan.rate), speed);
      looking ??= this.#collect(out, false)
        .catch((error: unknown) => {
          failure ??= error;
          void child.stop();
        })
        .finally(() => {
          looking = null;
        });
    });
    await child.done;
    await looking;
    if (failure !== null) throw failure;
  }

  /** A segment is whole when the next one has begun, or when the process has ended well. */
  async #collect(out: string, ended: boolean): Promise<void> {
    for (const [rung, made] of this.#made) {
      const names = new Set(await readdir(join(out, rung)));
      while (names.has(`${made.next}.ts`) && (ended || names.has(`${made.next + 1}.ts`))) {
        await this.#take(join(out, rung, `${made.next}.ts`), rung, made.next);
        names.delete(`${made.next}.ts`);
        made.next++;
      }
    }
  }

  async #take(path: string, rung: string, k: number): Promise<void> {
    const { plan, store, onSegment } = this.#ports;
    await claim(path);
    const pictures = picturesOf(await readFile(path));
    // A file without pictures is what a run leaves that began behind the end.
    if (pictures.length === 0) return;
    const fault = segmentFault(plan, k, pictures);
    if (fault)
      throw new AppError('TRANSCODE_FAILED', { details: { log: [`Segment ${k} of ${rung} ${fault}.`] } });
    this.#made.get(rung)!.frames += pictures.length;
    onSegment(rung, k, await store.place(rung, k, path));
  }

  /** All rungs hold the same pictures; fewer than asked for means that the video ends here. Null when all came. */
  async end(result: ChildResult): Promise<number | typeof BEHIND | null> {
    const { plan } = this.#ports;
    const { from, to } = this.#range;
    const counts = new Set([...this.#made.values()].map((made) => made.frames));
    const details = { log: result.lastLines };
    if (counts.size !== 1) throw new AppError('TRANSCODE_FAILED', { details });
    const [frames = 0] = counts;
    if (frames === frameAt(plan, to) - frameAt(plan, from)) return null;
    if (frames === 0 && from === 0) throw new AppError('MEDIA_UNREADABLE', { details });
    return frames > 0 ? frameAt(plan, from) + frames : await this.#endBefore(from);
  }

  /** Nothing came from `k` on: the video ends with the segment before. */
  async #endBefore(k: number): Promise<number | typeof BEHIND> {
    const { plan, store } = this.#ports;
    const rung = this.#range.rungs[0]!.id;
    // Another process may have made it since.
    if (!(await store.find(rung, k - 1))) return BEHIND;
    return frameAt(plan, k - 1) + picturesOf(await store.read(rung, k - 1)).length;
  }
}
