import { explainEnd } from '../../media/explain.ts';
import { SOUND_RATE, soundRangeArgs } from '../../media/segment-args.ts';
import { SAMPLES_PER_FRAME } from '../../media/ts/adts.ts';
import { TsDemuxer } from '../../media/ts/demuxer.ts';
import { diff33 } from '../../media/ts/packet.ts';
import { silentFrameLike } from '../../media/ts/silence.ts';
import type { Unit } from '../../media/ts/streams.ts';
import { wallLimitMs } from '../run.ts';
import { SOUND_FRAME_TICKS, soundFrameAt, soundTicksOf } from './plan.ts';
import { type GridPorts, passedSeconds, runChild } from './ports.ts';
import { soundRow } from './store.ts';

/** Frames encoded before the first wanted one, so that it sounds as if the encoder had begun with the video. */
const PRE_ROLL_FRAMES = 4;
/** Decoding to a place in a file without an index gives no sound for a while. */
const NO_SOUND_MS = 60_000;
/** ADTS header of AAC-LC, 48 kHz, stereo. */
const SILENT_FRAME = silentFrameLike(Buffer.from('fff14c80011ffc00', 'hex'))!;

/** Segments [from, to) of one track; in haste when somebody waits for them. */
export type SoundRange = { track: number; from: number; to: number; haste?: boolean };

/**
 * Makes the sound of segments [from, to) of one track with one process, cut by the numbers of the AAC frames: frame n
 * holds the samples from 1024 n on, whichever run made it. What the source lacks is silence.
 */
export async function makeSound(ports: GridPorts, range: SoundRange): Promise<void> {
  const { facts, plan, openRoom } = ports;
  const first = soundFrameAt(plan, range.from);
  const end = soundFrameAt(plan, range.to);
  const begun = Math.max(0, first - PRE_ROLL_FRAMES);
  const cutter = new SoundCutter(ports, range);
  const behind = passedSeconds(ports, range.from);
  const room = await openRoom([]);
  try {
    const result = await runChild(
      ports,
      {
        label: 'sound',
        program: 'ffmpeg',
        args: soundRangeArgs({
          source: facts,
          streamIndex: plan.tracks[range.track]!.index,
          bitsPerSecond: plan.audioBitsPerSecond,
          fromSample: begun * SAMPLES_PER_FRAME,
          // One more frame is encoded, whose sound the last wanted one overlaps.
          toSample: (end + 1) * SAMPLES_PER_FRAME,
        }),
        cwd: room.dir,
        stdout: 'bytes',
        timeoutMs: wallLimitMs(behind + (range.to - range.from) * plan.segmentSeconds),
        noProgressMs: NO_SOUND_MS + behind * 1000,
        ...(range.haste ? { niceness: 0 } : {}),
      },
      async (child) => {
        const units: Unit[] = [];
        const demuxer = new TsDemuxer({ onUnit: (unit) => units.push(unit) });
        const take = async () => {
          for (const unit of units.splice(0)) {
            const ahead = diff33(unit.pts, soundTicksOf(0)) / SOUND_FRAME_TICKS;
            await cutter.push(begun + Math.round(ahead), unit.data);
          }
        };
        for await (const chunk of child.stdout!) {
          demuxer.push(chunk as Buffer);
          await take();
        }
        demuxer.flush();
        await take();
      },
    );
    if (result.code !== 0 && !isEmptyTrack(result.lastLines)) throw explainEnd(result);
    await cutter.finish();
  } finally {
    await room.close();
  }
}

/** A track that ended before the range is no failure. */
const isEmptyTrack = (lines: readonly string[]): boolean =>
  /Output file is empty|Output file #0 does not contain any stream|received no packets/.test(
    lines.join('\n'),
  );

/** Collects frames by number and writes each segment when its last frame is there. */
class SoundCutter {
  readonly #ports: GridPorts;
  readonly #track: number;
  readonly #to: number;
  #k: number;
  #next: number;
  #frames: Buffer[] = [];

  constructor(ports: GridPorts, { track, from, to }: SoundRange) {
    this.#ports = ports;
    this.#track = track;
    this.#to = to;
    this.#k = from;
    this.#next = soundFrameAt(ports.plan, from);
  }

  async push(number: number, frame: Buffer): Promise<void> {
    if (number < this.#next || this.#k >= this.#to) return;
    while (this.#next < number && this.#k < this.#to) await this.#add(SILENT_FRAME);
    if (this.#k < this.#to) await this.#add(frame);
  }

  async finish(): Promise<void> {
    while (this.#k < this.#to) await this.#add(SILENT_FRAME);
  }

  async #add(frame: Buffer): Promise<void> {
    const { plan, store, signal, onSegment, onProgress } = this.#ports;
    this.#frames.push(frame);
    this.#next++;
    if (this.#next < soundFrameAt(plan, this.#k + 1)) return;
    signal.throwIfAborted();
    const row = soundRow(this.#track);
    const mine = await store.write(row, this.#k, Buffer.concat(this.#frames));
    onSegment(row, this.#k, mine);
    onProgress?.('sound', (this.#next * SAMPLES_PER_FRAME) / SOUND_RATE, null);
    this.#frames = [];
    this.#k++;
  }
}
