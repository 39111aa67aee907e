import { z } from 'zod';
import type { ChapterFacts, SubtitleFacts } from './facts.ts';

const TEXT = new Set(['subrip', 'srt', 'ass', 'ssa', 'mov_text', 'webvtt']);
const PICTURE = new Set(['hdmv_pgs_subtitle', 'dvd_subtitle', 'dvb_subtitle', 'xsub']);
const MOST_CHAPTERS = 500;
const LONGEST_TITLE = 200;

const seconds = z.coerce.number().optional().catch(undefined);
const tags = z.record(z.string(), z.string()).optional().catch(undefined);
/** Chapters as ffprobe tells them; nonsense there is no reason to refuse a file. */
export const Chapters = z
  .array(z.object({ start_time: seconds, end_time: seconds, tags }))
  .optional()
  .catch(undefined);

type Stream = {
  index: number;
  codec_type?: string | undefined;
  codec_name?: string | undefined;
  disposition?: Record<string, number> | undefined;
  tags?: Record<string, string> | undefined;
};

/** The subtitles of a file, in its order. */
export const subtitleFacts = (streams: readonly Stream[]): SubtitleFacts[] =>
  streams
    .filter((stream) => stream.codec_type === 'subtitle')
    .map((stream) => ({
      index: stream.index,
      codec: stream.codec_name ?? 'unknown',
      kind: kindOf(stream.codec_name ?? ''),
      language: stream.tags?.language ?? null,
      title: line(stream.tags?.title) || null,
      isDefault: stream.disposition?.default === 1,
      forced: stream.disposition?.forced === 1,
    }));

const kindOf = (codec: string): SubtitleFacts['kind'] =>
  TEXT.has(codec) ? 'text' : PICTURE.has(codec) ? 'picture' : 'other';

type Film = { durationSeconds: number | null; startSeconds: number };

/** The chapters of a file in order, none behind the film or over the next one; one without a title is numbered. */
export function chapterFacts(found: z.infer<typeof Chapters>, film: Film): ChapterFacts[] {
  const end = film.durationSeconds ?? Number.POSITIVE_INFINITY;
  const at = (time: number | undefined, otherwise: number): number => {
    const moved = time === undefined ? otherwise : Math.round((time - film.startSeconds) * 1000) / 1000;
    // Priming of sound moves everything by some milliseconds; the first chapter still begins with the film.
    return moved < 0.1 ? 0 : Math.min(end, moved);
  };
  const sorted = (found ?? [])
    .flatMap(({ start_time, end_time, tags: named }) =>
      start_time === undefined
        ? []
        : [{ start: at(start_time, 0), end: at(end_time, end), title: line(named?.title) }],
    )
    .sort((a, b) => a.start - b.start)
    .slice(0, MOST_CHAPTERS);
  return sorted.flatMap((chapter, i) => {
    const endSeconds = Math.min(chapter.end, sorted[i + 1]?.start ?? chapter.end);
    if (!(Number.isFinite(endSeconds) && endSeconds > chapter.start)) return [];
    return [{ startSeconds: chapter.start, endSeconds, title: chapter.title || `Chapter ${i + 1}` }];
  });
}

/** A title as one line of printable text. */
const line = (text: string | undefined): string =>
  (text ?? '')
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, LONGEST_TITLE);
