import { eq } from 'drizzle-orm';
import { video } from '../../drizzle/schema/vod.ts';
import { AppError } from '../core/errors.ts';
import { refuseByHead } from '../media/classify.ts';
import { probe } from '../media/probe.ts';
import { openWorkroom } from '../media/workroom.ts';
import { rawKey, type Stage } from './stage.ts';

/** Looks what the file is, or says within seconds why it cannot become a video. */
export const probeStage: Stage = async ({ ports, video: row, signal, roomDir }) => {
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
    };
    return {
      next: 'thumbnail',
      commit: async (tx) => void (await tx.update(video).set(patch).where(eq(video.id, row.id))),
    };
  } finally {
    await room.close();
  }
};
