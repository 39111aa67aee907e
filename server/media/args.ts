import type { MediaFacts, VideoFacts } from './facts.ts';
import { type FrameRate, fpsOf, saneRate } from './frame-rate.ts';
import type { Rendition } from './ladder.ts';

export const QUIET: readonly string[] = [
  '-y',
  '-nostdin',
  '-hide_banner',
  '-loglevel',
  'warning',
  '-nostats',
];
const KEYFRAME_SECONDS = 2;
/** All renditions begin here, so that audio priming never reaches below zero. */
export const START_SECONDS = 10;
/** Sound may outlast the picture by so much of a picture. */
const UNHEARD_SHARE = 0.02;

export type EncodePlan = {
  facts: MediaFacts;
  rungs: readonly Rendition[];
  segmentSeconds: number;
  rate: FrameRate;
  /** 0 leaves the choice to the encoder. */
  threads: number;
  /** False where this ffmpeg has no zscale; colours of HDR sources are then less true. */
  toneMapping: boolean;
  /** Somebody waits: faster and less fine, with all threads. Boundaries, times and parameter sets stay the same. */
  haste?: boolean;
};

/** The rate of all rungs: one for all, so that every boundary is the same instant in each. */
export function rateFor(video: VideoFacts, rungs: readonly Rendition[]): FrameRate {
  const shortSide = Math.min(video.width, video.height);
  return saneRate(video.averageRate, video.baseRate, shortSide >= 720 && rungs.length > 0 ? 60 : 30);
}

/**
 * Decodes once and gives each rung its pictures as `[v0]`, `[v1]` and so on. The first picture is the one shown at
 * `startSeconds` after the beginning of the input, whatever stands before it.
 */
export function pictureGraph(plan: EncodePlan, video: VideoFacts, startSeconds: number): string {
  const rungs = [...plan.rungs.entries()].reverse();
  const flags = scalerOf(plan);
  const top = plan.rungs.at(-1)!;
  const graph: string[] = [];
  let from = 'base';
  graph.push(`[0:${video.index}]${pictureFilters(plan, video, top, startSeconds).join(',')}[base]`);
  for (const [i, rung] of rungs) {
    // Each size is made from the next larger one: 12-16 % less work than scaling each from the source.
    const scale = rung === top ? 'null' : `scale=${rung.width}:${rung.height}:flags=${flags},setsar=1`;
    const last = i === 0;
    graph.push(last ? `[${from}]${scale}[v${i}]` : `[${from}]${scale},split[v${i}][s${i}]`);
    from = `s${i}`;
  }
  return graph.join(';');
}

const scalerOf = ({ haste }: EncodePlan): string => (haste ? 'fast_bilinear' : 'bicubic');

function pictureFilters(plan: EncodePlan, video: VideoFacts, top: Rendition, startSeconds: number): string[] {
  const { num, den } = plan.rate;
  const filters: string[] = [];
  if (video.interlaced) filters.push('bwdif=mode=send_frame');
  filters.push(`fps=${num}/${den}:start_time=${startSeconds === 0 ? 0 : startSeconds.toFixed(6)}`);
  const held = heldPictures(plan);
  if (held > 0) filters.push(`tpad=stop_mode=clone:stop=${held}`);
  filters.push(`scale=${top.width}:${top.height}:flags=${scalerOf(plan)}`);
  if (video.hdr && plan.toneMapping) filters.push(...toneMap(video.hdr));
  filters.push('format=yuv420p', 'setsar=1');
  return filters;
}

/** HDR to SDR (recipes §3), after scaling because the float step is the dear one. */
export function toneMap(transfer: NonNullable<VideoFacts['hdr']>): string[] {
  return [
    `zscale=tin=${transfer}:min=bt2020nc:pin=bt2020:t=linear:npl=100`,
    'format=gbrpf32le',
    'zscale=p=bt709',
    'tonemap=tonemap=hable:desat=0',
    'zscale=t=bt709:m=bt709:r=tv',
  ];
}

/** How often the last picture is shown again because some sound goes on. */
export function heldPictures({ facts, rate }: Pick<EncodePlan, 'facts' | 'rate'>): number {
  const { video, audio, tracks = [audio] } = facts;
  const sound = Math.max(0, ...tracks.map((track) => track?.durationSeconds ?? 0));
  if (video?.durationSeconds == null) return 0;
  const needed = Math.ceil(sound * fpsOf(rate) - UNHEARD_SHARE);
  return Math.max(0, needed - Math.round(video.durationSeconds * fpsOf(rate)));
}

/** How many pictures the result will have by what is known of the file; null when that is nothing. */
export function expectedPictures(plan: Pick<EncodePlan, 'facts' | 'rate'>): number | null {
  const { facts, rate } = plan;
  const seconds = facts.video?.durationSeconds ?? facts.durationSeconds;
  return seconds === null ? null : Math.max(1, Math.round(seconds * fpsOf(rate)) + heldPictures(plan));
}

/** Stereo from the beginning of the input on; silence fills what is missing. */
export const SOUND_FILTERS = 'aresample=48000:async=1:first_pts=0,aformat=channel_layouts=stereo';

/** How many keyframes a segment has, and how far apart they are. */
export function keyframeGrid(segmentSeconds: number): { perSegment: number; everySeconds: number } {
  const perSegment = Math.max(1, Math.round(segmentSeconds / KEYFRAME_SECONDS));
  return { perSegment, everySeconds: segmentSeconds / perSegment };
}

/** The encoder of every rung; keyframes stand where `keyframes` says and nowhere else. */
export function encoderArgs(plan: EncodePlan, keyframes: string): string[] {
  const { everySeconds } = keyframeGrid(plan.segmentSeconds);
  return [
    // Both presets write the same SPS and PPS; those of `ultrafast` differ.
    ...['-c:v', 'libx264', '-preset', plan.haste ? 'superfast' : 'veryfast', '-profile:v', 'high'],
    ...(plan.threads > 0 && !plan.haste ? ['-threads', String(plan.threads)] : []),
    ...['-force_key_frames', keyframes, '-sc_threshold', '0'],
    ...['-g', String(Math.max(600, Math.ceil(fpsOf(plan.rate) * everySeconds) + 1)), '-keyint_min', '1'],
  ];
}

/** Quality and largest rate of one rung. */
export function rateArgs(rung: Rendition): string[] {
  return [
    '-crf',
    String(rung.crf),
    '-maxrate',
    String(rung.videoBitsPerSecond),
    '-bufsize',
    String(rung.videoBitsPerSecond * 2),
  ];
}
