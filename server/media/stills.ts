import { QUIET, toneMap } from './args.ts';
import type { MediaFacts, VideoFacts } from './facts.ts';
import { JUDGED_BYTES, JUDGED_SIDE } from './still-score.ts';
import { INPUT_URL, UNTRUSTED_INPUT } from './untrusted.ts';

/** The one picture of `frameAtArgs`. */
export const STILL_NAME = 'still.jpg';
/** Grey pictures of all stills of a look, one after the other, `JUDGED_BYTES` each. */
export const JUDGED_NAME = 'judged.grey';
/** The n-th still of a look, counted from 1. */
export const lookName = (n: number): string => `look-${n}.jpg`;
const WIDEST = 1280;

/** Where to look for a still and how: at the next keyframes, or at a picture every so often for some seconds. */
export type Look =
  | { kind: 'keyframes'; atSeconds: number; count: number }
  | { kind: 'pictures'; atSeconds: number; forSeconds: number; everySeconds: number };

type Options = { toneMapping: boolean };

/** Where stills are looked for: first keyframes all over the film, which cost little, then pictures where it may pay. */
export function looksFor(facts: MediaFacts): { cheap: Look[]; thorough: Look[] } {
  const length = lengthOf(facts);
  const at = (share: number): number => length * share;
  const cheap: Look[] = [0.12, 0.25, 0.38, 0.5, 0.65, 0.8].map((share) => ({
    kind: 'keyframes',
    atSeconds: at(share),
    count: 2,
  }));
  const beginning: Look = {
    kind: 'pictures',
    atSeconds: 0,
    forSeconds: 30,
    everySeconds: length > 0 ? Math.min(0.5, length / 24) : 0.5,
  };
  const windows: Look[] = [0.2, 0.4, 0.6, 0.8].map((share) => ({
    kind: 'pictures',
    atSeconds: at(share),
    forSeconds: 4,
    everySeconds: 0.5,
  }));
  return {
    cheap: length > 6 ? cheap : [],
    thorough: length > beginning.forSeconds ? [beginning, ...windows] : [beginning],
  };
}

/** Arguments for the stills of one look, each with a small grey picture to judge it by. */
export function lookArgs(facts: MediaFacts, look: Look, options: Options): string[] {
  const video = pictureOf(facts);
  const often =
    look.kind === 'pictures'
      ? [`select='isnan(prev_selected_t)+gte(t-prev_selected_t,${look.everySeconds.toFixed(4)})'`]
      : [];
  const graph = [
    `[0:${video.index}]${[...often, ...stillFilters(video, options)].join(',')},split[still][all]`,
    `[all]scale=${JUDGED_SIDE}:${JUDGED_SIDE}:flags=area,format=gray[grey]`,
  ].join(';');
  const count = [
    '-frames:v',
    String(look.kind === 'keyframes' ? look.count : 60),
    '-fps_mode',
    'passthrough',
  ];
  return [
    ...QUIET,
    ...UNTRUSTED_INPUT,
    // The keyframe before the place will do; to decode up to the very place would take a hundred times as long.
    ...(look.kind === 'keyframes'
      ? ['-skip_frame', 'nokey', '-noaccurate_seek']
      : ['-t', String(look.forSeconds)]),
    ...seekTo(look.atSeconds),
    ...['-i', INPUT_URL, '-filter_complex', graph],
    ...['-map', '[still]', ...JPEG, ...count, 'look-%d.jpg'],
    ...['-map', '[grey]', '-f', 'rawvideo', ...count, JUDGED_NAME],
  ];
}

/** How many stills a look has brought, by the length of its grey pictures. */
export const stillsIn = (sizeBytes: number): number => Math.floor(sizeBytes / JUDGED_BYTES);

/** Containers without an exact index land behind the place they are told. */
const INDEXED = new Set(['mov', 'matroska']);

/** Arguments for the picture that is shown at `atSeconds`, which may have begun to be shown long before. */
export function frameAtArgs(facts: MediaFacts, atSeconds: number, options: Options): string[] {
  const video = pictureOf(facts);
  const from = Math.max(0, atSeconds - (INDEXED.has(facts.container) ? 1 : 12));
  const filters = [
    // The last picture is shown to the end, however long the sound goes on.
    'tpad=stop_mode=clone:stop=-1',
    `fps=fps=1:round=up:start_time=${(atSeconds - from).toFixed(6)}`,
    ...stillFilters(video, options),
  ];
  return [
    ...QUIET,
    ...UNTRUSTED_INPUT,
    ...(from > 0 ? ['-noaccurate_seek'] : []),
    ...seekTo(from),
    ...['-i', INPUT_URL, '-filter_complex', `[0:${video.index}]${filters.join(',')}[still]`],
    ...['-map', '[still]', ...JPEG, '-frames:v', '1', '-update', '1', STILL_NAME],
  ];
}

const JPEG = ['-map_metadata', '-1', '-c:v', 'mjpeg', '-q:v', '4', '-f', 'image2'];

const seekTo = (seconds: number): string[] => (seconds > 0 ? ['-ss', seconds.toFixed(6)] : []);

const lengthOf = (facts: MediaFacts): number => facts.video?.durationSeconds ?? facts.durationSeconds ?? 0;

function pictureOf(facts: MediaFacts): VideoFacts {
  if (facts.video === null) throw new Error('a still needs a picture');
  return facts.video;
}

function stillFilters(video: VideoFacts, options: Options): string[] {
  const width = Math.max(2, 2 * Math.round(Math.min(WIDEST, video.width) / 2));
  const height = Math.max(2, 2 * Math.round((width * video.height) / video.width / 2));
  return [
    // Looks at one picture alone, because its neighbours here are seconds away.
    ...(video.interlaced ? ['estdif=mode=frame'] : []),
    `scale=${width}:${height}:flags=bicubic`,
    ...(video.hdr && options.toneMapping ? toneMap(video.hdr) : []),
    'format=yuvj420p',
    'setsar=1',
  ];
}
