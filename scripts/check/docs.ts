// Documents are checked like code: links lead somewhere, ids are defined, the error page is the catalogue (--write makes it).
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ERRORS } from '../../lib/contract/errors.ts';
import { CODE, lineAt, ROOT, read, report, writtenFiles } from './files.ts';

const ERROR_PAGE = 'docs/errors.md';
const ID_PAGES = ['docs/requirements.md', 'docs/faults.md'];
const ID = /\b(?:S\d\.\d+|B\d{1,2}|(?:UP|FILE|NET|SRC|CLI|IMP|WEB|PROC)-\d\d)\b/g;
const DEFINED = new RegExp(`^\\| (${ID.source}) \\|`, 'gm');

export function errorPage(): string {
  const rows = Object.entries(ERRORS).map(
    ([code, { status, message }]) => `| <a id="${code}"></a>\`${code}\` | ${status} | ${message} |`,
  );
  return `# Errors

This page is written from the catalogue in \`lib/contract/errors.ts\`; change it there.

The API answers every failure as JSON: \`{"error":{"code","message","docUrl","requestId","details"}}\`. Programs should
look at \`code\`, which never changes its meaning; \`message\` is for people and may be more exact than the sentence
below; \`requestId\` finds the request in the log. Addresses of media answer the bare sentence as text, unless the
request's \`Accept\` names \`application/json\`.

| code | status | sentence |
|---|---|---|
${rows.join('\n')}
`;
}

/** Links of a Markdown text that lead to no file of ours. */
export function deadLinks(file: string, text: string, exists: (path: string) => boolean): string[] {
  const prose = text.replace(/^```[\s\S]*?^```/gm, (block) => block.replace(/[^\n]/g, ' '));
  const problems: string[] = [];
  for (const match of prose.matchAll(/!?\[[^\]]*\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g)) {
    const target = (match[1] ?? '').replace(/#.*$/, '');
    if (target === '' || /^[a-z][a-z+.-]*:/i.test(target)) continue;
    const full = path.posix.normalize(path.posix.join(path.posix.dirname(file), decodeURI(target)));
    if (!exists(full))
      problems.push(`${file}:${lineAt(text, match.index)}: the link to ${target} leads nowhere`);
  }
  return problems;
}

export const definedIds = (pages: readonly string[]): string[] =>
  pages.flatMap((page) => [...page.matchAll(DEFINED)].map((match) => match[1] ?? ''));

/** Ids of requirements and faults that a text uses and no page defines. */
export function unknownIds(file: string, text: string, defined: ReadonlySet<string>): string[] {
  return [...text.matchAll(ID)]
    .filter((match) => !defined.has(match[0]))
    .map(
      (match) =>
        `${file}:${lineAt(text, match.index)}: ${match[0]} is not defined in ${ID_PAGES.join(' or ')}`,
    );
}

function twice(ids: readonly string[]): string[] {
  const seen = new Set<string>();
  return ids
    .filter((id) => seen.has(id) || !seen.add(id))
    .map((id) => `${id} is defined twice in ${ID_PAGES.join(' or ')}`);
}

function check(): string[] {
  const exists = (file: string) => existsSync(path.join(ROOT, file));
  const defined = definedIds(ID_PAGES.map(read));
  const known = new Set(defined);
  const pages = writtenFiles(['.md']);
  const errors = exists(ERROR_PAGE) && read(ERROR_PAGE) === errorPage();
  return [
    ...(errors ? [] : [`${ERROR_PAGE}: not up to date; run node scripts/check/docs.ts --write`]),
    ...pages.flatMap((file) => deadLinks(file, read(file), exists)),
    ...writtenFiles([...CODE, '.md']).flatMap((file) => unknownIds(file, read(file), known)),
    ...twice(defined),
  ];
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--write')) writeFileSync(path.join(ROOT, ERROR_PAGE), errorPage());
  else report('documents', check());
}
