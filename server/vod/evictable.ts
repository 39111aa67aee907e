import { stat, utimes } from 'node:fs/promises';
import { and, eq, isNotNull, max } from 'drizzle-orm';
import { rendition, video } from '../../drizzle/schema/vod.ts';
import { messageOf } from '../core/errors.ts';
import { isUuid } from '../core/ids.ts';
import { isMissing } from '../store/index.ts';
import type { VodPorts } from './ports.ts';
import { mp4Key } from './remux.ts';

/** A player that pauses comes again: what was used in this time is in use. */
const IN_USE_MS = 5 * 60_000;
const MARK_EVERY_MS = 60_000;
const SWEEP_EVERY_MS = 60_000;

type Ports = Pick<VodPorts, 'db' | 'store' | 'clock' | 'settings' | 'log'>;
type Evictable = { key: string; sizeBytes: number; usedAtMs: number };

/**
 * Files that can be made again from what is there: the MP4s that somebody asked for. Those that were not used for longest
 * go when they are more than DISK_BUDGET together, or when the disk runs short. The MP4 of the best quality, which the
 * last stage makes, stays: it is what `/stream/{video}` hands out at once. With KEEP_MP4 all of them stay.
 */
export type EvictableFiles = {
  /** Marks a file as used now; false when it is not there. The time of its last change says it to all processes. */
  use(key: string): Promise<boolean>;
  /** Marks it as used until the answer is called. */
  reading(key: string): () => void;
  /** Removes what is beyond the budget; what cannot be removed is logged. */
  keepBudget(): Promise<void>;
  /** Removes as many as give back so many bytes; none where all together would not. */
  giveBack(bytes: number): Promise<void>;
};

export function createEvictableFiles(ports: Ports, { markEveryMs = MARK_EVERY_MS } = {}): EvictableFiles {
  const { store, settings } = ports;
  let last: Promise<void> = Promise.resolve();
  /** One after another: two at once would both remove for the same need. Whoever needs room sees whether there is some. */
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    last = last
      .then(work)
      .catch((error: unknown) =>
        ports.log.warn({ error: messageOf(error) }, 'MP4s that can be made again could not be removed'),
      );
    return last;
  };
  const use = (key: string): Promise<boolean> => mark(store.path(key), ports.clock.now());
  return {
    use,
    reading(key) {
      const timer = setInterval(() => void use(key).catch(() => undefined), markEveryMs);
      return () => clearInterval(timer);
    },
    keepBudget: () =>
      inTurn(async () => {
        const budgetBytes = settings.get('diskBudgetBytes');
        if (budgetBytes === 0 || settings.get('keepMp4')) return;
        const files = await evictableFiles(ports);
        await removeOldest(ports, files, bytesOf(files) - budgetBytes);
      }),
    giveBack: (bytes) =>
      inTurn(async () => {
        if (settings.get('keepMp4')) return;
        const files = (await evictableFiles(ports)).filter(({ usedAtMs }) => !isInUse(ports, usedAtMs));
        if (bytesOf(files) >= bytes) await removeOldest(ports, files, bytes);
      }),
  };
}

const bytesOf = (files: readonly Evictable[]): number =>
  files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);

const isInUse = ({ clock }: Ports, usedAtMs: number): boolean => clock.now() - usedAtMs < IN_USE_MS;

async function mark(path: string, nowMs: number): Promise<boolean> {
  try {
    await utimes(path, nowMs / 1000, nowMs / 1000);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** All of them, in use or not, the one that was not used for longest first. */
async function evictableFiles({ db, store }: Ports): Promise<Evictable[]> {
  const best = await db
    .select({ id: video.id, quality: video.mp4Quality, gen: max(rendition.gen) })
    .from(video)
    .innerJoin(rendition, eq(rendition.videoId, video.id))
    .where(and(isNotNull(video.mp4Quality), eq(rendition.kind, 'video'), eq(rendition.made, true)))
    .groupBy(video.id);
  const kept = new Set(best.map(({ id, quality, gen }) => mp4Key(id, gen ?? 0, quality ?? '')));
  const found: Evictable[] = [];
  for (const videoId of (await store.list('processed')).filter(isUuid))
    for (const gen of (await store.list(`processed/${videoId}`)).filter((name) => /^\d+$/.test(name)))
      for (const name of await store.list(`processed/${videoId}/${gen}`)) {
        const key = `processed/${videoId}/${gen}/${name}`;
        if (!name.endsWith('.mp4') || kept.has(key)) continue;
        const info = await infoOf(store.path(key));
        if (info) found.push({ key, sizeBytes: info.size, usedAtMs: info.mtimeMs });
      }
  return found.sort((a, b) => a.usedAtMs - b.usedAtMs);
}

async function infoOf(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

async function removeOldest(ports: Ports, files: readonly Evictable[], bytes: number): Promise<void> {
  let left = bytes;
  for (const { key, sizeBytes } of files) {
    if (left <= 0) return;
    // Somebody may have come for it while the others were removed.
    const usedAtMs = (await infoOf(ports.store.path(key)))?.mtimeMs;
    if (usedAtMs === undefined || isInUse(ports, usedAtMs)) continue;
    await ports.store.remove(key);
    left -= sizeBytes;
    ports.log.info({ key, sizeBytes }, 'an MP4 that can be made again was removed');
  }
}

/** Looks every minute whether something has to go; comes back with what ends that. */
export function sweepEvictable({ store }: Pick<Ports, 'store'>, files: EvictableFiles): () => Promise<void> {
  let sweeping: Promise<void> = Promise.resolve();
  const sweep = async (): Promise<void> => {
    await files.keepBudget();
    // Asks for room by itself when the reserve is touched; there may be none.
    await store.checkSpace(0).catch(() => undefined);
  };
  const timer = setInterval(() => {
    sweeping = sweep();
  }, SWEEP_EVERY_MS);
  return async () => {
    clearInterval(timer);
    await sweeping;
  };
}
