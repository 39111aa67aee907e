import { QUIET, START_SECONDS } from './args.ts';
import type { MediaFacts } from './facts.ts';
import { INPUT_URL, UNTRUSTED_INPUT } from './untrusted.ts';

type CopyFrom = {
  facts: MediaFacts;
  /** From the beginning of the file; what is sent begins with a keyframe before it. */
  fromSeconds: number;
};

/**
 * The picture and the default sound as they are, as a transport stream on standard output, to the end of the file: who
 * reads it ends it. The beginning of the file has the time START_SECONDS.
 */
export function copyArgs({ facts, fromSeconds }: CopyFrom): string[] {
  const { video, audio, startSeconds = 0 } = facts;
  if (video === null) throw new Error('copying needs a picture');
  return [
    ...QUIET,
    ...UNTRUSTED_INPUT,
    ...(fromSeconds > 0 ? ['-ss', fromSeconds.toFixed(6)] : []),
    // Times of the file stay, so that they do not depend on where a seek lands.
    ...[
      '-copyts',
      '-i',
      INPUT_URL,
      '-map',
      `0:${video.index}`,
      ...(audio ? ['-map', `0:${audio.index}`] : []),
    ],
    // Every keyframe brings its parameter sets along.
    ...['-c', 'copy', '-bsf:v', 'h264_mp4toannexb,dump_extra=freq=keyframe'],
    ...['-map_metadata', '-1', '-map_chapters', '-1', '-avoid_negative_ts', 'disabled'],
    ...['-output_ts_offset', (START_SECONDS - startSeconds).toFixed(6)],
    ...['-muxdelay', '0', '-muxpreload', '0', '-pes_payload_size', '0', '-f', 'mpegts', 'pipe:1'],
  ];
}
