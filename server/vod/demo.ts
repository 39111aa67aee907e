import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { eq } from 'drizzle-orm';
import { video } from '../../drizzle/schema/vod.ts';
import { AppError } from '../core/errors.ts';
import { openWorkroom } from '../media/workroom.ts';
import { claim } from './claim.ts';
import type { VodPorts } from './ports.ts';
import { rawKey } from './stage.ts';

const SECONDS = 24;
const NAME = 'demo.mp4';

/** A slow violet drift with a quiet chord: nothing to download, and enough movement to see the qualities differ. */
const PICTURE = `gradients=size=1280x720:rate=25:duration=${SECONDS}:speed=0.03:nb_colors=4:c0=0x0A0911:c1=0x6335EB:c2=0xB7A4FF:c3=0x221A45:seed=7`;
const SOUND = `aevalsrc=exprs='0.05*sin(2*PI*220*t)+0.04*sin(2*PI*277.18*t)+0.04*sin(2*PI*329.63*t)':sample_rate=48000:duration=${SECONDS}`;
const ENCODE = [
  '-c:v',
  'libx264',
  '-preset',
  'veryfast',
  '-crf',
  '20',
  '-pix_fmt',
  'yuv420p',
  '-g',
  '50',
  '-c:a',
  'aac',
  '-b:a',
  '128k',
  '-ac',
  '2',
  '-movflags',
  '+faststart',
];
const ARGS = [
  '-y',
  '-nostdin',
  '-hide_banner',
  '-loglevel',
  'warning',
  '-f',
  'lavfi',
  '-i',
  PICTURE,
  '-f',
  'lavfi',
  '-i',
  SOUND,
  ...ENCODE,
  NAME,
];

/** The demo video: made by ffmpeg, then on the same way as an upload. Answers the one that is there already. */
export async function createDemoVideo(
  ports: VodPorts,
  accept: (videoId: string) => Promise<void>,
  ownerId: string,
): Promise<string> {
  const known = await findDemoVideo(ports);
  if (known !== null) return known;
  const dir = ports.store.path(`temp/work/${ports.owner.roomName()}`);
  await mkdir(path.dirname(dir), { recursive: true });
  const room = await openWorkroom({ dir, sourcePath: null, decoder: ports.decoder });
  try {
    const result = await ports.supervisor.start({
      label: 'demo',
      program: 'ffmpeg',
      args: ARGS,
      cwd: room.dir,
      stdout: 'ignore',
      timeoutMs: 120_000,
    }).done;
    if (result.code !== 0) throw new AppError('TRANSCODE_FAILED', { details: { log: result.lastLines } });
    await claim(path.join(room.dir, NAME));
    const [row] = await ports.db
      .insert(video)
      .values({
        title: 'Violet drift',
        description: 'The demo video. Delete it whenever you like.',
        fileName: NAME,
        ownerId,
        state: 'uploading',
        demo: true,
      })
      .returning({ id: video.id });
    if (!row) throw new AppError('INTERNAL');
    await ports.store.put(rawKey(row.id), path.join(room.dir, NAME));
    await accept(row.id);
    ports.events.emit('video.changed', { videoId: row.id });
    return row.id;
  } finally {
    await room.close();
    await rm(dir, { recursive: true, force: true });
  }
}

export async function findDemoVideo({ db }: Pick<VodPorts, 'db'>): Promise<string | null> {
  const [row] = await db.select({ id: video.id }).from(video).where(eq(video.demo, true));
  return row?.id ?? null;
}
