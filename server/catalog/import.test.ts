import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { isAppError } from '../core/errors.ts';
import type { Catalog } from './index.ts';
import { generatedList, testCatalog } from './test-catalog.ts';

let lists: http.Server;
let port: number;
let served: (res: http.ServerResponse) => void = (res) => res.end();
let t: Awaited<ReturnType<typeof testCatalog>>;
let catalog: Catalog;

beforeAll(async () => {
  lists = http.createServer((_req, res) => served(res));
  await new Promise<void>((done) => lists.listen(0, '127.0.0.1', done));
  port = (lists.address() as AddressInfo).port;
  t = await testCatalog({ allow: `127.0.0.1/32:${port}` });
  catalog = t.catalog;
});
afterEach(() => t.db.execute(sql`truncate provider, channel, source, import_run, output_path_alias cascade`));
afterAll(async () => {
  lists.closeAllConnections();
  lists.close();
  await t.close();
});

const importText = (text: string, more: { dryRun?: boolean; providerId?: string } = {}) =>
  catalog.import({ input: { kind: 'text', text }, dryRun: false, ...more });
const counts = ({ added, changed, unchanged, skipped, missing }: Awaited<ReturnType<typeof importText>>) => ({
  added,
  changed,
  unchanged,
  skipped,
  missing,
});
const names = async () => (await catalog.list({ sort: 'number', limit: 500 })).items.map((c) => c.name);
const codeOf = async (promise: Promise<unknown>) => {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  return isAppError(error) ? error.code : String(error);
};
const list = (...entries: string[]) => `#EXTM3U\n${entries.join('\n')}\n`;

describe('importing', () => {
  test('IMP-04 10,000 entries come in and come in again without a change', async () => {
    const text = generatedList(10_000);
    expect(counts(await importText(text))).toEqual({
      added: 10_000,
      changed: 0,
      unchanged: 0,
      skipped: 0,
      missing: 0,
    });
    const again = await importText(text);
    expect(counts(again)).toEqual({ added: 0, changed: 0, unchanged: 10_000, skipped: 0, missing: 0 });
    expect((await catalog.providers({ limit: 10 })).items).toMatchObject([
      { channels: 10_000, missing: 0, kind: 'm3u' },
    ]);
    const page = await catalog.list({ sort: 'number', limit: 2 });
    expect(page.total).toBe(10_000);
    expect(page.items.map((c) => [c.name, c.group, c.chno, c.tvgId, c.sourceCount])).toEqual([
      ['Channel 0', 'Group 0', '1', 'ch0.example', 1],
      ['Channel 1', 'Group 0', '2', 'ch1.example', 1],
    ]);
  });

  test('a dry run says what would happen and leaves nothing behind', async () => {
    const result = await importText(generatedList(3), { dryRun: true });
    expect(result).toMatchObject({ dryRun: true, added: 3, providerId: null });
    expect(result.samples.added[0]).toEqual({ line: 2, name: 'Channel 0', group: 'Group 0' });
    expect((await catalog.list({ sort: 'number', limit: 1 })).total).toBe(0);
    expect((await catalog.providers({ limit: 1 })).total).toBe(0);
  });

  test('a new token is a changed source of the same channel', async () => {
    await importText(generatedList(5));
    const before = await catalog.list({ sort: 'number', limit: 9 });
    const result = await importText(generatedList(5, 'b'));
    expect(counts(result)).toEqual({ added: 0, changed: 5, unchanged: 0, skipped: 0, missing: 0 });
    expect(result.samples.changed[0]?.fields).toEqual(['source']);
    const after = await catalog.list({ sort: 'number', limit: 9 });
    expect(after.items.map((c) => [c.id, c.num])).toEqual(before.items.map((c) => [c.id, c.num]));
    const live = await catalog.findForLive(after.items[0]!.id);
    expect(live?.sources.map((s) => s.url)).toEqual(['http://provider.example:8080/live/0.ts?token=b0']);
  });

  test('equal addresses are told apart by name, then by order; a renamed entry stays its channel', async () => {
    const two = list('#EXTINF:-1,A', 'http://h/x?token=1', '#EXTINF:-1,B', 'http://h/x?token=1');
    await importText(two);
    const ids = new Map((await catalog.list({ sort: 'name', limit: 9 })).items.map((c) => [c.name, c.id]));
    const swapped = list('#EXTINF:-1,B', 'http://h/x?token=1', '#EXTINF:-1,A', 'http://h/x?token=1');
    expect(counts(await importText(swapped))).toMatchObject({ added: 0, changed: 0, unchanged: 2 });
    const renamed = list('#EXTINF:-1,A2', 'http://h/x?token=1', '#EXTINF:-1,B', 'http://h/x?token=1');
    const provider = (await catalog.providers({ limit: 1 })).items[0];
    expect(counts(await importText(renamed, { providerId: provider!.id }))).toMatchObject({
      added: 0,
      changed: 1,
      unchanged: 1,
    });
    const after = (await catalog.list({ sort: 'name', limit: 9 })).items;
    expect(after.map((c) => [c.name, c.id])).toEqual([
      ['A2', ids.get('A')],
      ['B', ids.get('B')],
    ]);
  });

  test('what vanished is kept and marked, and comes back unmarked', async () => {
    await importText(generatedList(10));
    const provider = (await catalog.providers({ limit: 1 })).items[0]!;
    const result = await importText(generatedList(4), { providerId: provider.id });
    expect(counts(result)).toMatchObject({ unchanged: 4, missing: 6 });
    expect(result.warnings.join()).toContain('6 of 10');
    const page = await catalog.list({ sort: 'number', limit: 20 });
    expect(page.items.map((c) => c.missing)).toEqual([...Array(4).fill(false), ...Array(6).fill(true)]);
    expect(counts(await importText(generatedList(10), { providerId: provider.id }))).toMatchObject({
      added: 0,
      changed: 6,
    });
    expect((await catalog.list({ sort: 'number', limit: 20 })).items.every((c) => !c.missing)).toBe(true);
  });

  test('a short part of a known list does not mark the rest of it missing', async () => {
    await importText(generatedList(10));
    await importText(generatedList(2));
    expect((await catalog.providers({ limit: 9 })).items.map((p) => [p.channels, p.missing]).sort()).toEqual([
      [10, 0],
      [2, 0],
    ]);
  });

  test('broken entries are skipped with their line and reason, the rest is imported', async () => {
    const result = await importText(
      list(
        '#EXTINF:-1,Ok',
        'http://h/1',
        '#EXTINF:-1,No address',
        '#EXTINF:-1,Js',
        'javascript:alert(1)',
        '#EXTINF:-1,Ok',
        'http://h/1',
      ),
    );
    expect(counts(result)).toMatchObject({ added: 1, skipped: 3 });
    expect(result.entries).toBe(4);
    expect(result.samples.skipped.map((s) => [s.line, s.reason])).toEqual([
      [4, 'The entry has no address.'],
      [5, 'Addresses of the kind javascript: are not taken.'],
      [7, 'The entry is the same as the one in line 2.'],
    ]);
  });

  test('what an admin changed outlives a refresh', async () => {
    await importText(generatedList(2));
    const [first] = (await catalog.list({ sort: 'number', limit: 1 })).items;
    await catalog.patch(first!.id, { name: 'Mine', group: 'My group' }, 1);
    await importText(
      generatedList(2).replace('tvg-id="ch0.example"', 'tvg-id="new"').replace('Group 0', 'Other'),
    );
    expect(await catalog.find(first!.id)).toMatchObject({
      name: 'Mine',
      group: 'My group',
      tvgId: 'new',
      overrides: ['name', 'group'],
    });
    await catalog.patch(first!.id, { name: 'Channel 0' }, null);
    expect((await catalog.find(first!.id))?.overrides).toEqual(['group']);
  });

  test('addresses and headers are not readable in the database', async () => {
    await importText(
      list(
        '#EXTINF:-1 user-agent="SecretBox",N',
        'http://joe:hunter2@h/live/joe/hunter2/1.ts|Referer=http://secret-referer/',
      ),
    );
    const rows = await t.pool.query(
      'select to_jsonb(s)::text as a, to_jsonb(c)::text as b from source s, channel c',
    );
    const stored = JSON.stringify(rows.rows);
    for (const secret of ['hunter2', 'SecretBox', 'secret-referer', 'joe'])
      expect(stored).not.toContain(secret);
    const [only] = (await catalog.list({ sort: 'number', limit: 1 })).items;
    expect((await catalog.findForLive(only!.id))?.sources[0]).toMatchObject({
      url: 'http://joe:hunter2@h/live/joe/hunter2/1.ts',
      headers: { 'User-Agent': 'SecretBox', Referer: 'http://secret-referer/' },
      label: 'http://***@h/live/***/***/1.ts',
    });
  });
});

describe('IMP-03 what is no list', () => {
  test.each([
    ['<!doctype html><html></html>', 'LIST_NOT_M3U'],
    ['', 'LIST_EMPTY'],
    ['#EXTM3U\n', 'LIST_EMPTY'],
    ['#EXTM3U\n#EXTINF:-1,Only a name\n', 'LIST_EMPTY'],
    ['hello', 'LIST_NOT_M3U'],
    ['#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\na.ts\n', 'LIST_IS_STREAM'],
  ])('%j is refused and the channels stay as they were', async (text, code) => {
    await importText(generatedList(3));
    const provider = (await catalog.providers({ limit: 1 })).items[0]!;
    expect(await codeOf(importText(text, { providerId: provider.id }))).toBe(code);
    expect(await names()).toEqual(['Channel 0', 'Channel 1', 'Channel 2']);
    expect((await catalog.providers({ limit: 1 })).items[0]?.missing).toBe(0);
  });
});

describe('where lists come from', () => {
  test('an address is fetched through the outbound engine and recognised again with another token', async () => {
    served = (res) => res.end(generatedList(3));
    const input = (token: string) => ({
      kind: 'url' as const,
      url: `http://127.0.0.1:${port}/get.php?username=u&password=${token}&type=m3u`,
    });
    const first = await catalog.import({ input: input('a'), dryRun: false });
    const again = await catalog.import({ input: input('b'), dryRun: false });
    expect(again).toMatchObject({ providerId: first.providerId, unchanged: 3 });
    expect((await catalog.providers({ limit: 1 })).items[0]?.url).toBe(
      `http://127.0.0.1:${port}/get.php?username=***&password=***&type=***`,
    );
  });

  test('relative entries resolve against that address', async () => {
    served = (res) => res.end(list('#EXTINF:-1,R', 'streams/1.m3u8'));
    await catalog.import({
      input: { kind: 'url', url: `http://127.0.0.1:${port}/dir/list.m3u` },
      dryRun: false,
    });
    const [only] = (await catalog.list({ sort: 'number', limit: 1 })).items;
    expect((await catalog.findForLive(only!.id))?.sources[0]?.url).toBe(
      `http://127.0.0.1:${port}/dir/streams/1.m3u8`,
    );
  });

  test('NET-03 an address inside a private network is refused', async () => {
    expect(
      await codeOf(catalog.import({ input: { kind: 'url', url: 'http://10.0.0.1/list.m3u' }, dryRun: true })),
    ).toBe('ADDRESS_BLOCKED');
  });

  test('a list that is cut off changes nothing', async () => {
    served = (res) => {
      res.writeHead(200, { 'content-length': '1000000' });
      res.write(generatedList(50), () => res.destroy());
    };
    await expect(
      catalog.import({ input: { kind: 'url', url: `http://127.0.0.1:${port}/l` }, dryRun: false }),
    ).rejects.toThrow();
    expect(await names()).toEqual([]);
  });

  test('a file may be gzip, whatever it is called', async () => {
    const stream = Readable.from([gzipSync(generatedList(3))]);
    expect(
      await catalog.import({ input: { kind: 'file', stream }, name: 'my.m3u', dryRun: false }),
    ).toMatchObject({ added: 3, name: 'my.m3u' });
  });

  test('a cancelled import changes nothing', async () => {
    const stop = new AbortController();
    const stream = Readable.from(
      (function* () {
        yield Buffer.from(generatedList(100));
        stop.abort();
        yield Buffer.from(generatedList(100));
      })(),
    );
    await expect(
      catalog.import({ input: { kind: 'file', stream }, dryRun: false, signal: stop.signal }),
    ).rejects.toThrow();
    expect(await names()).toEqual([]);
  });

  test('two imports of the same list at once make it once', async () => {
    const results = await Promise.all([importText(generatedList(50)), importText(generatedList(50))]);
    expect(results.map((r) => r.added).sort()).toEqual([0, 50]);
  });
});
