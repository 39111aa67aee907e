import { eachStartCode } from './bits.ts';
import type { VideoCodec } from './streams.ts';

/** Verdict on one start code: a keyframe, surely none, or look at the next one. */
type Judge = (code: number) => boolean | undefined;

const JUDGES: Record<VideoCodec, Judge> = {
  // IDR slice or parameter set: a key. Any other slice before them: none.
  h264: (code) => {
    const type = code & 0x1f;
    if (type === 5 || type === 7) return true;
    return type >= 1 && type <= 4 ? false : undefined;
  },
  // IRAP pictures 16-21 and the parameter sets 32-33 in front of them.
  hevc: (code) => {
    const type = (code >> 1) & 0x3f;
    if ((type >= 16 && type <= 21) || type === 32 || type === 33) return true;
    return type < 32 ? false : undefined;
  },
  mpeg2video: (code) => mpegJudge(code),
  mpeg1video: (code) => mpegJudge(code),
};

/** Sequence header: a key. A picture or slice without one: none. */
function mpegJudge(code: number): boolean | undefined {
  if (code === 0xb3) return true;
  return code <= 0xaf ? false : undefined;
}

/** True when decoding can begin with this picture, judged by its content and not by flags around it. */
export function isKeyframe(codec: VideoCodec, data: Buffer): boolean {
  const judge = JUDGES[codec];
  let key = false;
  eachStartCode(data, (at) => {
    const verdict = judge(data[at]!);
    if (verdict === undefined) return undefined;
    key = verdict;
    return 'stop';
  });
  return key;
}
