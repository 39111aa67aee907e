import { LIVE_RUNGS } from '../../../lib/contract/live-rungs.ts';
import type { Clock } from '../../core/clock.ts';
import { messageOf } from '../../core/errors.ts';
import type { Supervisor } from '../../media/ffmpeg/supervisor.ts';
import { TsDemuxer } from '../../media/ts/demuxer.ts';
import type { VideoUnit } from '../../media/ts/streams.ts';
import { RungEncoder } from './encoder.ts';
import type { VideoEncoder } from './encoder-args.ts';
import type { SourceFeed } from './types.ts';

type Ports = { ffmpeg: Pick<Supervisor, 'start'>; clock: Clock };

const FPS = 25;
const TRIAL_MS = 10_000;
/** One second of a moving picture, with keyframes that stand on no grid. */
const CLIP_ARGS = [
  ...['-nostdin', '-v', 'error', '-f', 'lavfi', '-i', `testsrc2=s=640x360:r=${FPS}:d=1`],
  ...[
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-pix_fmt',
    'yuv420p',
    '-threads',
    '1',
    '-g',
    '9',
    '-bf',
    '0',
  ],
  ...['-sc_threshold', '0', '-f', 'mpegts', 'pipe:1'],
];

/** Tries an encoder in earnest, as a rung is made: null when times and keyframes come out as they went in, else what is wrong. */
export async function tryEncoder(
  encoder: VideoEncoder,
  clip: VideoUnit[],
  ports: Ports,
): Promise<string | null> {
  try {
    const { made, lastLine } = await encode(encoder, clip, ports);
    if (lastLine !== null) return lastLine || 'it ended';
    return fault(clip, made);
  } catch (error) {
    return messageOf(error);
  }
}

function fault(clip: VideoUnit[], made: VideoUnit[]): string | null {
  const times = (units: VideoUnit[]) => units.map((unit) => unit.pts).join();
  const keys = (units: VideoUnit[]) => times(units.filter((unit) => unit.key));
  if (made.length === 0) return 'nothing came out';
  if (times(made) !== times(clip)) return 'pictures are missing or have other times';
  return keys(made) === keys(clip) ? null : 'keyframes are not where they were asked for';
}

/** What encoders are tried with; empty when not even that can be made. */
export async function trialClip({ ffmpeg }: Ports): Promise<VideoUnit[]> {
  const units: VideoUnit[] = [];
  const demuxer = new TsDemuxer({ onUnit: (unit) => unit.kind === 'video' && units.push(unit) });
  const child = ffmpeg.start({
    label: 'encoder trial',
    program: 'ffmpeg',
    args: CLIP_ARGS,
    stdout: 'bytes',
    timeoutMs: TRIAL_MS,
  });
  for await (const chunk of child.stdout ?? []) demuxer.push(chunk as Buffer);
  demuxer.flush();
  return units;
}

async function encode(
  encoder: VideoEncoder,
  clip: VideoUnit[],
  ports: Ports,
): Promise<{ made: VideoUnit[]; lastLine: string | null }> {
  const made: VideoUnit[] = [];
  const over = Promise.withResolvers<string | null>();
  const late = setTimeout(() => over.resolve('nothing came out in time'), TRIAL_MS);
  const feed: SourceFeed = {
    codec: 'h264',
    layout: { streamType: 27, descriptors: Buffer.alloc(0) },
    height: null,
    fps: FPS,
    gridTicks: null,
    follow: (_from, take) => {
      for (const unit of clip) take(unit);
      return () => undefined;
    },
  };
  const start = {
    rung: LIVE_RUNGS[2],
    feed,
    fromTicks: 0,
    encoder,
    plan: null,
    lowered: false,
    leadTicks: 0,
  };
  const child = new RungEncoder(start, {
    ...ports,
    onUnit: (unit) => {
      made.push(unit);
      // A few pictures stay inside until the end.
      if (made.length === Math.floor(clip.length / 2)) over.resolve(null);
    },
    onEnd: (line) => over.resolve(line),
    onWrongPhase: () => undefined,
  });
  const lastLine = await over.promise;
  clearTimeout(late);
  await (lastLine === null ? child.finish(TRIAL_MS) : child.stop());
  return { made, lastLine };
}
