// `siaran transcode FILE OUT_DIR`: turns a video file into HLS without a server.
import { constants, existsSync } from 'node:fs';
import { access, mkdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { LADDER } from '../../lib/contract/ladder.ts';
import { ConfigError, loadConfig } from '../../server/core/config.ts';
import { type AppError, isAppError, messageOf } from '../../server/core/errors.ts';
import { dedicatedUid } from '../../server/core/uids.ts';
import { createSupervisor } from '../../server/media/ffmpeg/supervisor.ts';
import { isFull } from '../../server/store/index.ts';
import { type Converted, convert, hasBegun, KEPT, mayReceive } from '../../server/vod/grid/convert.ts';
import { type ReportStyle, TranscodeReport } from '../lib/transcode-report.ts';

const USAGE = `Usage: siaran transcode FILE OUT_DIR [--rungs 360p,720p] [--segment-seconds 6] [--quiet | --json]
Makes OUT_DIR/master.m3u8 with segments for each quality. OUT_DIR is new, empty, or holds an interrupted run, which goes on.
  --rungs            these qualities only; else all of ${LADDER.map((rung) => rung.id).join(', ')} that are not larger than FILE
  --segment-seconds  length of a segment, 2 to 20
  --quiet            says nothing but errors
  --json             one line of JSON for each step
Ends with 0 done, 1 failed, 2 wrong use, 3 FILE cannot be read or is no video, 4 no room on the disk, 130 interrupted.
`;
const EXIT = { failed: 1, usage: 2, input: 3, room: 4, interrupted: 130 } as const;
const UNREADABLE_AS_ROOT =
  'Run by root, Siaran opens the file as a user without rights, who cannot read it. Run the command as the owner of the file, or make it readable for all.';
const MIN_SEGMENT_SECONDS = 2;
const MAX_SEGMENT_SECONDS = 20;

/** Ctrl-C reaches us twice, by the terminal and by who started us; a later one is meant again. */
const AGAIN_AFTER_MS = 1_000;

class UsageError extends Error {}
class HelpWanted extends Error {}
class InputError extends Error {}

type Wanted = {
  file: string;
  outDir: string;
  rungs: string[] | null;
  segmentSeconds: number | null;
  style: ReportStyle;
};

const stopping = new AbortController();
let stoppedMs = 0;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // Children end with us.
    if (stopping.signal.aborted && performance.now() - stoppedMs > AGAIN_AFTER_MS)
      process.exit(EXIT.interrupted);
    if (!stopping.signal.aborted) stoppedMs = performance.now();
    stopping.abort();
  });
}
// Whoever read our progress may go; the work goes on.
process.stdout.on('error', () => undefined);

try {
  const wanted = readArguments(process.argv.slice(2));
  const { made, converted } = await transcode(wanted);
  if (wanted.style === 'json')
    process.stdout.write(`${JSON.stringify({ done: true, made, ...converted })}\n`);
  else if (wanted.style !== 'none') process.stdout.write(doneText(wanted, converted));
} catch (error) {
  if (error instanceof HelpWanted) process.stdout.write(USAGE);
  else {
    process.exitCode = exitCodeOf(error);
    process.stderr.write(`${sentenceOf(error)}\n`);
  }
}

function readArguments(args: string[]): Wanted {
  const { values, positionals } = parsed(args);
  if (values.help) throw new HelpWanted();
  const [file, outDir, ...more] = positionals;
  if (file === undefined || outDir === undefined || more.length > 0) throw new UsageError(USAGE.trimEnd());
  const rungs = values.rungs?.split(',') ?? null;
  const names = LADDER.map((rung) => rung.id as string);
  if (rungs?.some((rung) => !/^\d{2,4}p$/.test(rung)))
    throw new UsageError(`--rungs takes names such as ${names.join(', ')}, with commas between them.`);
  const seconds = values['segment-seconds'];
  const segmentSeconds = seconds === undefined ? null : Number(seconds);
  const fits = (value: number) =>
    Number.isInteger(value) && value >= MIN_SEGMENT_SECONDS && value <= MAX_SEGMENT_SECONDS;
  if (segmentSeconds !== null && !fits(segmentSeconds))
    throw new UsageError(
      `--segment-seconds takes a whole number from ${MIN_SEGMENT_SECONDS} to ${MAX_SEGMENT_SECONDS}.`,
    );
  const shown: ReportStyle = process.stdout.isTTY ? 'bar' : 'lines';
  const style = values.quiet ? 'none' : values.json ? 'json' : shown;
  const from = process.env.SIARAN_CALLED_FROM ?? process.cwd();
  return { file: path.resolve(from, file), outDir: path.resolve(from, outDir), rungs, segmentSeconds, style };
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        rungs: { type: 'string' },
        'segment-seconds': { type: 'string' },
        quiet: { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(`${messageOf(error)}\n${USAGE.trimEnd()}`);
  }
}

async function transcode(wanted: Wanted): Promise<{ made: number; converted: Converted }> {
  const { file, outDir, rungs } = wanted;
  const { values } = loadConfig(process.env);
  await checkInput(file);
  if (!(await mayReceive(outDir)))
    throw new UsageError(`${outDir} is not an empty folder. Choose one that is new or empty.`);
  const keptDir = path.join(outDir, KEPT);
  const created = await makeFolders(keptDir);
  const uid = dedicatedUid(keptDir, 'decoder');
  const decoder = uid === undefined ? null : { uid, gid: uid };
  const { ffmpegPath, ffprobePath, ffmpegThreads: threads } = values;
  const supervisor = createSupervisor({
    ffmpegPath,
    ffprobePath,
    runDir: path.join(keptDir, 'run'),
    decoder,
  });
  const report = new TranscodeReport(wanted.style, process.stdout);
  let made = 0;
  try {
    const converted = await convert({
      ...{ file, outDir, rungs, threads, supervisor, decoder, signal: stopping.signal },
      segmentSeconds: wanted.segmentSeconds ?? values.hlsSegmentSeconds,
      onProgress: (stage, atSeconds, share) => report.step(stage, atSeconds, share),
      onSegment: () => made++,
    });
    return { made, converted };
  } finally {
    report.end();
    await supervisor.close();
    if (!hasBegun(outDir)) await rm(created, { recursive: true, force: true });
  }
}

/**
 * Makes a folder and those above it; answers the highest that is new, or the folder itself. One by one, since
 * Node's `recursive` tries without end where a file system makes no folders at all.
 */
async function makeFolders(folder: string): Promise<string> {
  const missing: string[] = [];
  for (let at = folder; !existsSync(at); at = path.dirname(at)) missing.unshift(at);
  try {
    for (const each of missing) await mkdir(each);
    await access(folder, constants.W_OK);
  } catch (error) {
    if (isFull(error)) throw error;
    throw new UsageError(
      `Nothing can be written to ${path.dirname(folder)} (${messageOf(error)}). Choose another folder.`,
    );
  }
  return missing[0] ?? folder;
}

/** Children have an user of their own when we run as root, so the file has to be readable for it. */
async function checkInput(file: string): Promise<void> {
  const info = await stat(file).catch(() => null);
  if (!info?.isFile()) throw new InputError(`There is no file ${file}.`);
  await access(file, constants.R_OK).catch(() => {
    throw new InputError(`The file ${file} cannot be read. Check its rights.`);
  });
  if (process.getuid?.() === 0 && (info.mode & 0o004) === 0) throw new InputError(UNREADABLE_AS_ROOT);
}

function exitCodeOf(error: unknown): number {
  if (stopping.signal.aborted) return EXIT.interrupted;
  if (error instanceof UsageError || error instanceof ConfigError) return EXIT.usage;
  if (error instanceof InputError || /^MEDIA_/.test(codeOf(error))) return EXIT.input;
  if (codeOf(error) === 'RENDITION_UNKNOWN') return EXIT.usage;
  return codeOf(error) === 'STORAGE_FULL' || isFull(error) ? EXIT.room : EXIT.failed;
}

function codeOf(error: unknown): string {
  return isAppError(error) ? error.code : '';
}

function sentenceOf(error: unknown): string {
  if (stopping.signal.aborted) return 'Interrupted. The same command goes on from here.';
  if (isFull(error) || codeOf(error) === 'STORAGE_FULL')
    return 'The disk has no room for this. Free some space; the same command goes on from here.';
  if (!isAppError(error)) return messageOf(error);
  const log = logOf(error);
  if (log.some((line) => /Permission denied/.test(line)) && process.getuid?.() === 0)
    return UNREADABLE_AS_ROOT;
  const text = error.message.replace(/\bUpload it\b/g, 'Run this').replace(/\bupload it\b/g, 'run this');
  return [text, ...(/^TRANSCODE_/.test(error.code) ? log.slice(-5) : [])].join('\n');
}

function logOf({ details }: AppError): string[] {
  return (details as { log?: string[] } | undefined)?.log ?? [];
}

function doneText({ outDir }: Wanted, { rungs, durationSeconds }: Converted): string {
  const file = path.join(outDir, 'master.m3u8');
  return `Done: ${durationSeconds.toFixed(2)} s in ${rungs.join(', ')}. Play ${file}.\n`;
}
