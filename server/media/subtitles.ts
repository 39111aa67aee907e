import { QUIET } from './args.ts';
import type { SubtitleFacts } from './facts.ts';
import { INPUT_URL, UNTRUSTED_INPUT } from './untrusted.ts';

/** The n-th of the tracks that are asked for. */
export const trackFile = (n: number): string => `track-${n}.vtt`;

/** One run over the file that turns some of its text subtitles into WebVTT; their zero is the beginning of the film. */
export const subtitleArgs = (tracks: readonly SubtitleFacts[]): string[] => [
  ...QUIET,
  ...UNTRUSTED_INPUT,
  ...['-i', INPUT_URL],
  ...tracks.flatMap((track, n) => [
    ...['-map', `0:${track.index}`, '-c:s', 'webvtt', '-map_metadata', '-1', '-map_chapters', '-1'],
    ...['-f', 'webvtt', trackFile(n)],
  ]),
];

const NAMES: Readonly<Record<string, string>> = {
  subrip: 'SubRip',
  ass: 'ASS',
  ssa: 'SSA',
  mov_text: 'MP4 text',
  webvtt: 'WebVTT',
  hdmv_pgs_subtitle: 'PGS',
  dvd_subtitle: 'DVD',
  dvb_subtitle: 'DVB',
  xsub: 'DivX',
};

/** A track as people read of it: number counted from 1, form and language. */
export const subtitleWords = (track: SubtitleFacts, number: number): string =>
  `Subtitles ${number} (${[NAMES[track.codec] ?? track.codec, track.language, track.title].filter(Boolean).join(', ')})`;
