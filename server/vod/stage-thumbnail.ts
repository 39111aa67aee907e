import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { video } from '../../drizzle/schema/vod.ts';
import { messageOf } from '../core/errors.ts';
import { STILL_NAME, stillArgs } from '../media/stills.ts';
import { openWorkroom } from '../media/workroom.ts';
import { claim } from './claim.ts';
import { runChild } from './run.ts';
import { factsOf, rawKey, type Stage, type StageContext } from './stage.ts';

const LIMIT_MS = 60_000;
/** Tried in this order until one gives a picture: a bright one, any one, and both again without tone mapping. */
const TRIES = [
  { anyBrightness: false, toneMapping: true },
  { anyBrightness: true, toneMapping: true },
  { anyBrightness: true, toneMapping: false },
] as const;

export const thumbnailKey = (videoId: string, version: number): string =>
  `processed/${videoId}/thumb-${version}.jpg`;

/** Takes a good still. A video without one is still a video, so this stage never fails it. */
export const thumbnailStage: Stage = async (context) => {
  const { ports, video: row } = context;
  const version = row.thumbnailVersion + 1;
  const made = await takeStill(context, version).catch((error: unknown) => {
    context.signal.throwIfAborted();
    ports.log.warn({ videoId: row.id, error: messageOf(error) }, 'no thumbnail could be made');
    return false;
  });
  return {
    next: 'rendition',
    commit: async (tx) => {
      if (made) await tx.update(video).set({ thumbnailVersion: version }).where(eq(video.id, row.id));
    },
    afterwards: async () => {
      if (made && version > 1) await ports.store.remove(thumbnailKey(row.id, version - 1));
    },
  };
};

async function takeStill(context: StageContext, version: number): Promise<boolean> {
  const { ports, video: row, signal, roomDir } = context;
  const facts = factsOf(row);
  const sourcePath = ports.store.path(rawKey(row.id));
  const room = await openWorkroom({ dir: roomDir, sourcePath, decoder: ports.decoder });
  try {
    for (const options of TRIES) {
      const args = stillArgs(facts, options);
      const spec = {
        label: 'thumbnail',
        program: 'ffmpeg',
        args,
        cwd: room.dir,
        stdout: 'ignore',
        timeoutMs: LIMIT_MS,
      } as const;
      await runChild(ports, spec, { signal, durationSeconds: null });
      const file = join(room.dir, STILL_NAME);
      const size = await stat(file).then(
        (info) => info.size,
        () => 0,
      );
      if (size === 0) continue;
      await claim(file);
      await ports.store.put(thumbnailKey(row.id, version), file);
      return true;
    }
    return false;
  } finally {
    await room.close();
  }
}
