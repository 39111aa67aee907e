// Words that must not stand in the source, each with its reason.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { CODE, isTest, lineAt, read, report, writtenFiles } from './files.ts';

type Rule = { pattern: RegExp; why: string; where: (file: string) => boolean };

const anywhere = () => true;
const inServer = (file: string) => file.startsWith('server/') && !isTest(file);

const RULES: readonly Rule[] = [
  { pattern: /\b(?:TODO|FIXME|XXX)\b/g, why: 'finish it, or leave it out', where: anywhere },
  { pattern: /@ts-(?:ignore|nocheck)\b/g, why: 'say the right type', where: anywhere },
  {
    pattern: /\b(?:test|it|describe)\.(?:skip|only|todo|fails)\b/g,
    why: 'every test runs',
    where: isTest,
  },
  {
    pattern: /\bprocess\.env\b/g,
    why: 'only server/core/config.ts reads the environment',
    where: (file) =>
      /^(server|lib|components|app)\//.test(file) &&
      !isTest(file) &&
      !['server/core/config.ts', 'server/index.ts'].includes(file),
  },
  {
    pattern:
      /(?<=await |return |=> |= |\()fetch\(|\b(?:https?|net|tls)\.(?:request|get|connect|createConnection)\(/g,
    why: 'only server/net opens outbound connections',
    where: (file) => inServer(file) && !/^server\/net\//.test(file),
  },
];

/** The rules and their tests name the words. */
const EXEMPT = new Set(['scripts/check/words.ts', 'scripts/check/check.test.ts']);

/** The forbidden words of one file; one sentence each. */
export function wordProblems(file: string, text: string): string[] {
  if (EXEMPT.has(file)) return [];
  return RULES.filter((rule) => rule.where(file)).flatMap((rule) =>
    [...text.matchAll(rule.pattern)].map(
      (match) => `${file}:${lineAt(text, match.index)}: "${match[0]}" is not allowed here: ${rule.why}`,
    ),
  );
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url))
  report(
    'words',
    writtenFiles(CODE).flatMap((file) => wordProblems(file, read(file))),
  );
