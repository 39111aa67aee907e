import type { LiveRungSpec } from '../../../lib/contract/live-rungs.ts';
import { TICKS_PER_SECOND } from '../../media/ts/packet.ts';
import { LIVE_VIDEO_DECODERS, MAX_PIXELS } from '../../media/untrusted.ts';
import type { RungPlan } from './ladder.ts';

/**
 * Keyframes of a rung's own, every `ticks`: where on this grid the first picture stands, and where the zero of the
 * 33 bits does that its stream's times are counted from.
 */
export type KeyGrid = { ticks: number; phaseTicks: number; zeroTicks: number };

/** An H.264 encoder of FFmpeg and what belongs to it on a command line. */
export type VideoEncoder = {
  readonly name: 'libx264' | 'h264_nvenc' | 'h264_qsv' | 'h264_vaapi';
  /** Before the input. */
  readonly device: readonly string[];
  /** The end of the filters: brings pictures to where the encoder wants them. */
  readonly upload: string;
  readonly options: readonly string[];
};

/** x264 takes two slices of a picture at a time: more help little at these sizes, and other channels need the cores. */
export const SOFTWARE: VideoEncoder = {
  name: 'libx264',
  device: [],
  upload: 'format=yuv420p',
  options: ['-preset', 'superfast', '-tune', 'zerolatency', '-threads', '2', '-forced-idr', '1'],
};

export type EncoderJob = {
  rung: LiveRungSpec;
  plan: RungPlan;
  encoder: VideoEncoder;
  /** Null: keyframes where the source has them. */
  grid: KeyGrid | null;
  /** Makes every second picture only. */
  lowered: boolean;
};

/** Frame threads of the decoder: each one more holds back a picture. */
const DECODER_THREADS = '2';
/** No keyframes but those that are asked for; longer than any segment. */
const LONGEST_GOP = '600';
/** How much two pictures may differ in shape before bars are put around one. */
const SHAPE_TOLERANCE = 0.02;

/** The command of a rung's encoder (media-decisions.md Q1): video only, times kept to the tick. */
export function encoderArgs(job: EncoderJob): string[] {
  const rate = job.rung.videoBitsPerSecond;
  return [
    ...['-nostdin', '-hide_banner', '-loglevel', 'error', ...job.encoder.device, '-filter_threads', '1'],
    ...['-copyts', '-probesize', '500000', '-analyzeduration', '500000', '-protocol_whitelist', 'pipe'],
    ...['-format_whitelist', 'mpegts', '-codec_whitelist', LIVE_VIDEO_DECODERS],
    ...['-max_pixels', String(MAX_PIXELS), '-threads', DECODER_THREADS, '-f', 'mpegts', '-i', 'pipe:0'],
    ...['-map', '0:v:0', '-an', '-vf', filters(job), '-c:v', job.encoder.name, ...job.encoder.options],
    ...['-profile:v', 'high', '-level', String(job.plan.level), '-bf', '0'],
    ...['-b:v', String(rate), '-maxrate', String(rate), '-bufsize', String(2 * rate)],
    ...[
      '-g',
      LONGEST_GOP,
      '-sc_threshold',
      '0',
      '-forced-idr',
      '1',
      '-force_key_frames',
      keyframes(job.grid),
    ],
    ...['-fps_mode', 'passthrough', '-enc_time_base', '1:90000'],
    ...['-avoid_negative_ts', 'disabled', '-muxdelay', '0', '-muxpreload', '0', '-flush_packets', '1'],
    // A picture whose length is told is whole when it is there, not when the next one begins.
    ...['-omit_video_pes_length', '0', '-mpegts_flags', '+resend_headers', '-f', 'mpegts', 'pipe:1'],
  ];
}

function keyframes(grid: KeyGrid | null): string {
  if (!grid) return 'source';
  // `t` counts from the first picture. By the last keyframe and not by their number, so that a hole in the times does no harm.
  const cell = (time: string) => gridCell(time, grid.phaseTicks, grid.ticks);
  return `expr:isnan(prev_forced_t)+gt(${cell('t')},${cell('prev_forced_t')})`;
}

/** Half a tick more keeps a picture that stands on the grid on the same side of it for every encoder. */
const gridCell = (time: string, phaseTicks: number, ticks: number): string =>
  `floor((${time}+${((phaseTicks + 0.5) / TICKS_PER_SECOND).toFixed(7)})/${ticks / TICKS_PER_SECOND})`;

function filters({ plan, encoder, lowered, grid }: EncoderJob): string {
  const { width, height } = plan;
  const shape = `${width}/${height}`;
  // Whatever the source turns into, the pictures keep their size: bars fill what is missing.
  const same = `lt(abs(dar/(${shape})-1),${SHAPE_TOLERANCE})`;
  const fitWidth = `if(${same}+gt(dar,${shape}),${width},2*trunc(${height}*dar/2))`;
  const fitHeight = `if(${same}+lt(dar,${shape}),${height},2*trunc(${width}/dar/2))`;
  return [
    ...(lowered ? [everySecond(grid)] : []),
    'bwdif=mode=send_frame:deint=interlaced',
    `scale=w='${fitWidth}':h='${fitHeight}':flags=fast_bilinear`,
    `pad=${width}:${height}:-1:-1`,
    'setsar=1',
    encoder.upload,
  ].join(',');
}

/** Half the pictures, but always those that are keyframes in the other rungs. */
function everySecond(grid: KeyGrid | null): string {
  if (!grid) return "select='key+not(mod(n,2))'";
  // From zero and not from the first picture: the filters begin anew when the size of the pictures changes.
  const cell = (time: string) => gridCell(time, grid.zeroTicks, grid.ticks);
  return `select='not(mod(n,2))+gt(${cell('t')},${cell('prev_t')})'`;
}
