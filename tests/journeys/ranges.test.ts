import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeClip } from '../support/media.ts';
import { panelFor } from '../support/panel.ts';
import { settled, uploadFile } from '../support/upload.ts';

const panel = panelFor({ beforeAll, afterAll }, () => ({ pages: false }));
let file: Buffer;
let address: string;
let etag: string;

beforeAll(async () => {
  const clip = await makeClip(path.join(panel.dataDir, 'clip.mp4'), {
    seconds: 3,
    args: ['-movflags', '+faststart'],
  });
  const { id } = await settled(panel.client, await uploadFile(panel.client, clip));
  address = `/stream/${id}/360p`;
  const whole = await panel.client.raw(address);
  file = Buffer.from(await whole.arrayBuffer());
  etag = whole.headers.get('etag') ?? '';
  expect(readFileSync(clip).length).toBeGreaterThan(0);
}, 120_000);

type Case = {
  name: string;
  headers: () => Record<string, string>;
  status: number;
  from?: () => number;
  to?: () => number;
  whole?: boolean;
};

const n = () => file.length;
const range =
  (value: () => string, more: () => Record<string, string> = () => ({})) =>
  () => ({ Range: value(), ...more() });
const part = (
  name: string,
  value: () => string,
  from: () => number,
  to: () => number,
  more?: () => Record<string, string>,
): Case => ({ name, headers: range(value, more), status: 206, from, to });
const all = (name: string, headers: () => Record<string, string>): Case => ({
  name,
  headers,
  status: 200,
  whole: true,
});
const none = (name: string, headers: () => Record<string, string>, status: number): Case => ({
  name,
  headers,
  status,
});

const CASES: Case[] = [
  all('no Range', () => ({})),
  part(
    'the first byte',
    () => 'bytes=0-0',
    () => 0,
    () => 0,
  ),
  part(
    'the first hundred',
    () => 'bytes=0-99',
    () => 0,
    () => 99,
  ),
  part(
    'a middle part',
    () => 'bytes=1000-1999',
    () => 1000,
    () => 1999,
  ),
  part(
    'the last byte by number',
    () => `bytes=${n() - 1}-${n() - 1}`,
    () => n() - 1,
    () => n() - 1,
  ),
  part(
    'everything by an open range',
    () => 'bytes=0-',
    () => 0,
    () => n() - 1,
  ),
  part(
    'an open range from the middle',
    () => 'bytes=5000-',
    () => 5000,
    () => n() - 1,
  ),
  part(
    'the last five hundred',
    () => 'bytes=-500',
    () => n() - 500,
    () => n() - 1,
  ),
  part(
    'a suffix longer than the file',
    () => `bytes=-${n() + 10}`,
    () => 0,
    () => n() - 1,
  ),
  part(
    'an end past the file is clamped',
    () => `bytes=100-${n() + 1000}`,
    () => 100,
    () => n() - 1,
  ),
  part(
    'spaces around the range',
    () => 'bytes= 10-19',
    () => 10,
    () => 19,
  ),
  part(
    'the unit in capitals',
    () => 'BYTES=10-19',
    () => 10,
    () => 19,
  ),
  part(
    'leading zeros',
    () => 'bytes=0010-0019',
    () => 10,
    () => 19,
  ),
  part(
    'an empty item in the list',
    () => 'bytes=,10-19,',
    () => 10,
    () => 19,
  ),
  part(
    'one of two outside the file',
    () => `bytes=0-9,${n() + 5}-${n() + 9}`,
    () => 0,
    () => 9,
  ),
  none(
    'a start at the end of the file',
    range(() => `bytes=${n()}-`),
    416,
  ),
  none(
    'a start far past the file',
    range(() => 'bytes=99999999999-'),
    416,
  ),
  none(
    'a suffix of nothing',
    range(() => 'bytes=-0'),
    416,
  ),
  all(
    'an end before the start',
    range(() => 'bytes=5-2'),
  ),
  all(
    'letters',
    range(() => 'bytes=a-b'),
  ),
  all(
    'a negative start',
    range(() => 'bytes=--5'),
  ),
  all(
    'no numbers at all',
    range(() => 'bytes=-'),
  ),
  all(
    'no ranges',
    range(() => 'bytes='),
  ),
  all(
    'another unit',
    range(() => 'items=0-9'),
  ),
  all(
    'no unit',
    range(() => '0-9'),
  ),
  all(
    'two equal signs',
    range(() => 'bytes=0-1=2'),
  ),
  all(
    'overlapping ranges',
    range(() => 'bytes=0-99,50-149'),
  ),
  all(
    'too many ranges',
    range(() => `bytes=${Array.from({ length: 200 }, (_, i) => `${i * 2}-${i * 2}`).join(',')}`),
  ),
  part(
    'If-Range with the right ETag',
    () => 'bytes=0-9',
    () => 0,
    () => 9,
    () => ({ 'If-Range': etag }),
  ),
  all(
    'If-Range with another ETag',
    range(
      () => 'bytes=0-9',
      () => ({ 'If-Range': '"other"' }),
    ),
  ),
  all(
    'If-Range with a weak ETag',
    range(
      () => 'bytes=0-9',
      () => ({ 'If-Range': `W/${etag}` }),
    ),
  ),
  all(
    'If-Range with a date',
    range(
      () => 'bytes=0-9',
      () => ({ 'If-Range': 'Wed, 21 Oct 2015 07:28:00 GMT' }),
    ),
  ),
  none('If-None-Match with the ETag', () => ({ 'If-None-Match': etag }), 304),
  none('If-None-Match with a weak ETag', () => ({ 'If-None-Match': `W/${etag}` }), 304),
  none('If-None-Match with a list', () => ({ 'If-None-Match': `"a", ${etag}` }), 304),
  none('If-None-Match with a star', () => ({ 'If-None-Match': '*' }), 304),
  none(
    'If-None-Match wins over Range',
    range(
      () => 'bytes=0-9',
      () => ({ 'If-None-Match': etag }),
    ),
    304,
  ),
  all('If-None-Match with another', () => ({ 'If-None-Match': '"other"' })),
  none('If-Match with another', () => ({ 'If-Match': '"other"' }), 412),
  all('If-Match with the ETag', () => ({ 'If-Match': etag })),
  all('If-Match with a star', () => ({ 'If-Match': '*' })),
];

test.each(CASES)(
  'Range on a real MP4: $name answers $status (S4.5, CLI-05)',
  async ({ headers, status, from, to, whole }) => {
    const answer = await panel.client.raw(address, { headers: headers() });
    const body = Buffer.from(await answer.arrayBuffer());
    expect(answer.status).toBe(status);
    if (status === 206) {
      const [start, end] = [from?.() ?? 0, to?.() ?? 0];
      expect(answer.headers.get('content-range')).toBe(`bytes ${start}-${end}/${file.length}`);
      expect(body.equals(file.subarray(start, end + 1))).toBe(true);
    }
    if (whole) expect(body.equals(file)).toBe(true);
    if (status === 416) expect(answer.headers.get('content-range')).toBe(`bytes */${file.length}`);
    if (status === 304) expect(answer.headers.get('etag')).toBe(etag);
  },
);

test('several ranges come as multipart/byteranges with exact parts (S4.5)', async () => {
  const answer = await panel.client.raw(address, { headers: { Range: 'bytes=0-9,100-119,-5' } });
  expect(answer.status).toBe(206);
  const boundary = /boundary=(.+)$/.exec(answer.headers.get('content-type') ?? '')?.[1] ?? '';
  const body = Buffer.from(await answer.arrayBuffer());
  expect(body.length).toBe(Number(answer.headers.get('content-length')));
  const parts = body
    .toString('latin1')
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((p) => Buffer.from(p.slice(p.indexOf('\r\n\r\n') + 4, -2), 'latin1'));
  expect(parts.map((p) => p.length)).toEqual([10, 20, 5]);
  expect(
    Buffer.concat(parts).equals(
      Buffer.concat([file.subarray(0, 10), file.subarray(100, 120), file.subarray(-5)]),
    ),
  ).toBe(true);
});

test('HEAD answers the headers of GET without a body, also for ranges (CLI-06)', async () => {
  for (const headers of [{}, { Range: 'bytes=0-9' }, { Range: 'bytes=99999999999-' }] as Record<
    string,
    string
  >[]) {
    const [get, head] = [
      await panel.client.raw(address, { headers }),
      await panel.client.raw(address, { method: 'HEAD', headers }),
    ];
    await get.body?.cancel();
    expect(head.status).toBe(get.status);
    for (const name of ['content-length', 'content-range', 'content-type', 'etag', 'accept-ranges'])
      expect(head.headers.get(name), name).toBe(get.headers.get(name));
    expect((await head.arrayBuffer()).byteLength).toBe(0);
  }
});
