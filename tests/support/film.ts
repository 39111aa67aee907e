import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { makeClip } from './media.ts';

const run = promisify(execFile);

/** The languages of a film's sound tracks and subtitles, as files say them. */
const LANGUAGES = ['eng', 'ind'] as const;

type Film = {
  seconds: number;
  /** Where each chapter begins; the last one goes to the end. */
  chapters: readonly { startSeconds: number; title: string }[];
  /** What is to be read all the time, a text for each language. */
  subtitles: readonly [string, string];
};

/** An MP4 with all that a film brings along: two sound tracks, two subtitles and chapters. */
export async function makeFilm(dir: string, { seconds, chapters, subtitles }: Film): Promise<string> {
  const picture = await makeClip(path.join(dir, 'picture.mp4'), { seconds, size: '854x480', rate: 10 });
  const clock = new Date(seconds * 1000).toISOString().slice(11, 19);
  const files = subtitles.map((text, i) => {
    const file = path.join(dir, `subtitles-${i}.srt`);
    writeFileSync(file, `1\n00:00:00,000 --> ${clock},000\n${text}\n`);
    return file;
  });
  const meta = path.join(dir, 'chapters.txt');
  const sections = chapters.map(
    ({ startSeconds, title }, i) =>
      `[CHAPTER]\nTIMEBASE=1/1\nSTART=${startSeconds}\nEND=${chapters[i + 1]?.startSeconds ?? seconds}\ntitle=${title}\n`,
  );
  writeFileSync(meta, `;FFMETADATA1\n${sections.join('')}`);
  const film = path.join(dir, 'film.mp4');
  await run('ffmpeg', [
    ...['-y', '-nostdin', '-loglevel', 'error', '-i', picture, '-f', 'lavfi', '-i', 'sine=frequency=880'],
    ...[...files, meta].flatMap((file) => ['-i', file]),
    ...['-map', '0', '-map', '1', '-map', '2', '-map', '3', '-map_chapters', '4', '-t', String(seconds)],
    ...['-c:v', 'copy', '-c:a', 'aac', '-ac', '2', '-c:s', 'mov_text'],
    ...LANGUAGES.flatMap((language, i) => [
      ...[`-metadata:s:a:${i}`, `language=${language}`, `-metadata:s:s:${i}`, `language=${language}`],
    ]),
    ...['-movflags', '+faststart', film],
  ]);
  return film;
}
