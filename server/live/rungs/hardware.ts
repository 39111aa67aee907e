import { readdirSync } from 'node:fs';
import type { Clock } from '../../core/clock.ts';
import type { Log } from '../../core/log.ts';
import type { Supervisor } from '../../media/ffmpeg/supervisor.ts';
import { SOFTWARE, type VideoEncoder } from './encoder-args.ts';
import { trialClip, tryEncoder } from './encoder-trial.ts';
import type { EncoderChoice } from './types.ts';

type Ports = {
  ffmpeg: Pick<Supervisor, 'start'>;
  clock: Clock;
  log: Log;
  /** What to try, best first; tests set it. */
  candidates?: () => VideoEncoder[];
};

/** A graphics card that failed at work may be full or gone; it is asked again after this. */
const OUT_MS = 10 * 60_000;

export const NVENC: VideoEncoder = {
  name: 'h264_nvenc',
  device: [],
  upload: 'format=yuv420p',
  options: [
    ...['-preset', 'p4', '-tune', 'll', '-rc', 'vbr', '-zerolatency', '1', '-delay', '0'],
    ...['-no-scenecut', '1', '-forced-idr', '1'],
  ],
};

const QSV: VideoEncoder = {
  name: 'h264_qsv',
  device: [],
  upload: 'format=nv12',
  options: ['-preset', 'veryfast', '-async_depth', '1', '-look_ahead', '0', '-forced_idr', '1'],
};

/** VAAPI on one render node such as `/dev/dri/renderD128`. */
export const vaapi = (devicePath: string): VideoEncoder => ({
  name: 'h264_vaapi',
  device: ['-vaapi_device', devicePath],
  upload: 'format=nv12,hwupload',
  options: [],
});

/**
 * Finds the hardware encoder of the machine once, in the background, when the first encoder is wanted. Until one has
 * passed its trial, and wherever none does, pictures are encoded in software.
 */
export function createEncoderChoice(ports: Ports): EncoderChoice & { found: () => Promise<VideoEncoder> } {
  let chosen = SOFTWARE;
  let outUntilMs = 0;
  let search: Promise<VideoEncoder> | null = null;

  const find = async (): Promise<VideoEncoder> => {
    const candidates = (ports.candidates ?? candidatesHere)();
    const clip = candidates.length > 0 ? await trialClip(ports) : [];
    for (const candidate of candidates) {
      const fault = await tryEncoder(candidate, clip, ports);
      const facts = { encoder: candidate.name, fault };
      ports.log.info(facts, fault === null ? 'a hardware encoder is used' : 'a hardware encoder is not used');
      if (fault === null) {
        chosen = candidate;
        break;
      }
    }
    return chosen;
  };
  const found = () => {
    search ??= find();
    return search;
  };

  return {
    found,
    current() {
      void found();
      return ports.clock.monotonicMs() < outUntilMs ? SOFTWARE : chosen;
    },
    failed(encoder) {
      if (encoder === chosen && encoder !== SOFTWARE) outUntilMs = ports.clock.monotonicMs() + OUT_MS;
    },
  };
}

/** Those whose device files there are. */
function candidatesHere(): VideoEncoder[] {
  const renderNodes = filesOf('/dev/dri').filter((name) => name.startsWith('renderD'));
  return [
    ...(filesOf('/dev').includes('nvidiactl') ? [NVENC] : []),
    ...(renderNodes.length > 0 ? [QSV] : []),
    ...renderNodes.map((name) => vaapi(`/dev/dri/${name}`)),
  ];
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
