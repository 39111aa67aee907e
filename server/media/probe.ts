import { z } from 'zod';
import { AppError } from '../core/errors.ts';
import type { AudioFacts, MediaFacts, VideoFacts } from './facts.ts';
import type { Supervisor } from './ffmpeg/supervisor.ts';
import type { ChildResult } from './ffmpeg/types.ts';
import { parseRate } from './frame-rate.ts';
import { Chapters, chapterFacts, subtitleFacts } from './side-facts.ts';
import { measureTimes } from './times.ts';
import { ALLOWED_CODECS, INPUT_URL, MAX_PIXELS, UNTRUSTED_INPUT } from './untrusted.ts';

const PROBE_LIMIT_MS = 30_000;
const PROBE_MEMORY_BYTES = 512 * 1024 * 1024;
const MAX_STREAMS = 64;
const MAX_DURATION_SECONDS = 24 * 3600;
/** A picture that stands longer than this on average is a bomb, not a film. */
const MAX_SECONDS_PER_FRAME = 600;
/** Hours of film in fewer bits than this are a gap between a few pictures. */
const LEAST_BITS_PER_SECOND = 100;
const LONG_SECONDS = 3600;

const number = z.coerce.number().optional().catch(undefined);
const Stream = z.object({
  index: z.number().int(),
  codec_type: z.string().optional(),
  codec_name: z.string().optional(),
  pix_fmt: z.string().optional(),
  profile: z.string().optional(),
  level: number,
  width: number,
  height: number,
  sample_aspect_ratio: z.string().optional(),
  avg_frame_rate: z.string().optional(),
  r_frame_rate: z.string().optional(),
  field_order: z.string().optional(),
  color_transfer: z.string().optional(),
  start_time: number,
  duration: number,
  channels: number,
  sample_rate: number,
  disposition: z.record(z.string(), z.number()).optional(),
  tags: z.record(z.string(), z.string()).optional().catch(undefined),
  side_data_list: z.array(z.looseObject({ rotation: number })).optional(),
});
type Stream = z.infer<typeof Stream>;
const Answer = z.object({
  streams: z.array(Stream),
  format: z.object({ format_name: z.string(), duration: number, size: number, start_time: number }),
  chapters: Chapters,
});

export const probeArgs: readonly string[] = [
  '-hide_banner',
  '-loglevel',
  'error',
  ...UNTRUSTED_INPUT,
  '-analyzeduration',
  '15000000',
  '-probesize',
  '20000000',
  '-show_format',
  '-show_streams',
  '-show_chapters',
  '-of',
  'json',
  INPUT_URL,
];

/** Asks ffprobe what the file in `dir` is (its name there is fixed); throws with the reason when it is not usable. */
export async function probe(supervisor: Supervisor, dir: string, signal?: AbortSignal): Promise<MediaFacts> {
  const child = supervisor.start({
    label: 'probe',
    program: 'ffprobe',
    args: probeArgs,
    cwd: dir,
    stdout: 'text',
    timeoutMs: PROBE_LIMIT_MS,
    memoryLimitBytes: PROBE_MEMORY_BYTES,
  });
  const stop = () => void child.stop();
  signal?.addEventListener('abort', stop, { once: true });
  const result = await child.done;
  signal?.removeEventListener('abort', stop);
  signal?.throwIfAborted();
  const facts = readProbe(result);
  const measured = await measureTimes(supervisor, { dir, facts, signal });
  checkLimits(measured);
  return measured;
}

/** Turns ffprobe's answer into facts, or into the reason why the file is refused. */
export function readProbe(result: ChildResult): MediaFacts {
  if (result.code !== 0) throw probeFailure(result);
  const answer = Answer.safeParse(JSON.parse(result.text || '{}'));
  if (!answer.success) throw new AppError('MEDIA_UNREADABLE', { details: { log: result.lastLines } });
  const { format, chapters } = answer.data;
  const startSeconds = format.start_time ?? 0;
  const streams = answer.data.streams.map((stream) => ({ ...stream, duration: endOf(stream, startSeconds) }));
  if (streams.length > MAX_STREAMS) throw new AppError('MEDIA_LIMITS');
  const durationSeconds = positive(format.duration) ?? longest(streams);
  const facts: MediaFacts = {
    container: format.format_name.split(',')[0] ?? '',
    durationSeconds,
    startSeconds,
    sizeBytes: format.size ?? 0,
    streamCount: streams.length,
    video: pickVideo(streams),
    audio: pickAudio(streams),
    tracks: usableAudio(streams).map(audioFacts),
    subtitles: subtitleFacts(streams),
    chapters: chapterFacts(chapters, { durationSeconds, startSeconds: format.start_time ?? 0 }),
  };
  checkCodecs(streams, facts);
  checkLimits(facts);
  return facts;
}

/** A stream that begins late ends so much later. */
function endOf(stream: Stream, startSeconds: number): number | undefined {
  const seconds = durationOf(stream);
  return seconds === null
    ? undefined
    : Math.max(0, (stream.start_time ?? startSeconds) - startSeconds) + seconds;
}

function probeFailure(result: ChildResult): AppError {
  const log = result.lastLines;
  const text = log.join('\n');
  const details = { log };
  if (result.reason === 'spawn-error' || result.code === 127)
    return new AppError('FFMPEG_MISSING', { details });
  if (result.reason === 'timeout') return new AppError('MEDIA_UNREADABLE', { details });
  if (/moov atom not found/.test(text)) return new AppError('MEDIA_TRUNCATED', { details });
  if (/Cannot allocate memory/.test(text)) return new AppError('MEDIA_LIMITS', { details });
  if (/Codec .*not on whitelist/i.test(text)) return new AppError('MEDIA_CODEC_REFUSED', { details });
  return new AppError('MEDIA_NOT_VIDEO', { details });
}

function pickVideo(streams: readonly Stream[]): VideoFacts | null {
  const candidates = streams.filter(
    (s) => s.codec_type === 'video' && !s.disposition?.attached_pic && s.width && s.height,
  );
  const stream = candidates.find((s) => ALLOWED_CODECS.has(s.codec_name ?? '') && s.pix_fmt) ?? null;
  if (stream === null) return null;
  const codedWidth = stream.width ?? 0;
  const codedHeight = stream.height ?? 0;
  const rotation = rotationOf(stream);
  const shown = { width: Math.round(codedWidth * pixelShape(stream)), height: codedHeight };
  const turned = Math.abs(rotation) % 180 === 90;
  return {
    index: stream.index,
    codec: stream.codec_name ?? '',
    pixelFormat: stream.pix_fmt ?? null,
    profile: stream.profile ?? null,
    level: positive(stream.level),
    codedWidth,
    codedHeight,
    width: turned ? shown.height : shown.width,
    height: turned ? shown.width : shown.height,
    rotation,
    averageRate: parseRate(stream.avg_frame_rate),
    baseRate: parseRate(stream.r_frame_rate),
    interlaced: ['tt', 'bb', 'tb', 'bt'].includes(stream.field_order ?? ''),
    hdr: hdrOf(stream.color_transfer),
    durationSeconds: positive(stream.duration),
  };
}

function usableAudio(streams: readonly Stream[]): Stream[] {
  return streams.filter(
    (s) => s.codec_type === 'audio' && s.channels && s.sample_rate && ALLOWED_CODECS.has(s.codec_name ?? ''),
  );
}

function pickAudio(streams: readonly Stream[]): AudioFacts | null {
  const usable = usableAudio(streams);
  const stream = usable.find((s) => s.disposition?.default) ?? usable[0] ?? null;
  return stream === null ? null : audioFacts(stream);
}

function audioFacts(stream: Stream): AudioFacts {
  return {
    index: stream.index,
    codec: stream.codec_name ?? '',
    channels: stream.channels ?? 0,
    sampleRate: stream.sample_rate ?? 0,
    language: stream.tags?.language ?? null,
    durationSeconds: positive(stream.duration),
  };
}

/** A picture or sound that no allowed decoder opens is refused; playing half of a file would be a broken promise. */
function checkCodecs(streams: readonly Stream[], facts: MediaFacts): void {
  const named = (type: string) =>
    streams.filter((s) => s.codec_type === type && !s.disposition?.attached_pic);
  const refused = [...named('video'), ...named('audio')].find(
    (s) => s.codec_name && !ALLOWED_CODECS.has(s.codec_name),
  );
  const lacksVideo = facts.video === null && named('video').length > 0;
  const lacksAudio = facts.audio === null && named('audio').length > 0;
  if (refused && (lacksVideo || lacksAudio)) {
    const message = `The file uses the codec ${refused.codec_name}, which Siaran does not open, for safety. Convert it to H.264 and AAC first.`;
    throw new AppError('MEDIA_CODEC_REFUSED', { message });
  }
  if (facts.video === null && facts.audio === null) throw new AppError('MEDIA_NOT_VIDEO');
  if (lacksVideo) throw new AppError('MEDIA_UNREADABLE');
}

function checkLimits(facts: MediaFacts): void {
  const { video } = facts;
  const length = facts.durationSeconds ?? 0;
  const rate = video?.averageRate ?? null;
  const tooSlow = rate !== null && rate.den / rate.num > MAX_SECONDS_PER_FRAME;
  const tooLarge = video !== null && video.codedWidth * video.codedHeight > MAX_PIXELS;
  const isGap = length > LONG_SECONDS && facts.sizeBytes * 8 < length * LEAST_BITS_PER_SECOND;
  if (length > MAX_DURATION_SECONDS || tooLarge || tooSlow || isGap) throw new AppError('MEDIA_LIMITS');
}

const positive = (value: number | undefined): number | null =>
  value !== undefined && value > 0 ? value : null;

function longest(streams: readonly Stream[]): number | null {
  return positive(Math.max(0, ...streams.map((s) => s.duration ?? 0)));
}

function durationOf(stream: Stream): number | null {
  const tagged = /^(\d+):(\d\d):(\d\d(?:\.\d+)?)/.exec(stream.tags?.DURATION ?? '');
  if (tagged) return Number(tagged[1]) * 3600 + Number(tagged[2]) * 60 + Number(tagged[3]);
  return positive(stream.duration);
}

function pixelShape(stream: Stream): number {
  const [num = 0, den = 0] = (stream.sample_aspect_ratio ?? '').split(':').map(Number);
  const shape = num > 0 && den > 0 ? num / den : 1;
  // Headers that claim pixels more than four times as wide as high are wrong.
  return shape > 0.25 && shape < 4 ? shape : 1;
}

function rotationOf(stream: Stream): number {
  const fromData = stream.side_data_list?.find((data) => data.rotation !== undefined)?.rotation;
  return fromData ?? Number(stream.tags?.rotate ?? 0);
}

function hdrOf(transfer: string | undefined): VideoFacts['hdr'] {
  return transfer === 'smpte2084' || transfer === 'arib-std-b67' ? transfer : null;
}
