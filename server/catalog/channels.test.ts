import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { isAppError } from '../core/errors.ts';
import type { Catalog } from './index.ts';
import { generatedList, testCatalog } from './test-catalog.ts';

let t: Awaited<ReturnType<typeof testCatalog>>;
let catalog: Catalog;
beforeAll(async () => {
  t = await testCatalog();
  catalog = t.catalog;
});
afterEach(() => t.db.execute(sql`truncate provider, channel, source, import_run, output_path_alias cascade`));
afterAll(() => t.close());

const codeOf = async (promise: Promise<unknown>) => {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  return isAppError(error) ? error.code : String(error);
};
const src = (url: string, headers = {}) => ({ url, headers });
const ROWS: [string, string, string | null][] = [
  ['Zebra', 'News', '2'],
  ['alpha', 'News', null],
  ['Beta 50%', 'Sport', '1'],
  ['gamma_x', '', '10'],
  ['Delta', 'sport', null],
];
const addRows = async () => {
  for (const [name, group, chno] of ROWS) await catalog.create({ name, group, chno });
};
const namesOf = async (query: Partial<Parameters<Catalog['list']>[0]>) => {
  const names: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await catalog.list({ sort: 'number', limit: 2, ...query, ...(cursor && { cursor }) });
    names.push(...page.items.map((c) => c.name));
    expect(page.items.length).toBeLessThanOrEqual(2);
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  return names;
};

describe('the list', () => {
  test.each([
    ['number', ['Beta 50%', 'Zebra', 'gamma_x', 'alpha', 'Delta']],
    ['name', ['alpha', 'Beta 50%', 'Delta', 'gamma_x', 'Zebra']],
    ['created', ['Delta', 'gamma_x', 'Beta 50%', 'alpha', 'Zebra']],
  ] as const)('sorted by %s, page after page, each channel once', async (sort, expected) => {
    await addRows();
    expect(await namesOf({ sort })).toEqual(expected);
  });

  test.each([
    ['ALPHA', ['alpha']],
    ['news', ['Zebra', 'alpha']],
    ['50%', ['Beta 50%']],
    ['a_x', ['gamma_x']],
    ['10', ['gamma_x']],
    ['beta sport', ['Beta 50%']],
    ['nothing', []],
    ["'; drop table channel; --", []],
  ])('search for %j', async (search, expected) => {
    await addRows();
    expect(await namesOf({ search })).toEqual(expected);
  });

  test('filters by group and by the ids that somebody else knows', async () => {
    await addRows();
    expect(await namesOf({ group: 'News' })).toEqual(['Zebra', 'alpha']);
    const ids = (await catalog.list({ sort: 'name', limit: 2 })).items.map((c) => c.id);
    expect(await namesOf({ only: ids })).toEqual(['Beta 50%', 'alpha']);
    expect(await namesOf({ only: [] })).toEqual([]);
    expect(await namesOf({ except: ids })).toEqual(['Zebra', 'gamma_x', 'Delta']);
  });

  test.each([
    'x',
    'WzFd',
    Buffer.from('["a","b"]').toString('base64url'),
    Buffer.from('[{},1]').toString('base64url'),
  ])('the cursor %s of another list is refused', async (cursor) => {
    expect(await codeOf(catalog.list({ sort: 'number', limit: 2, cursor }))).toBe('VALIDATION');
  });

  test('groups are counted and paged', async () => {
    await addRows();
    const page = await catalog.groups({ limit: 2 });
    expect(page).toEqual({
      items: [{ name: 'News', channels: 2 }, expect.anything()],
      nextCursor: '2',
      total: 3,
    });
    expect((await catalog.groups({ limit: 2, cursor: '2' })).items).toHaveLength(1);
  });
});

describe('editing', () => {
  test('a channel keeps its sources in the order they are put, and says them without secrets', async () => {
    const id = await catalog.create({
      name: 'C',
      sources: [
        src('http://u:p@h/1?token=a', { Cookie: 'c', 'User-Agent': 'Box' }),
        src('udp://@239.0.0.1:1234'),
        src('http://h/3|Referer=http://r/'),
      ],
    });
    const shown = await catalog.sources(id);
    expect(shown.map((s) => s.url)).toEqual([
      'http://***@h/1?token=***',
      'udp://239.0.0.1:1234',
      'http://h/3',
    ]);
    expect(shown[0]?.headers).toEqual({ Cookie: '***', 'User-Agent': 'Box' });
    await catalog.patch(
      id,
      { sources: [{ id: shown[2]!.id }, src('http://h/new'), { id: shown[0]!.id }] },
      1,
    );
    const live = await catalog.findForLive(id);
    expect(live?.sources.map((s) => s.url)).toEqual(['http://h/3', 'http://h/new', 'http://u:p@h/1?token=a']);
    expect(live?.sources[0]?.headers).toEqual({ Referer: 'http://r/' });
    expect(live).toMatchObject({ idleTimeoutMs: 30_000, segmentDurationS: 4, ringBytes: 2_097_152 });
  });

  test('an edit of an older version is refused and changes nothing', async () => {
    const id = await catalog.create({ name: 'C' });
    await catalog.patch(id, { name: 'D' }, 1);
    expect(await codeOf(catalog.patch(id, { name: 'E' }, 1))).toBe('EDIT_CONFLICT');
    expect((await catalog.find(id))?.name).toBe('D');
  });

  test.each(['javascript:alert(1)', 'data:,x', 'file:///etc/passwd', 'generator:', 'nonsense', 'http://'])(
    'a source may not be %s',
    async (url) => {
      expect(await codeOf(catalog.create({ name: 'C', sources: [src(url)] }))).toBe('ADDRESS_INVALID');
      expect((await catalog.list({ sort: 'number', limit: 1 })).total).toBe(0);
    },
  );

  test('sources of another channel cannot be taken', async () => {
    const a = await catalog.create({ name: 'A', sources: [src('http://h/a')] });
    const b = await catalog.create({ name: 'B' });
    const [source] = await catalog.sources(a);
    expect(await codeOf(catalog.patch(b, { sources: [{ id: source!.id }] }, null))).toBe('EDIT_CONFLICT');
    expect(await catalog.sources(a)).toHaveLength(1);
  });

  test('many at once: group, switch off, delete', async () => {
    await catalog.import({ input: { kind: 'text', text: generatedList(3) }, dryRun: false });
    await catalog.create({ name: 'By hand' });
    const ids = (await catalog.list({ sort: 'number', limit: 9 })).items.map((c) => c.id);
    expect(await catalog.bulk({ ids, action: { type: 'group', group: 'New' } })).toBe(4);
    const after = (await catalog.list({ sort: 'number', limit: 9 })).items;
    expect(after.map((c) => [c.group, c.overrides])).toEqual([
      ...Array(3).fill(['New', ['group']]),
      ['New', []],
    ]);
    await catalog.bulk({ ids, action: { type: 'group', group: 'Group 0' } });
    expect((await catalog.list({ sort: 'number', limit: 1 })).items[0]).toMatchObject({
      group: 'Group 0',
      overrides: [],
    });
    await catalog.bulk({ ids: ids.slice(0, 1), action: { type: 'enable', enabled: false } });
    expect(await catalog.findForLive(ids[0]!)).toBeNull();
    expect(await catalog.bulk({ ids, action: { type: 'delete' } })).toBe(4);
    expect((await t.pool.query('select count(*)::int as n from source')).rows[0].n).toBe(0);
  });

  test('every change is announced', async () => {
    const heard: string[] = [];
    const stop = t.events.on('catalog.changed', ({ reason }) => heard.push(reason));
    const id = await catalog.create({ name: 'C' });
    await catalog.patch(id, { name: 'D' }, null);
    await catalog.remove(id);
    stop();
    expect(heard).toEqual(['created', 'edited', 'deleted']);
    expect(await codeOf(catalog.remove(id))).toBe('CHANNEL_NOT_FOUND');
  });
});

describe('output paths', () => {
  test('a channel is found by uuid, number and path; its old path leads to it for 30 days', async () => {
    const id = await catalog.create({ name: 'C', outputPath: 'one' });
    const num = (await catalog.find(id))!.num;
    await catalog.patch(id, { outputPath: 'two' }, null);
    expect(
      await Promise.all([id, String(num), 'two', 'one', 'three'].map((key) => catalog.resolve(key))),
    ).toEqual([id, id, id, id, null]);
    const now = t.clock.ms;
    t.clock.ms += 31 * 24 * 3600 * 1000;
    expect(await catalog.resolve('one')).toBeNull();
    t.clock.ms = now;
  });

  test('a path and an old path belong to one channel; taking the own one back works', async () => {
    const a = await catalog.create({ name: 'A', outputPath: 'one' });
    expect(await codeOf(catalog.create({ name: 'B', outputPath: 'one' }))).toBe('OUTPUT_PATH_TAKEN');
    await catalog.patch(a, { outputPath: 'two' }, null);
    expect(await codeOf(catalog.create({ name: 'B', outputPath: 'one' }))).toBe('OUTPUT_PATH_TAKEN');
    await catalog.patch(a, { outputPath: 'one' }, null);
    expect(await catalog.resolve('two')).toBe(a);
    expect((await catalog.list({ sort: 'number', limit: 9 })).total).toBe(1);
  });

  test('of two channels that ask for the same path at once one gets it', async () => {
    const results = await Promise.allSettled(
      ['A', 'B', 'C', 'D'].map((name) => catalog.create({ name, outputPath: 'same' })),
    );
    expect(results.filter((r) => r.status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'OUTPUT_PATH_TAKEN' });
    }
  });

  test.each(['hls', '123', 'UPPER', 'a b', '-a', '../x', 'master'])(
    '%s is no output path',
    async (outputPath) => {
      expect(await codeOf(catalog.create({ name: 'C', outputPath }))).toBe('OUTPUT_PATH_INVALID');
    },
  );
});

describe('relays and the demo', () => {
  test('a relay is a channel with a path; an address given back as shown keeps its secrets', async () => {
    const id = await catalog.createRelay({
      name: 'R',
      output_path: 'r',
      source_urls: ['http://u:p@h/1?k=v', 'http://h/2'],
    });
    const relay = await catalog.relay(id);
    expect(relay.source_urls).toEqual(['http://***@h/1?k=***', 'http://h/2']);
    await catalog.updateRelay(id, { source_urls: ['http://h/3', ...relay.source_urls] }, relay.version);
    expect((await catalog.findForLive(id))?.sources.map((s) => s.url)).toEqual([
      'http://h/3',
      'http://u:p@h/1?k=v',
      'http://h/2',
    ]);
    expect((await catalog.relays()).map((r) => r.output_path)).toEqual(['r']);
    expect(
      await codeOf(catalog.createRelay({ name: 'S', output_path: 'r', source_urls: ['http://h'] })),
    ).toBe('OUTPUT_PATH_TAKEN');
  });

  test('the demo channel is made once and plays a generator', async () => {
    const ids = await Promise.all([catalog.createDemoChannel(), catalog.createDemoChannel()]);
    expect(ids[0]).toBe(ids[1]);
    expect((await catalog.findForLive(ids[0]!))?.sources).toMatchObject([{ kind: 'generator', url: '' }]);
    expect(await catalog.resolve('test-card')).toBe(ids[0]);
  });

  test('the export gives every channel that is on, in order, and its revision moves with each change', async () => {
    await catalog.import({ input: { kind: 'text', text: generatedList(2500) }, dryRun: false });
    const [first] = (await catalog.list({ sort: 'number', limit: 1 })).items;
    const before = await catalog.revision();
    await catalog.patch(first!.id, { enabled: false }, null);
    expect(await catalog.revision()).not.toBe(before);
    const names: string[] = [];
    for await (const batch of catalog.exportChannels({})) names.push(...batch.map((c) => c.name));
    expect(names).toEqual(Array.from({ length: 2499 }, (_, i) => `Channel ${i + 1}`));
    const group: string[] = [];
    for await (const batch of catalog.exportChannels({ group: 'Group 3' }))
      group.push(...batch.map((c) => c.name));
    expect(group).toHaveLength(100);
  });
});
