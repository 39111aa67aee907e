import { randomBytes } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { video } from '../../drizzle/schema/vod.ts';
import { base64, PART, testIngest } from './test-ingest.ts';

let t: Awaited<ReturnType<typeof testIngest>>;
beforeAll(async () => {
  t = await testIngest();
});
afterAll(() => t.close());

test('UP-07 lengths that are none are refused and leave no file', async () => {
  const before = readdirSync(join(t.dir, 'temp/uploads')).length;
  for (const length of [
    '',
    '-1',
    '1e9',
    '0x10',
    '12abc',
    '1.5',
    '9'.repeat(40),
    '18446744073709551616',
    'NaN',
    '1,2',
  ])
    expect((await t.call('POST', '/files', { 'Upload-Length': length })).status, length).toBe(400);
  expect(readdirSync(join(t.dir, 'temp/uploads')).length).toBe(before);
});

test('UP-08 too large a file or too long a body is 413 and the file is never longer than said', async () => {
  expect((await t.create(20_000_001)).status).toBe(413);
  const { at } = await t.create(5);
  expect((await t.patch(at, 0, Buffer.from('0123456789'))).status).toBe(413);
  expect((await t.patch(at, 0, Buffer.from('0123456789'), { 'Transfer-Encoding': 'chunked' })).status).toBe(
    413,
  );
  expect(statSync(t.fileOf(at)).size).toBeLessThanOrEqual(5);
});

test('UP-10 names are only titles; metadata that breaks the protocol is refused', async () => {
  for (const name of [
    '../../etc/passwd',
    'a\r\nSet-Cookie: x',
    '<script>alert(1)</script>',
    '\u202egpj.exe',
    'x\n#EXTINF:1,y',
    'n'.repeat(5000),
  ]) {
    const made = await t.create(1, { 'Upload-Metadata': `filename ${base64(name)}` });
    expect(made.status).toBe(201);
    const [row] = await t.db.select().from(video).where(eq(video.id, made.videoId));
    expect(row!.title).not.toMatch(/[\u0000-\u001f\u202e]/);
    expect(row!.title.length).toBeLessThanOrEqual(300);
  }
  for (const metadata of [`filename ${base64('x\0y')}`, 'a !!', 'a YQ==,a Yg==', 'a YQ==,', 'a YQ== b', ','])
    expect((await t.create(1, { 'Upload-Metadata': metadata })).status, metadata).toBe(400);
});

test('UP-11 ids that lead elsewhere are not found', async () => {
  for (const id of [
    '..%2f..%2fetc%2fpasswd',
    '%00',
    '%2e%2e',
    'a'.repeat(3000),
    '../raw',
    randomBytes(16).toString('hex'),
  ])
    for (const method of ['HEAD', 'PATCH', 'DELETE'])
      expect((await t.call(method, `/files/${id}`, { ...PART, 'Upload-Offset': '0' })).status).toBe(404);
});

test('UP-12 forwarded headers of strangers change nothing', async () => {
  const made = await t.create(1, { 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'gopher' });
  expect(made).toMatchObject({ status: 201, at: expect.stringMatching(/^\/files\//) });
});

test('UP-13 nobody touches the uploads of others, viewers and strangers may not upload', async () => {
  const { at } = await t.create(5);
  for (const method of ['HEAD', 'PATCH', 'DELETE'])
    expect((await t.call(method, at, { ...PART, 'Upload-Offset': '0', 'X-Person': 'emil' })).status).toBe(
      404,
    );
  expect((await t.call('HEAD', at, { 'X-Person': 'ada' })).status).toBe(200);
  expect((await t.create(5, { 'X-Person': 'vera' })).status).toBe(403);
  expect((await t.create(5, { 'X-Person': 'nobody' })).status).toBe(401);
});

test('WEB-08 only a listed origin may upload from its pages, and it can read what it needs', async () => {
  const made = await t.create(5, { Origin: 'https://studio.example' });
  expect(made.headers).toMatchObject({
    'access-control-allow-origin': 'https://studio.example',
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': expect.stringMatching(/Location.*Upload-Offset.*Video-Id/),
  });
  const preflight = await t.call('OPTIONS', '/files', {
    Origin: 'https://studio.example',
    'Access-Control-Request-Method': 'PATCH',
  });
  expect(preflight.headers['access-control-allow-headers']).toContain('Upload-Offset');
  const strange = await t.create(5, { Origin: 'https://evil.example' });
  expect(strange.headers['access-control-allow-origin']).toBeUndefined();
});

test('UP-19 GET never reaches the upload server; versions and types are checked as the protocol says', async () => {
  const { at } = await t.create(5);
  for (let i = 0; i < 500; i++) expect((await t.call('GET', at)).status).toBe(405);
  expect((await t.call('HEAD', at, { 'Tus-Resumable': '' })).status).toBe(412);
  const old = await t.call('HEAD', at, { 'Tus-Resumable': '0.2.2' });
  expect(old).toMatchObject({ status: 412, headers: { 'tus-version': '1.0.0' } });
  expect((await t.call('PATCH', at, { 'Upload-Offset': '0' }, Buffer.from('x'))).status).toBe(415);
  expect(
    (
      await t.call(
        'PATCH',
        at,
        { ...PART, 'Content-Type': 'text/plain', 'Upload-Offset': '0' },
        Buffer.from('x'),
      )
    ).status,
  ).toBe(415);
  expect(
    (
      await t.call(
        'POST',
        at,
        { 'X-HTTP-Method-Override': 'PATCH', ...PART, 'Upload-Offset': '0' },
        Buffer.from('x'),
      )
    ).status,
  ).toBe(204);
});
