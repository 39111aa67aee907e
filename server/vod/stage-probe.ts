import { eq } from 'drizzle-orm';
import { video } from '../../drizzle/schema/vod.ts';
import { AppError } from '../core/errors.ts';
import type { Tx } from '../db/index.ts';
import { refuseByHead } from '../media/classify.ts';
import { probe } from '../media/probe.ts';
import { openWorkroom } from '../media/workroom.ts';
import { findGeneration, knownCount, prepareGeneration } from './generation.ts';
import type { VodPorts } from './ports.ts';
import type { VideoRow } from './queries.ts';
import { rawKey, type Stage } from './stage.ts';

/** Looks what the file is, or says within seconds why it cannot become a video. */
export const probeStage: Stage = async ({ ports, video: row, signal, roomDir, log }) => {
  const sourcePath = ports.store.path(rawKey(row.id));
  if ((await ports.store.size(rawKey(row.id))) === null) throw new AppError('UPLOAD_NOT_FOUND');
  const refusal = await refuseByHead(sourcePath);
  if (refusal) throw new AppError(refusal.code, refusal.message ? { message: refusal.message } : {});
  const room = await openWorkroom({ dir: roomDir, sourcePath, decoder: ports.decoder });
  try {
    const facts = await probe(ports.supervisor, room.dir, signal);
    if (facts.video === null) throw new AppError('MEDIA_AUDIO_ONLY');
    const { width, height, codec } = facts.video;
    const patch = {
      facts: facts as unknown as Record<string, unknown>,
      durationSeconds: facts.durationSeconds,
      width,
      height,
      videoCodec: codec,
      audioCodec: facts.audio?.codec ?? null,
      chapters: [...(facts.chapters ?? [])],
    };
    log(`${codec}, ${width} × ${height}, ${Math.round(facts.durationSeconds ?? 0)} s, ${facts.container}.`);
    return {
      next: 'thumbnail',
      commit: async (tx) => {
        const [changed] = await tx.update(video).set(patch).where(eq(video.id, row.id)).returning();
        if (changed) await openGeneration(ports, tx, changed);
      },
    };
  } finally {
    await room.close();
  }
};

/** From now on every segment can be made, so a video whose length is proved can be watched (contracts.md §8). */
async function openGeneration(ports: VodPorts, tx: Tx, row: VideoRow): Promise<void> {
  const gen = await prepareGeneration(ports, tx, row);
  const generation = await findGeneration(tx, row.id, gen);
  if (!ports.settings.get('hlsEnabled') || generation === null || knownCount(generation) === null) return;
  await tx.update(video).set({ playable: true }).where(eq(video.id, row.id));
}
