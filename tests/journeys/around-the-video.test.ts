import { execFile } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseStoryboard } from '../../components/player/storyboard.ts';
import type { Job, StreamConfig, Video } from '../../lib/contract/videos.ts';
import { master } from '../support/hls.ts';
import { makeClip } from '../support/media.ts';
import { panelFor } from '../support/panel.ts';
import { settled, uploadFile } from '../support/upload.ts';

const panel = panelFor({ beforeAll, afterAll }, () => ({ pages: false }));
let video: Video;
let config: StreamConfig;

const SRT =
  '1\n00:00:01,000 --> 00:00:02,500\n<i>Guten Tag</i> & auf\n\n2\n00:00:04,000 --> 00:00:05,000\nWiedersehen\n';
const CHAPTERS = [0, 4].map(
  (second, i) => `[CHAPTER]\nTIMEBASE=1/1\nSTART=${second}\nEND=${second + 3}\ntitle=Part ${i + 1} <b>\n`,
);

/** A film of seven seconds with subtitles and chapters in it. */
async function makeFilm(dir: string): Promise<string> {
  const clip = await makeClip(path.join(dir, 'clip.mp4'), { seconds: 7, size: '320x180' });
  writeFileSync(path.join(dir, 'de.srt'), SRT);
  writeFileSync(path.join(dir, 'chapters.txt'), `;FFMETADATA1\n${CHAPTERS.join('')}`);
  const film = path.join(dir, 'film.mkv');
  await promisify(execFile)('ffmpeg', [
    ...['-nostdin', '-v', 'error', '-i', clip, '-i', path.join(dir, 'de.srt')],
    ...[
      '-f',
      'ffmetadata',
      '-i',
      path.join(dir, 'chapters.txt'),
      '-map',
      '0',
      '-map',
      '1',
      '-map_chapters',
      '2',
    ],
    ...['-c', 'copy', '-c:s', 'subrip', '-metadata:s:s:0', 'language=ger', film],
  ]);
  return film;
}

beforeAll(async () => {
  video = await settled(panel.client, await uploadFile(panel.client, await makeFilm(panel.dataDir)));
  config = (await panel.client.get<StreamConfig>(`/api/v1/videos/${video.id}/stream-config`)).body;
}, 120_000);

test('an editor chooses the poster by a time of the video; a time behind its end is refused (S4.9)', async () => {
  const address = `/api/v1/videos/${video.id}/thumbnail`;
  const before = Buffer.from(await (await panel.client.raw(video.thumbnail!)).arrayBuffer());
  const chosen = await panel.client.post<Video>(address, { atSeconds: 5.5 });
  expect(chosen.status).toBe(200);
  expect(chosen.body.thumbnail).not.toBe(video.thumbnail);
  const after = Buffer.from(await (await panel.client.raw(chosen.body.thumbnail!)).arrayBuffer());
  expect(after.equals(before)).toBe(false);
  const behind = await panel.client.post<{ error: { code: string; message: string } }>(address, {
    atSeconds: 8,
  });
  expect(behind.status).toBe(400);
  expect(behind.body.error.message).toMatch(/^The video ends after 7\.\d seconds\. Choose/);
  expect((await panel.client.post(address, { atSeconds: -1 })).status).toBe(400);
  expect((await panel.client.get<Video>(`/api/v1/videos/${video.id}`)).body.thumbnail).toContain('?v=2');
});

const textAt = async (address: string): Promise<string> => {
  // Without the cookie: the signature alone has to do.
  const answer = await fetch(new URL(address, panel.base));
  expect(answer.status, address).toBe(200);
  return answer.text();
};

test('subtitles of the file are WebVTT for pages, and a list of their own beside the qualities (S2.3)', async () => {
  expect(config.subtitles).toMatchObject([{ track: 0, language: 'de', name: 'German' }]);
  const vtt = await textAt(config.subtitles[0]!.url);
  // Zero is where the file begins, which is the priming of its sound, some milliseconds before its first picture.
  expect(vtt.replace(/\.(\d)\d\d/g, '.$1')).toBe(
    'WEBVTT\n\n00:00:01.0 --> 00:00:02.5\n<i>Guten Tag</i> &amp; auf\n\n00:00:04.0 --> 00:00:05.0\nWiedersehen\n',
  );
  const [variant] = (await master(panel.client, config.hls!)).variants;
  expect(variant?.subtitles).toMatchObject([{ language: 'de', name: 'German' }]);
  const listAddress = new URL(variant!.subtitles[0]!.uri!, new URL(config.hls!, panel.base)).href;
  const segment = /^0\.vtt\?\S+$/m.exec(await textAt(listAddress))?.[0];
  expect(await textAt(new URL(segment!, listAddress).href)).toContain(
    'X-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:900000\n\n00:00:01.0',
  );
});

test('chapters of the file are told, and stand in a WebVTT of their own (S2.4)', async () => {
  expect(config.chapters.map(({ startSeconds, title }) => [Math.round(startSeconds), title])).toEqual([
    [0, 'Part 1 <b>'],
    [4, 'Part 2 <b>'],
  ]);
  const query = config.hls!.split('?')[1];
  expect(await textAt(`/hls/${video.id}/chapters.vtt?${query}`)).toContain('\nPart 1 &lt;b&gt;\n');
});

test('the seek bar has a picture for every two seconds, by addresses that open without a cookie', async () => {
  const vtt = await textAt(config.storyboard!);
  const tiles = parseStoryboard(vtt, new URL(config.storyboard!, panel.base).href);
  expect(tiles.map(({ fromSeconds, x, y, width, height }) => [fromSeconds, x, y, width, height])).toEqual([
    [0, 0, 0, 192, 108],
    [2, 192, 0, 192, 108],
    [4, 384, 0, 192, 108],
    [6, 576, 0, 192, 108],
  ]);
  const sheet = await fetch(tiles[0]!.src);
  expect([sheet.status, sheet.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
  expect((await sheet.arrayBuffer()).byteLength).toBeGreaterThan(2000);
});

test('each is a job whose log says what came of it, and making the qualities anew leaves one of each', async () => {
  const jobs = await panel.client.get<{ items: Job[] }>(`/api/v1/jobs?videoId=${video.id}`);
  const logOf = (kind: string) => jobs.body.items.find((job) => job.kind === kind)?.log.join(' ');
  expect(logOf('subtitles')).toContain('Subtitles 1 (SubRip, ger): 2 texts.');
  expect(logOf('storyboard')).toContain('4 pictures for the seek bar, one every 2 s');
  expect((await panel.client.post(`/api/v1/videos/${video.id}/generate-hls`)).status).toBe(202);
  await settled(panel.client, video.id);
  const names = readdirSync(path.join(panel.dataDir, 'processed', video.id));
  expect(names.filter((name) => /^(?:storyboard|subtitles|thumb)/.test(name)).toSorted()).toEqual([
    'storyboard-2-0.jpg',
    'subtitles-0.vtt',
    'thumb-2.jpg',
  ]);
});
