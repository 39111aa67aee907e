import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Video } from '../../lib/contract/videos.ts';
import { Client } from '../support/client.ts';
import { makeClip } from '../support/media.ts';
import { type RunningServer, removeDataDir, startServer } from '../support/server.ts';
import { settled, uploadFile } from '../support/upload.ts';

let server: RunningServer;
let client: Client;
let video: Video;

beforeAll(async () => {
  server = await startServer({ pages: false });
  client = await new Client(server.base).signIn();
  const clip = await makeClip(path.join(server.dataDir, 'clip.mkv'), { seconds: 7, size: '320x180' });
  video = await settled(client, await uploadFile(client, clip));
}, 120_000);
afterAll(async () => {
  await server.stop();
  removeDataDir(server.dataDir);
});

test('an editor chooses the poster by a time of the video; a time behind its end is refused (S4.9)', async () => {
  const address = `/api/v1/videos/${video.id}/thumbnail`;
  const before = Buffer.from(await (await client.raw(video.thumbnail!)).arrayBuffer());
  const chosen = await client.post<Video>(address, { atSeconds: 5.5 });
  expect(chosen.status).toBe(200);
  expect(chosen.body.thumbnail).not.toBe(video.thumbnail);
  const after = Buffer.from(await (await client.raw(chosen.body.thumbnail!)).arrayBuffer());
  expect(after.equals(before)).toBe(false);
  const behind = await client.post<{ error: { code: string; message: string } }>(address, { atSeconds: 8 });
  expect(behind.status).toBe(400);
  expect(behind.body.error.message).toMatch(/^The video ends after 7\.\d seconds\. Choose/);
  expect((await client.post(address, { atSeconds: -1 })).status).toBe(400);
  expect((await client.get<Video>(`/api/v1/videos/${video.id}`)).body.thumbnail).toContain('?v=2');
});
