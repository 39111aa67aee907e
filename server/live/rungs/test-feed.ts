import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createSupervisor, type Supervisor } from '../../media/ffmpeg/supervisor.ts';
import { TICKS_PER_SECOND } from '../../media/ts/packet.ts';
import type { VideoUnit } from '../../media/ts/streams.ts';
import { demux } from '../../media/ts/test-clips.ts';
import type { EncoderPlace, Governor, SourceFeed } from './types.ts';

/** The pictures of a clip as a channel gives them: the first ones at once, the rest one by one in their time, over and over. */
export class TestFeed implements SourceFeed {
  readonly codec: SourceFeed['codec'];
  readonly layout: SourceFeed['layout'];
  readonly height = null;
  readonly fps = 25;
  readonly gridTicks: number | null;
  readonly units: VideoUnit[];
  readonly #takers = new Set<(unit: VideoUnit) => void>();
  #timer: NodeJS.Timeout | null = null;

  constructor(clip: Buffer, options: { gridTicks?: number; offsetTicks?: number } = {}) {
    const { program, video } = demux(clip);
    this.codec = program.video!.codec;
    this.layout = program.video!;
    this.gridTicks = options.gridTicks ?? null;
    const offset = options.offsetTicks ?? 0;
    this.units = video.map((unit) => ({ ...unit, pts: unit.pts + offset, dts: unit.dts + offset }));
  }

  get followers(): number {
    return this.#takers.size;
  }

  get newestTicks(): number {
    return this.units.at(-1)!.pts;
  }

  follow(fromTicks: number, take: (unit: VideoUnit) => void): () => void {
    const before = this.units.findLastIndex((unit) => unit.key && unit.pts <= fromTicks);
    for (const unit of this.units.slice(Math.max(0, before))) take(unit);
    this.#takers.add(take);
    return () => this.#takers.delete(take);
  }

  /** Goes on in real time with the clip from its beginning. */
  play(): void {
    const [first, second] = this.units;
    const step = second!.dts - first!.dts;
    const length = this.units.length * step;
    const clip = [...this.units];
    const startedAt = performance.now();
    let given = 0;
    this.#timer = setInterval(() => {
      const due = ((performance.now() - startedAt) / 1000) * (TICKS_PER_SECOND / step);
      for (; given < due; given++) {
        const shift = length * (1 + Math.floor(given / clip.length));
        const unit = clip[given % clip.length]!;
        this.push({ ...unit, pts: unit.pts + shift, dts: unit.dts + shift });
      }
    }, 20);
  }

  push(unit: VideoUnit): void {
    this.units.push(unit);
    for (const take of this.#takers) take(unit);
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
  }
}

export const freePlace = (): EncoderPlace => ({ report: () => 'go-on', release: () => undefined });
export const noLimit: Governor = { take: freePlace };

/** A supervisor with a folder of its own. */
export function testSupervisor(): Supervisor & { end(): Promise<void> } {
  const folder = mkdtempSync(path.join(tmpdir(), 'siaran-rungs-'));
  const supervisor = createSupervisor({
    ffmpegPath: 'ffmpeg',
    ffprobePath: 'ffprobe',
    runDir: path.join(folder, 'run'),
  });
  const end = async () => {
    await supervisor.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return Object.assign(supervisor, { end });
}
