import { link, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newId } from '../../core/ids.ts';
import { flushFolder, isMissing } from '../../store/index.ts';
import type { GridPlan } from './plan.ts';

const PLAN = 'plan.json';
const END = 'end.json';
const FRESH = 'fresh';
const STALE_MS = 10 * 60_000;
const SEGMENT = /^(\d+)\.(?:v\.ts|aac)$/;

/** A row of segments: a rung's pictures or a track's sound. */
export type Row = string;
export const soundRow = (track: number): Row => `audio-${track}`;
export const isSoundRow = (row: Row): boolean => row.startsWith('audio-');
const fileName = (row: Row, k: number): string => (isSoundRow(row) ? `${k}.aac` : `${k}.v.ts`);

/**
 * The segments of one generation in a folder: `{rung}/{k}.v.ts` (pictures only) and `audio-{track}/{k}.aac` beside the
 * plan they were made under. What is there is found by listing; a segment gets its name when it is whole, and only once.
 */
export class GridStore {
  readonly #dir: string;
  readonly #have: Map<Row, Set<number>>;
  #frames: number | null = null;

  private constructor(dir: string, have: Map<Row, Set<number>>) {
    this.#dir = dir;
    this.#have = have;
  }

  /** Opens a folder, which is emptied first when its segments were made under another plan. */
  static async open(dir: string, plan: GridPlan): Promise<GridStore> {
    const text = `${JSON.stringify(plan)}\n`;
    const known = await textOf(join(dir, PLAN));
    // Where there is none yet another process may be beginning too, so nothing is removed.
    if (known !== '' && known !== text) await rm(dir, { recursive: true, force: true });
    if (known !== text) {
      await mkdir(dir, { recursive: true, mode: 0o711 });
      await writeWhole(dir, PLAN, Buffer.from(text));
      await flushFolder(dir);
    }
    await removeStale(join(dir, FRESH));
    const rows = [...plan.rungs.map((rung) => rung.id), ...plan.tracks.map((_, i) => soundRow(i))];
    for (const row of rows) await mkdir(join(dir, row), { recursive: true, mode: 0o711 });
    const store = new GridStore(dir, new Map(rows.map((row) => [row, new Set()])));
    await store.refresh();
    return store;
  }

  /** Looks again what is there, in all rows or in some: other processes write here too. */
  async refresh(rows: readonly Row[] = [...this.#have.keys()]): Promise<void> {
    for (const row of rows)
      await list(join(this.#dir, row), this.#have.get(row) ?? new Set(), (k) => this.path(row, k));
    const end: unknown = JSON.parse((await textOf(join(this.#dir, END))) || 'null');
    if (typeof end === 'number') this.#frames = end;
  }

  /** How many pictures the video has; null until a run has seen its end. */
  get frames(): number | null {
    return this.#frames;
  }

  async setFrames(frames: number): Promise<void> {
    if (this.#frames !== null) return;
    await writeWhole(this.#dir, END, Buffer.from(`${frames}\n`));
    this.#frames = frames;
  }

  has(row: Row, k: number): boolean {
    return this.#have.get(row)?.has(k) === true;
  }

  /** The same, with a look at the disk for what another process may have made. */
  async find(row: Row, k: number): Promise<boolean> {
    const have = this.#have.get(row);
    if (have === undefined || have.has(k)) return have !== undefined;
    const info = await stat(this.path(row, k)).catch(() => null);
    if (info === null || info.size === 0) return false;
    have.add(k);
    return true;
  }

  /** All rows with the numbers of their segments. */
  rows(): ReadonlyMap<Row, ReadonlySet<number>> {
    return this.#have;
  }

  path(row: Row, k: number): string {
    return join(this.#dir, row, fileName(row, k));
  }

  read(row: Row, k: number): Promise<Buffer> {
    return readFile(this.path(row, k));
  }

  async write(row: Row, k: number, bytes: Buffer): Promise<boolean> {
    await mkdir(join(this.#dir, FRESH), { recursive: true });
    const path = join(this.#dir, FRESH, newId());
    await writeFile(path, bytes);
    return await this.place(row, k, path);
  }

  /** Gives a whole file its name, atomically; false when somebody else has made this segment meanwhile. */
  async place(row: Row, k: number, fromPath: string): Promise<boolean> {
    await flush(fromPath);
    const target = this.path(row, k);
    const placed = await linkOnce(fromPath, target);
    await rm(fromPath, { force: true });
    this.#have.get(row)?.add(k);
    return placed;
  }
}

/** A second name instead of a move, because a move would replace what is there. */
async function linkOnce(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (!['EPERM', 'ENOTSUP', 'EXDEV', 'EMLINK'].includes(code ?? '')) throw error;
  }
  // A file system without second names.
  const known = await stat(to).catch(() => null);
  if (known === null) await rename(from, to);
  return known === null;
}

async function flush(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

async function writeWhole(dir: string, name: string, bytes: Buffer): Promise<void> {
  await mkdir(join(dir, FRESH), { recursive: true });
  const fresh = join(dir, FRESH, newId());
  await writeFile(fresh, bytes);
  await flush(fresh);
  await rename(fresh, join(dir, name));
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return '';
    throw error;
  }
}

/** What a killed process left; another one may be writing beside us. */
async function removeStale(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const info = await stat(path).catch(() => null);
    if (info !== null && Date.now() - info.mtimeMs > STALE_MS) await rm(path, { force: true });
  }
}

/** Adds the segments of a folder that are not known yet; an empty file is what a power cut leaves of one. */
async function list(folder: string, known: Set<number>, pathOf: (k: number) => string): Promise<void> {
  const listed = new Set<number>();
  for (const name of await readdir(folder)) {
    const number = Number(SEGMENT.exec(name)?.[1] ?? Number.NaN);
    if (Number.isNaN(number)) continue;
    listed.add(number);
    if (known.has(number)) continue;
    const path = join(folder, name);
    if ((await stat(path)).size > 0) known.add(number);
    else await rm(path);
  }
  // One that was made since then is not in the list; one that somebody has removed is not on the disk either.
  for (const k of known) if (!listed.has(k) && !(await exists(pathOf(k)))) known.delete(k);
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    (error: unknown) => !isMissing(error),
  );
