import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeClip } from '../support/media.ts';
import { panelFor } from '../support/panel.ts';
import { expectWithin } from '../support/time-limits.ts';
import { settled, uploadFile } from '../support/upload.ts';

const panel = panelFor({ beforeAll, afterAll }, () => ({ pages: false }));

const file = (name: string, body: Buffer | string): string => {
  const target = path.join(panel.dataDir, name);
  writeFileSync(target, body);
  return target;
};

const REFUSED: [string, () => Buffer | string][] = [
  ['noise.mp4', () => randomBytes(200_000)],
  ['zeros.mkv', () => Buffer.alloc(200_000)],
  ['page.mp4', () => '<!doctype html><html><body>Not a film</body></html>'],
  ['picture.mp4', () => '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
  ['program.mov', () => Buffer.concat([Buffer.from('\x7fELF', 'latin1'), randomBytes(5_000)])],
  ['one.ts', () => 'G'],
  ['list.mp4', () => '#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n'],
  ['concat.mkv', () => "ffconcat version 1.0\nfile '/etc/passwd'\n"],
];

test.each(REFUSED)(
  '%s fails within seconds with a reason a person understands (FILE-06, FILE-09, FILE-10)',
  async (name, body) => {
    const fromMs = performance.now();
    const video = await settled(panel.client, await uploadFile(panel.client, file(name, body())), 30_000);
    expect(video.state).toBe('failed');
    expect(video.error?.code).toMatch(/^MEDIA_/);
    expect(video.error?.message.length).toBeGreaterThan(20);
    expectWithin(15_000, { fromMs, seen: () => video.error });
  },
);

test('a file whose index is missing fails with a reason, and a retry fails the same way (FILE-07)', async () => {
  const clip = readFileSync(await makeClip(path.join(panel.dataDir, 'whole.mp4'), { seconds: 3 }));
  const video = await settled(
    panel.client,
    await uploadFile(panel.client, file('cut.mp4', clip.subarray(0, Math.floor(clip.length * 0.6)))),
    30_000,
  );
  expect(video.state).toBe('failed');
  expect(video.error?.code).toMatch(/^MEDIA_/);
  expect((await panel.client.post(`/api/v1/videos/${video.id}/retry`)).status).toBeLessThan(300);
  expect((await settled(panel.client, video.id, 30_000)).error?.code).toBe(video.error?.code);
});

test('a video that is a page as well is given out as video, never to be run (FILE-08)', async () => {
  const moving = ['-movflags', '+frag_keyframe+empty_moov+default_base_moof'];
  const clip = readFileSync(
    await makeClip(path.join(panel.dataDir, 'both.mp4'), { seconds: 1, args: moving }),
  );
  const page = Buffer.from('<!doctype html><html><body><script>alert(1)</script></body></html>');
  const box = Buffer.alloc(8);
  box.writeUInt32BE(box.length + page.length);
  box.write('free', 4, 'latin1');
  const head = clip.readUInt32BE(0);
  const both = Buffer.concat([clip.subarray(0, head), box, page, clip.subarray(head)]);
  const video = await settled(panel.client, await uploadFile(panel.client, file('page.html', both)));
  expect(video.state).toBe('ready');
  const answer = await panel.client.raw(`/stream/${video.id}`);
  const body = Buffer.from(await answer.arrayBuffer());
  expect(body.includes(page)).toBe(true);
  expect(answer.headers.get('content-type')).toBe('video/mp4');
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  expect(answer.headers.get('content-security-policy')).toBe('sandbox');
});

test('names that look like options, patterns or paths are titles and nothing else (FILE-05, UP-10)', async () => {
  const clip = await makeClip(path.join(panel.dataDir, 'plain.mp4'), { seconds: 1 });
  const { createUpload, sendRest } = await import('../support/tus.ts');
  for (const name of [
    '-i.mp4',
    '../../../etc/passwd',
    '%03d.mp4',
    'concat:a|b',
    '$(touch x).mp4',
    '<script>.mp4',
    'a\u202Etxt.mp4',
  ]) {
    const { location, videoId } = await createUpload(panel.client, name, readFileSync(clip).length);
    expect(await sendRest(panel.client, location, { file: clip, offset: 0 })).toBe(204);
    const video = await settled(panel.client, videoId);
    expect(video.state, name).toBe('ready');
  }
  const unexpected = readdirSync(path.join(panel.dataDir, 'raw')).filter(
    (entry) => !/^[0-9a-f-]{36}$/.test(entry),
  );
  expect(unexpected).toEqual([]);
});

test('an empty file is refused or fails as empty (UP-16)', async () => {
  const metadata = `filename ${Buffer.from('empty.mp4').toString('base64')}`;
  const answer = await panel.client.raw('/files', {
    method: 'POST',
    headers: { 'Tus-Resumable': '1.0.0', 'Upload-Length': '0', 'Upload-Metadata': metadata },
  });
  if (answer.status === 201) {
    const video = await settled(panel.client, answer.headers.get('video-id') ?? '', 15_000);
    expect(video.error?.code).toBe('MEDIA_EMPTY');
  } else expect(answer.status).toBeGreaterThanOrEqual(400);
});
