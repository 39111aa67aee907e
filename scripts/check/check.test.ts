import { describe, expect, test } from 'vitest';
import { ERRORS } from '../../lib/contract/errors.ts';
import { deadLinks, definedIds, errorPage, unknownIds } from './docs.ts';
import { sizeProblems } from './sizes.ts';
import { wordProblems } from './words.ts';

const lines = (count: number) => 'a();\n'.repeat(count);
const body = (count: number) => `function long() {\n${lines(count - 2)}}\n`;

describe('sizes', () => {
  test('a file of 400 lines passes and one of 401 does not', () => {
    expect(sizeProblems('server/a.ts', lines(400))).toEqual([]);
    expect(sizeProblems('server/a.ts', lines(401))).toEqual(['server/a.ts: 401 lines; split it below 400']);
  });

  test('a function of 80 lines passes and one of 81 does not', () => {
    expect(sizeProblems('server/a.ts', body(80))).toEqual([]);
    expect(sizeProblems('server/a.ts', body(81))).toEqual([
      'server/a.ts:1: long has 81 lines; split it below 80',
    ]);
  });

  test('an arrow function is named by what holds it, wherever it stands', () => {
    const [problem] = sizeProblems('server/a.ts', `const inner = {\n  work: () => {\n${lines(90)}  },\n};\n`);
    expect(problem).toContain('server/a.ts:2: work has 92 lines');
  });

  test('only the file counts in tests', () => {
    expect(sizeProblems('server/a.test.ts', body(200))).toEqual([]);
    expect(sizeProblems('server/a.test.ts', lines(401))).toHaveLength(1);
  });
});

describe('words', () => {
  const table: [file: string, text: string, problems: number][] = [
    ['server/vod/a.ts', 'const url = process.env.HOME;', 1],
    ['server/core/config.ts', 'loadConfig(process.env)', 0],
    ['scripts/a.mjs', 'process.env.PATH', 0],
    ['server/vod/a.ts', 'const answer = await fetch(address);', 1],
    ['server/net/a.ts', 'const answer = await fetch(address);', 0],
    ['server/jobs/a.ts', 'await this.boss.fetch(name); async fetch(name) {}', 0],
    ['server/live/a.ts', 'http.get(address)', 1],
    ['server/live/a.ts', '// TODO later', 1],
    ['app/page.tsx', '// @ts-ignore', 1],
    ['server/a.test.ts', "test.skip('x', () => {})", 1],
    ['server/a.test.ts', "describe.only('x', () => {})", 1],
    ['server/a.ts', 'it.only', 0],
  ];
  test.each(table)('%s with "%s" has %i problems', (file, text, problems) => {
    expect(wordProblems(file, text)).toHaveLength(problems);
  });
});

describe('documents', () => {
  const exists = (file: string) => file === 'docs/here.md' || file === 'README.md';

  test('a link to a missing file is named with its line', () => {
    expect(deadLinks('docs/a.md', 'one\n[two](gone.md)', exists)).toEqual([
      'docs/a.md:2: the link to gone.md leads nowhere',
    ]);
  });

  test('links to files, anchors, the web, and links inside code are no problem', () => {
    const text =
      '[a](here.md#part) [b](../README.md) [c](#below) [d](https://example.org)\n```\n[e](gone.md)\n```\n';
    expect(deadLinks('docs/a.md', text, exists)).toEqual([]);
  });

  test('a picture that is missing is a dead link too', () => {
    expect(deadLinks('README.md', '![Overview](docs/images/gone.png)', exists)).toHaveLength(1);
  });

  test('ids are defined by the first cell of a row', () => {
    expect(definedIds(['| UP-01 | what | follows |\ntext UP-02\n| id | what |\n| S1.2 | x |'])).toEqual([
      'UP-01',
      'S1.2',
    ]);
  });

  test('an id that no page defines is named with its file and line', () => {
    const missing = ['UP', '99'].join('-');
    expect(unknownIds('server/a.test.ts', `\n'${missing}: a case'`, new Set(['UP-01']))).toEqual([
      `server/a.test.ts:2: ${missing} is not defined in docs/requirements.md or docs/faults.md`,
    ]);
  });

  test('the error page has every code of the catalogue', () => {
    const page = errorPage();
    for (const code of Object.keys(ERRORS)) expect(page).toContain(`<a id="${code}"></a>`);
  });
});
