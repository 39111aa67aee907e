import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { SubtitleTrack } from '../../drizzle/schema/vod.ts';
import { silentLog } from '../core/log.ts';
import type { MediaFacts } from '../media/facts.ts';
import { createSupervisor, type Supervisor } from '../media/ffmpeg/supervisor.ts';
import { probe } from '../media/probe.ts';
import { openWorkroom } from '../media/workroom.ts';
import { createStore, type Store } from '../store/index.ts';
import type { StageContext } from './stage.ts';
import { subtitlesKey, subtitlesStage } from './stage-subtitles.ts';

vi.setConfig({ testTimeout: 60_000 });

let dir: string;
let store: Store;
let supervisor: Supervisor;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'siaran-subtitles-'));
  store = createStore({ dataDir: dir });
  await store.open();
  supervisor = createSupervisor({ ffmpegPath: 'ffmpeg', ffprobePath: 'ffprobe', runDir: join(dir, 'run') });
});
afterAll(async () => {
  await supervisor.close();
  rmSync(dir, { recursive: true, force: true });
});

const SRT = `1\n00:00:00,500 --> 00:00:01,500\n<i>Hello</i> <font color="red">there</font>\n
2\n00:00:01,600 --> 00:00:02,000\n<script>alert(document.cookie)</script>Safe & sound\n`;
const ASS = `[Script Info]\nScriptType: v4.00+\n\n[V4+ Styles]\nFormat: Name, Fontname, Fontsize\nStyle: Default,Arial,20\n
[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,<script>alert(document.cookie)</script>{\\b1}Bold{\\b0} words\\Nand a line\n`;

/** A two-second film with these subtitle files in it. */
async function film(ending: string, subtitles: Record<string, string>, args: string[]): Promise<string> {
  const files = Object.entries(subtitles).map(([name, text]) => {
    const file = join(dir, `${randomUUID()}-${name}`);
    writeFileSync(file, text);
    return file;
  });
  const out = join(dir, `${randomUUID()}.${ending}`);
  const maps = files.flatMap((_, i) => ['-map', `${i + 1}:s`]);
  await promisify(execFile)('ffmpeg', [
    ...['-nostdin', '-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=s=64x36:d=3:r=10'],
    ...[...files.flatMap((file) => ['-i', file]), '-map', '0:v', ...maps],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', ...args, out],
  ]);
  return out;
}

/** Runs the stage over a file and answers what it leaves. */
async function run(
  file: string,
  videoId: string = randomUUID(),
  change: (facts: MediaFacts) => MediaFacts = (facts) => facts,
) {
  copyFileSync(file, store.path(`raw/${videoId}`));
  const sourcePath = store.path(`raw/${videoId}`);
  const room = await openWorkroom({ dir: join(dir, randomUUID()), sourcePath, decoder: null });
  const facts = change(await probe(supervisor, room.dir).finally(() => room.close()));
  const lines: string[] = [];
  const result = await subtitlesStage({
    ...{ ports: { store, supervisor, decoder: null, log: silentLog() }, report: () => undefined },
    ...{ video: { id: videoId, facts, durationSeconds: facts.durationSeconds }, jobId: randomUUID() },
    ...{ roomDir: join(dir, randomUUID()), signal: new AbortController().signal },
    log: (line: string) => lines.push(line),
  } as unknown as StageContext);
  let tracks: SubtitleTrack[] | null = null;
  const set = (values: { subtitles: SubtitleTrack[] }) => {
    tracks = values.subtitles;
    return { where: async () => undefined };
  };
  await result.commit({ update: () => ({ set }) } as never);
  await result.afterwards?.();
  const texts = ((tracks ?? []) as SubtitleTrack[]).map(({ track }) =>
    readFileSync(store.path(subtitlesKey(videoId, track)), 'utf8'),
  );
  return { tracks, texts, lines, next: result.next, names: await store.list(`processed/${videoId}`) };
}

test('text subtitles of a Matroska file become WebVTT with its language, title and flags, and no script (FILE-04)', async () => {
  const args = ['-c:s:0', 'subrip', '-c:s:1', 'ass', '-metadata:s:s:0', 'language=ger'];
  const flags = [
    '-metadata:s:s:1',
    'title=Signs',
    '-disposition:s:0',
    'default',
    '-disposition:s:1',
    'forced',
  ];
  const { tracks, texts, lines, next } = await run(
    await film('mkv', { 'a.srt': SRT, 'b.ass': ASS }, [...args, ...flags]),
  );
  expect(tracks).toEqual([
    { track: 0, language: 'ger', title: null, isDefault: true, forced: false },
    { track: 1, language: null, title: 'Signs', isDefault: false, forced: true },
  ]);
  expect(texts[0]).toBe(
    'WEBVTT\n\n00:00:00.500 --> 00:00:01.500\n<i>Hello</i> there\n\n00:00:01.600 --> 00:00:02.000\nalert(document.cookie)Safe &amp; sound\n',
  );
  expect(texts[1]).toContain('00:00:01.000 --> 00:00:02.000\n<b>Bold</b> words\nand a line\n');
  expect(lines).toEqual(['Subtitles 1 (SubRip, ger): 2 texts.', 'Subtitles 2 (ASS, Signs): 1 texts.']);
  expect(next).toBe('storyboard');
});

test('subtitles of an MP4 too; a second run leaves the same, and what is of an earlier one goes', async () => {
  const file = await film('mp4', { 'a.srt': SRT }, ['-c:s', 'mov_text']);
  const videoId = randomUUID();
  const first = await run(file, videoId);
  expect(first.texts[0]).toContain('00:00:00.500 --> 00:00:01.500\n<i>Hello</i> there\n');
  writeFileSync(store.path(subtitlesKey(videoId, 7)), 'WEBVTT\n');
  writeFileSync(store.path(`processed/${videoId}/subtitles.partial`), 'cut sh');
  const second = await run(file, videoId);
  expect(second.texts).toEqual(first.texts);
  expect(second.names).toEqual(['subtitles-0.vtt']);
});

test('subtitles that are pictures are named and left out, those without a text too, and a film may have none', async () => {
  const pictures = { kind: 'picture', codec: 'hdmv_pgs_subtitle', language: 'eng' } as const;
  const pgs = await run(await film('mkv', { 'a.srt': SRT }, ['-c:s', 'subrip']), randomUUID(), (facts) => ({
    ...facts,
    subtitles: facts.subtitles!.map((track) => ({ ...track, ...pictures })),
  }));
  expect(pgs.tracks).toEqual([]);
  expect(pgs.lines).toEqual(['Subtitles 1 (PGS, eng) are pictures of text and are left out.']);
  const empty = { 'a.srt': '1\n00:00:00,000 --> 00:00:01,000\n<b></b>\n', 'b.srt': SRT };
  const some = await run(await film('mkv', empty, ['-c:s', 'subrip']));
  expect(some.tracks).toMatchObject([{ track: 0 }]);
  expect(some.lines[0]).toBe('Subtitles 1 (SubRip) hold no text that can be shown and are left out.');
  expect(await run(await film('mkv', {}, []))).toMatchObject({ tracks: [], lines: [], next: 'storyboard' });
});
