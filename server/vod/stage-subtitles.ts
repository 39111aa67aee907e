import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { eq } from 'drizzle-orm';
import { type SubtitleTrack, video } from '../../drizzle/schema/vod.ts';
import { messageOf } from '../core/errors.ts';
import type { SubtitleFacts } from '../media/facts.ts';
import { subtitleArgs, subtitleWords, trackFile } from '../media/subtitles.ts';
import { cleanCues, readCues, writeWebVtt } from '../media/webvtt.ts';
import { openWorkroom } from '../media/workroom.ts';
import { isMissing } from '../store/index.ts';
import { claim } from './claim.ts';
import { runChild, wallLimitMs } from './run.ts';
import { factsOf, rawKey, type Stage, type StageContext } from './stage.ts';

const MOST_TRACKS = 32;
const FILE_LIMIT_BYTES = 8 * 1024 * 1024;

export const subtitlesKey = (videoId: string, track: number): string =>
  `processed/${videoId}/subtitles-${track}.vtt`;

/**
 * Turns the text subtitles of a file into WebVTT without foreign markup (FILE-04); those that are pictures or broken are
 * left out and named. A video without subtitles is still a video, so this stage never fails it.
 */
export const subtitlesStage: Stage = async (context) => {
  const { ports, video: row, signal, log } = context;
  const made = await makeSubtitles(context).catch((error: unknown) => {
    signal.throwIfAborted();
    ports.log.warn({ videoId: row.id, error: messageOf(error) }, 'no subtitles could be made');
    log('The subtitles could not be read; the video plays without them.');
    return null;
  });
  return {
    next: 'storyboard',
    commit: async (tx) => {
      if (made) await tx.update(video).set({ subtitles: made }).where(eq(video.id, row.id));
    },
    afterwards: async () => {
      if (made) await removeOthers(context, made);
    },
  };
};

async function makeSubtitles(context: StageContext): Promise<SubtitleTrack[]> {
  const { video: row, log } = context;
  const numbered = (factsOf(row).subtitles ?? []).map((facts, i) => ({
    facts,
    words: subtitleWords(facts, i + 1),
  }));
  for (const { facts, words } of numbered) {
    if (facts.kind === 'picture') log(`${words} are pictures of text and are left out.`);
    if (facts.kind === 'other') log(`${words} are of a kind that Siaran does not read and are left out.`);
  }
  const wanted = numbered.filter(({ facts }) => facts.kind === 'text').slice(0, MOST_TRACKS);
  if (wanted.length === 0) return [];
  const files = await convert(
    context,
    wanted.map(({ facts }) => facts),
  );
  const made: SubtitleTrack[] = [];
  for (const [i, { facts, words }] of wanted.entries()) {
    const cues = cleanCues(readCues(files[i] ?? ''), row.durationSeconds);
    if (cues.length === 0) {
      log(`${words} hold no text that can be shown and are left out.`);
      continue;
    }
    await putText(context, subtitlesKey(row.id, made.length), writeWebVtt(cues));
    const { language, title, isDefault, forced } = facts;
    made.push({ track: made.length, language, title, isDefault, forced });
    log(`${words}: ${cues.length} texts.`);
  }
  return made;
}

/** The server writes beside the place, never into a folder of the decoder. */
async function putText(
  { ports: { store }, video: row }: StageContext,
  key: string,
  text: string,
): Promise<void> {
  await store.checkSpace(text.length * 2);
  const fresh = store.path(`processed/${row.id}/subtitles.partial`);
  await mkdir(dirname(fresh), { recursive: true, mode: 0o711 });
  await writeFile(fresh, text);
  await store.put(key, fresh);
}

/** What ffmpeg made of each track, '' for none: by one run over the file, or track by track where that ends badly. */
async function convert(context: StageContext, tracks: readonly SubtitleFacts[]): Promise<string[]> {
  const together = await convertOnce(context, tracks);
  if (together !== null || tracks.length === 1) return together ?? [];
  const files: string[] = [];
  for (const track of tracks) files.push((await convertOnce(context, [track]))?.[0] ?? '');
  return files;
}

async function convertOnce(
  { ports, video: row, signal, roomDir }: StageContext,
  tracks: readonly SubtitleFacts[],
): Promise<string[] | null> {
  const sourcePath = ports.store.path(rawKey(row.id));
  const room = await openWorkroom({ dir: roomDir, sourcePath, decoder: ports.decoder });
  try {
    const result = await runChild(
      ports,
      {
        ...{ label: 'subtitles', program: 'ffmpeg', args: subtitleArgs(tracks), cwd: room.dir },
        ...{ stdout: 'ignore', timeoutMs: wallLimitMs(row.durationSeconds) },
        fileLimitBytes: FILE_LIMIT_BYTES,
      },
      { signal, durationSeconds: null },
    );
    if (result.code !== 0) return null;
    const files: string[] = [];
    for (const n of tracks.keys()) files.push(await textOf(join(room.dir, trackFile(n))));
    return files;
  } finally {
    await room.close();
  }
}

async function textOf(file: string): Promise<string> {
  try {
    await claim(file);
    if ((await stat(file)).size > FILE_LIMIT_BYTES) return '';
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return '';
    throw error;
  }
}

async function removeOthers({ ports, video: row }: StageContext, made: SubtitleTrack[]): Promise<void> {
  const kept = new Set(made.map(({ track }) => `subtitles-${track}.vtt`));
  for (const name of await ports.store.list(`processed/${row.id}`))
    if (/^subtitles[.-]/.test(name) && !kept.has(name))
      await ports.store.remove(`processed/${row.id}/${name}`);
}
