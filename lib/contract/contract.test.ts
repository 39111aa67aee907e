import { describe, expect, test } from 'vitest';
import { isOutputPath, OutputPath, RelayInput } from './channels.ts';
import { IdOrNum, PageQuery } from './common.ts';
import { ERRORS, isErrorCode } from './errors.ts';
import { LADDER } from './ladder.ts';
import { ROLES, roleAtLeast } from './roles.ts';

describe('S1.6 output paths', () => {
  const good = [
    'a',
    '1a',
    'news',
    'news-24',
    'a--b',
    'a1',
    '0-0',
    'x'.repeat(64),
    'master1',
    'hlsx',
    'auto-2',
  ];
  test.each(good)('%s may stand behind /stream/', (path) => {
    expect(isOutputPath(path)).toBe(true);
  });

  const bad = [
    '',
    '-news',
    'news-',
    '-',
    'News',
    'news 24',
    'news_24',
    'news/24',
    '..',
    'a.b',
    'news\n',
    'nëws',
    '%61',
    'x'.repeat(65),
    '1',
    '00042',
    'hls',
    'master',
    'auto',
    'original',
    '018f2f6e-7c3a-7d11-9b7a-0123456789ab',
  ];
  test.each(bad)('"%s" may not', (path) => {
    expect(isOutputPath(path)).toBe(false);
    expect(OutputPath.safeParse(path).success).toBe(false);
  });

  test('a relay needs a name, a path and a source', () => {
    const relay = { name: ' News ', output_path: 'news', source_urls: ['http://host/1.ts'] };
    expect(RelayInput.parse(relay).name).toBe('News');
    for (const change of [
      { name: '  ' },
      { output_path: 'hls' },
      { source_urls: [] },
      { source_urls: [' '] },
    ])
      expect(RelayInput.safeParse({ ...relay, ...change }).success).toBe(false);
  });
});

describe('WEB-04 roles', () => {
  test.each([
    ['admin', 'admin', true],
    ['admin', 'editor', true],
    ['admin', 'viewer', true],
    ['editor', 'admin', false],
    ['editor', 'editor', true],
    ['editor', 'viewer', true],
    ['viewer', 'admin', false],
    ['viewer', 'editor', false],
    ['viewer', 'viewer', true],
  ] as const)('%s may do what %s may do: %s', (role, needed, may) => {
    expect(roleAtLeast(role, needed)).toBe(may);
  });

  test('every pair of roles is in this table', () => {
    expect(ROLES).toEqual(['admin', 'editor', 'viewer']);
  });

  test('a role that nobody knows may do nothing', () => {
    for (const needed of ROLES) expect(roleAtLeast('owner' as never, needed)).toBe(false);
  });
});

describe('the catalogue of errors', () => {
  test.each(Object.entries(ERRORS))(
    '%s says what happened and what to do next',
    (code, { status, message }) => {
      expect(code).toMatch(/^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$/);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(600);
      expect(message).toMatch(/^\S.*[.!]$/);
      expect(message.split(/[.!;](?:\s|$)/).filter(Boolean).length).toBeGreaterThanOrEqual(2);
    },
  );

  test('only codes of the catalogue are codes', () => {
    expect(isErrorCode('NOT_FOUND')).toBe(true);
    for (const other of ['', 'not_found', 'toString', 'constructor', '__proto__', 42, null, undefined])
      expect(isErrorCode(other)).toBe(false);
  });
});

test('S2.2 the ladder rises in every respect', () => {
  expect(LADDER.map((rung) => rung.id)).toEqual(['360p', '480p', '720p', '1080p']);
  for (const [i, rung] of LADDER.entries()) {
    const below = LADDER[i - 1];
    expect(rung.id).toBe(`${rung.shortSide}p`);
    expect(rung.height).toBe(rung.shortSide);
    expect(rung.width % 2).toBe(0);
    if (!below) continue;
    expect(rung.videoBitsPerSecond).toBeGreaterThan(below.videoBitsPerSecond);
    expect(rung.audioBitsPerSecond).toBeGreaterThanOrEqual(below.audioBitsPerSecond);
    expect(rung.crf).toBeLessThan(below.crf);
  }
});

describe('ids and pages in requests', () => {
  test.each([
    ['018f2f6e-7c3a-7d11-9b7a-0123456789ab', true],
    ['42', true],
    ['news', false],
    ['1234567890123', false],
    ['-1', false],
    ['018f2f6e-7c3a-7d11-9b7a-0123456789ab/..', false],
    ['', false],
  ])('"%s" names a playable: %s', (id, valid) => {
    expect(IdOrNum.safeParse(id).success).toBe(valid);
  });

  test('a page has 100 entries when nothing is said, and 500 at most', () => {
    expect(PageQuery.parse({}).limit).toBe(100);
    expect(PageQuery.parse({ limit: '500' }).limit).toBe(500);
    for (const limit of ['0', '501', '-1', '1.5', 'all'])
      expect(PageQuery.safeParse({ limit }).success).toBe(false);
  });
});
