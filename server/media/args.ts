import type { MediaFacts, VideoFacts } from './facts.ts';
import { type FrameRate, fpsOf, saneRate } from './frame-rate.ts';
import type { Rendition } from './ladder.ts';
import { INPUT_URL, UNTRUSTED_INPUT } from './untrusted.ts';

const QUIET = ['-y', '-nostdin', '-hide_banner', '-loglevel', 'warning', '-nostats'];
const KEYFRAME_SECONDS = 2;
/** All renditions begin here, so that audio priming never reaches below zero. */
export const START_SECONDS = 10;
/** Audio may outlast the picture by this much before the last picture is held. */
const TAIL_SECONDS = 0.5;

export type EncodePlan = {
  facts: MediaFacts;
  rungs: readonly Rendition[];
  segmentSeconds: number;
  rate: FrameRate;
  /** 0 leaves the choice to the encoder. */
  threads: number;
  /** False where this ffmpeg has no zscale; colours of HDR sources are then less true. */
  toneMapping: boolean;
};

/** The rate of all rungs: one for all, so that every boundary is the same instant in each. */
export function rateFor(video: VideoFacts, rungs: readonly Rendition[]): FrameRate {
  const shortSide = Math.min(video.width, video.height);
  return saneRate(video.averageRate, video.baseRate, shortSide >= 720 && rungs.length > 0 ? 60 : 30);
}

/** One process for all rungs: decode once, scale in a cascade, cut every rung at the same frames (recipes §1). */
export function renditionArgs(plan: EncodePlan): string[] {
  const { facts, rungs } = plan;
  if (facts.video === null) throw new Error('renditions need a picture');
  const hasAudio = facts.audio !== null;
  const outputs = rungs.flatMap((_, i) => ['-map', `[v${i}]`, ...(hasAudio ? ['-map', `[a${i}]`] : [])]);
  return [
    ...QUIET,
    '-progress',
    'pipe:1',
    '-stats_period',
    '0.5',
    ...UNTRUSTED_INPUT,
    '-i',
    INPUT_URL,
    '-filter_complex',
    filterGraph(plan, facts.video),
    ...outputs,
    ...videoArgs(plan),
    ...(hasAudio ? audioArgs(rungs) : []),
    '-map_metadata',
    '-1',
    '-map_chapters',
    '-1',
    ...hlsArgs(plan, hasAudio),
  ];
}

function filterGraph(plan: EncodePlan, video: VideoFacts): string {
  const rungs = [...plan.rungs.entries()].reverse();
  const top = plan.rungs.at(-1)!;
  const graph: string[] = [];
  let from = 'base';
  graph.push(`[0:${video.index}]${pictureFilters(plan, video, top).join(',')}[base]`);
  for (const [i, rung] of rungs) {
    // Each size is made from the next larger one: 12-16 % less work than scaling each from the source.
    const scale = rung === top ? 'null' : `scale=${rung.width}:${rung.height}:flags=bicubic,setsar=1`;
    const last = i === 0;
    graph.push(last ? `[${from}]${scale}[v${i}]` : `[${from}]${scale},split[v${i}][s${i}]`);
    from = `s${i}`;
  }
  if (plan.facts.audio) graph.push(audioGraph(plan, video));
  return graph.join(';');
}

function pictureFilters(plan: EncodePlan, video: VideoFacts, top: Rendition): string[] {
  const { num, den } = plan.rate;
  const filters: string[] = [];
  if (video.interlaced) filters.push('bwdif=mode=send_frame');
  filters.push(`fps=${num}/${den}:start_time=0`);
  const hold = heldSeconds(plan.facts, video);
  if (hold > 0) filters.push(`tpad=stop_mode=clone:stop_duration=${hold.toFixed(3)}`);
  filters.push(`scale=${top.width}:${top.height}:flags=bicubic`);
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

/** How long the last picture is held because the sound goes on. */
function heldSeconds(facts: MediaFacts, video: VideoFacts): number {
  const sound = facts.audio?.durationSeconds ?? null;
  if (sound === null || video.durationSeconds === null) return 0;
  const rest = sound - video.durationSeconds;
  return rest > TAIL_SECONDS ? rest : 0;
}

function audioGraph(plan: EncodePlan, video: VideoFacts): string {
  const count = plan.rungs.length;
  const outputs = plan.rungs.map((_, i) => `[a${i}]`).join('');
  const end = Math.max(video.durationSeconds ?? plan.facts.durationSeconds ?? 0, 0);
  // Silence fills what is missing, so that a player never waits for sound that does not come.
  const pad = end > 0 ? `,apad=whole_dur=${end.toFixed(3)}` : '';
  const filters = `aresample=48000:async=1:first_pts=0,aformat=channel_layouts=stereo${pad}`;
  return `[0:${plan.facts.audio?.index}]${filters}${count > 1 ? `,asplit=${count}` : ''}${outputs}`;
}

function videoArgs(plan: EncodePlan): string[] {
  const pieces = Math.max(1, Math.round(plan.segmentSeconds / KEYFRAME_SECONDS));
  const every = plan.segmentSeconds / pieces;
  const perRung = plan.rungs.flatMap((rung, i) => [
    `-crf:v:${i}`,
    String(rung.crf),
    `-maxrate:v:${i}`,
    String(rung.videoBitsPerSecond),
    `-bufsize:v:${i}`,
    String(rung.videoBitsPerSecond * 2),
  ]);
  return [
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-profile:v', 'high'],
    ...(plan.threads > 0 ? ['-threads', String(plan.threads)] : []),
    ...['-force_key_frames', `expr:gte(t,n_forced*${every})`, '-sc_threshold', '0'],
    ...['-g', String(Math.max(600, Math.ceil(fpsOf(plan.rate) * every) + 1)), '-keyint_min', '1'],
    ...perRung,
  ];
}

function audioArgs(rungs: readonly Rendition[]): string[] {
  const rates = rungs.flatMap((rung, i) => [`-b:a:${i}`, String(rung.audioBitsPerSecond)]);
  return ['-c:a', 'aac', '-ac', '2', '-ar', '48000', ...rates];
}

function hlsArgs(plan: EncodePlan, hasAudio: boolean): string[] {
  const map = plan.rungs.map((rung, i) => `v:${i},${hasAudio ? `a:${i},` : ''}name:${rung.id}`).join(' ');
  return [
    ...['-output_ts_offset', String(START_SECONDS), '-muxdelay', '0', '-muxpreload', '0'],
    ...['-f', 'hls', '-hls_time', String(plan.segmentSeconds), '-hls_list_size', '0'],
    ...['-hls_playlist_type', 'event', '-hls_flags', 'independent_segments+temp_file'],
    ...['-hls_segment_filename', 'out/%v/%05d.ts', '-var_stream_map', map, 'out/%v/index.m3u8'],
  ];
}
