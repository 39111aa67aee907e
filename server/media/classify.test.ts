import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { refuseByHead } from './classify.ts';

const dir = mkdtempSync(join(tmpdir(), 'siaran-classify-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const refusal = (content: Buffer | string) => {
  const file = join(dir, 'file');
  writeFileSync(file, content);
  return refuseByHead(file);
};
const box = (name: string, body: Buffer, size = body.length + 8): Buffer => {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(size, 0);
  head.write(name, 4, 'latin1');
  return Buffer.concat([head, body]);
};
const ftyp = box('ftyp', Buffer.from('isom\0\0\x02\0isomiso2mp41', 'latin1'));

test.each([
  ['an HLS list', '#EXTM3U\n#EXT-X-TARGETDURATION:5\n'],
  ['an HLS list behind a BOM', '\ufeff#EXTM3U\n'],
  ['an HLS list behind blank lines', '\n\n  #EXTM3U\n'],
  ['a concat list', 'ffconcat version 1.0\nfile x\n'],
  ['a Winamp list', '[playlist]\nFile1=http://127.0.0.1/\n'],
  ['a DASH manifest', '<?xml version="1.0"?>\n<MPD xmlns="x"/>'],
  ['a SMIL file', '<smil><body/></smil>'],
  ['a session description', 'v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\n'],
  [
    'a playlist as an AVI subtitle',
    Buffer.concat([Buffer.from('RIFF\0\0\0\0AVI LIST'), Buffer.from('01txGAB2\0\x02\0#EXTM3U\n')]),
  ],
])('FILE-10 %s is a playlist whatever its name', async (_name, content) => {
  expect(await refusal(content)).toEqual({ code: 'MEDIA_PLAYLIST' });
});

test('FILE-06 other kinds of files are named', async () => {
  expect(await refusal(Buffer.alloc(0))).toEqual({ code: 'MEDIA_EMPTY' });
  expect(await refusal(Buffer.from('%PDF-1.7\n'))).toMatchObject({
    code: 'MEDIA_NOT_VIDEO',
    message: expect.stringContaining('.pdf'),
  });
  expect(await refusal(Buffer.from('504b030414000000', 'hex'))).toMatchObject({ code: 'MEDIA_NOT_VIDEO' });
});

test('FILE-07 an MP4 without index or with a box beyond its end is cut short; a whole one goes to the probe', async () => {
  const moov = box('moov', Buffer.alloc(64));
  const mdat = box('mdat', Buffer.alloc(500));
  expect(await refusal(Buffer.concat([ftyp, moov, mdat]))).toBeNull();
  expect(await refusal(Buffer.concat([ftyp, mdat, moov]))).toBeNull();
  expect(await refusal(Buffer.concat([ftyp, mdat]))).toEqual({ code: 'MEDIA_TRUNCATED' });
  expect(await refusal(Buffer.concat([ftyp, moov, mdat.subarray(0, 300)]))).toEqual({
    code: 'MEDIA_TRUNCATED',
  });
  expect(await refusal(Buffer.concat([ftyp, moov, box('mdat', Buffer.alloc(20), 0)]))).toBeNull();
});
