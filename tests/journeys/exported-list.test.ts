import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type M3uEntry, M3uParser } from '../../lib/formats/m3u.ts';
import { makeClip } from '../support/media.ts';
import { panelFor } from '../support/panel.ts';
import { settled, uploadFile } from '../support/upload.ts';

let access = 'public';
const panel = panelFor({ beforeAll, afterAll }, () => ({ pages: false, env: { STREAM_ACCESS: access } }));
const LIST = '/playlist.m3u?type=vod';
let secret: string;
let shared: string;

beforeAll(async () => {
  const clip = await makeClip(path.join(panel.dataDir, 'clip.mp4'), { seconds: 1, size: '320x180' });
  [secret, shared] = [await uploadFile(panel.client, clip), await uploadFile(panel.client, clip)];
  for (const id of [secret, shared])
    expect(await settled(panel.client, id)).toMatchObject({ state: 'ready', visibility: 'members' });
  await edit(secret, { title: 'Mine alone', visibility: 'private' });
  await edit(shared, { title: 'For all' });
}, 180_000);

async function edit(id: string, patch: { title?: string; visibility?: string }): Promise<void> {
  expect((await panel.client.call('PATCH', `/api/v1/videos/${id}`, patch)).status).toBe(200);
}

async function entriesOf(answer: Response): Promise<M3uEntry[]> {
  expect(answer.status).toBe(200);
  const entries: M3uEntry[] = [];
  const parser = new M3uParser({ onEntry: (e) => entries.push(e), onSkip: (s) => expect(s).toBeNull() });
  parser.push(await answer.text());
  parser.end();
  return entries;
}

test('in open access the list of a stranger has no private video, and its owner gets an address that plays', async () => {
  const strangers = await entriesOf(await fetch(panel.base + LIST));
  expect(strangers.map(({ name }) => name)).toEqual(['For all']);
  expect((await fetch(strangers[0]!.url)).status).toBe(200);

  const owners = await entriesOf(await panel.client.raw(LIST));
  expect(owners.map(({ name }) => name)).toEqual(['For all', 'Mine alone']);
  const [open, own] = owners.map(({ url }) => new URL(url));
  expect(open!.search).toBe('');
  expect((await fetch(own!)).status).toBe(200);
  own!.search = '';
  expect((await fetch(own!)).status).toBe(401);
});

test('in open access the addresses of a private video are signed, so that they play where its owner copies them', async () => {
  const addressOf = async (id: string): Promise<string> => {
    const { body } = await panel.client.get<{ hls: string }>(`/api/v1/videos/${id}/stream-config`);
    return new URL(body.hls, panel.base).href;
  };
  expect((await fetch(await addressOf(secret))).status).toBe(200);
  const open = await addressOf(shared);
  expect(new URL(open).search).toBe('');
  expect((await fetch(open)).status).toBe(200);
});

test('a list is sent anew after each change of what stands in it, and only then', async () => {
  const askedAgain = async (etag: string) => {
    const answer = await panel.client.raw(LIST, { headers: { 'If-None-Match': etag } });
    await answer.text();
    return { status: answer.status, etag: answer.headers.get('etag')! };
  };
  let { etag } = await askedAgain('"none"');
  const changes = [
    () => edit(shared, { title: 'Another name' }),
    () => edit(shared, { visibility: 'private' }),
    async () => {
      access = 'signed';
      await panel.server.stop();
      await panel.startAgain();
    },
  ];
  for (const change of changes) {
    expect(await askedAgain(etag)).toEqual({ status: 304, etag });
    await change();
    const changed = await askedAgain(etag);
    expect(changed.status).toBe(200);
    ({ etag } = changed);
  }
});
