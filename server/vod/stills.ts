import { readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { lacksToneMapping } from '../media/explain.ts';
import type { MediaFacts } from '../media/facts.ts';
import type { ChildResult } from '../media/ffmpeg/types.ts';
import { JUDGED_BYTES, scoreStill } from '../media/still-score.ts';
import {
  frameAtArgs,
  JUDGED_NAME,
  type Look,
  lookArgs,
  lookName,
  looksFor,
  STILL_NAME,
  stillsIn,
} from '../media/stills.ts';
import { openWorkroom } from '../media/workroom.ts';
import { claim } from './claim.ts';
import type { VodPorts } from './ports.ts';
import { runChild } from './run.ts';
import { rawKey } from './stage.ts';

const LOOK_LIMIT_MS = 20_000;
const ALL_LIMIT_MS = 30_000;
/** A still that is as good as this is looked no further for. */
const GREAT = 0.75;
/** With a still as good as this it is not worth while to decode whole stretches. */
const GOOD = 0.4;

type Ports = Pick<VodPorts, 'store' | 'supervisor' | 'decoder' | 'clock'>;
type Source = { ports: Ports; videoId: string; facts: MediaFacts; roomDir: string; signal: AbortSignal };

/** Finds a good still of a video and puts it at `key`; false when no picture could be decoded at all. */
export const bestStill = (source: Source, key: string): Promise<boolean> =>
  inRoom(source, key, async (room) => {
    const search = new StillSearch(source, room);
    const { cheap, thorough } = looksFor(source.facts);
    const score = await search.among(cheap, GREAT);
    if (score < GOOD) await search.among(thorough, GREAT);
    return search.found;
  });

/** Puts the picture that is shown at a time at `key`; false when there is none. */
export const stillAt = (source: Source, key: string, atSeconds: number): Promise<boolean> =>
  inRoom(source, key, async (room) => {
    await runLook(source, room, (toneMapping) => frameAtArgs(source.facts, atSeconds, { toneMapping }));
    return (await sizeOf(join(room, STILL_NAME))) > 0;
  });

async function inRoom(
  source: Source,
  key: string,
  make: (room: string) => Promise<boolean>,
): Promise<boolean> {
  const { ports, videoId, roomDir: dir } = source;
  const sourcePath = ports.store.path(rawKey(videoId));
  const room = await openWorkroom({ dir, sourcePath, decoder: ports.decoder });
  try {
    if (!(await make(room.dir))) return false;
    const file = join(room.dir, STILL_NAME);
    await claim(file);
    await ports.store.put(key, file);
    return true;
  } finally {
    await room.close();
  }
}

/** Keeps the best still of all looks as `still.jpg`. */
class StillSearch {
  readonly #source: Source;
  readonly #room: string;
  readonly #endsAt: number;
  #best = Number.NEGATIVE_INFINITY;

  constructor(source: Source, room: string) {
    this.#source = source;
    this.#room = room;
    this.#endsAt = source.ports.clock.monotonicMs() + ALL_LIMIT_MS;
  }

  get found(): boolean {
    return this.#best >= 0;
  }

  /** Looks until a still is as good as `enough`, and answers how good the best one is. */
  async among(looks: readonly Look[], enough: number): Promise<number> {
    for (const look of looks) {
      if (this.#best >= enough || this.#source.ports.clock.monotonicMs() > this.#endsAt) break;
      await this.#look(look);
    }
    return this.#best;
  }

  async #look(look: Look): Promise<void> {
    await runLook(this.#source, this.#room, (toneMapping) =>
      lookArgs(this.#source.facts, look, { toneMapping }),
    );
    const judged = join(this.#room, JUDGED_NAME);
    if ((await sizeOf(judged)) === 0) return;
    await claim(judged);
    const grey = await readFile(judged);
    // The next look runs under another uid and could not write over what is ours.
    await rm(judged);
    for (let i = 0; i < stillsIn(grey.length); i++) {
      const still = join(this.#room, lookName(i + 1));
      const score = scoreStill(grey.subarray(i * JUDGED_BYTES, (i + 1) * JUDGED_BYTES));
      if (score <= this.#best || (await sizeOf(still)) === 0) continue;
      await rename(still, join(this.#room, STILL_NAME));
      this.#best = score;
    }
  }
}

/** Runs a look; once more without tone mapping where this ffmpeg has none. What it left is its answer. */
async function runLook(
  { ports, signal }: Source,
  cwd: string,
  argsOf: (toneMapping: boolean) => string[],
): Promise<void> {
  const run = (toneMapping: boolean): Promise<ChildResult> =>
    runChild(
      ports,
      {
        ...{ label: 'thumbnail', program: 'ffmpeg', args: argsOf(toneMapping), cwd },
        ...{ stdout: 'ignore', timeoutMs: LOOK_LIMIT_MS },
      },
      { signal, durationSeconds: null },
    );
  const result = await run(true);
  if (result.code !== 0 && lacksToneMapping(result)) await run(false);
}

const sizeOf = (file: string): Promise<number> =>
  stat(file).then(
    (info) => info.size,
    () => 0,
  );
