import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** Folders that are made, not written. */
const MADE = new Set([
  'node_modules',
  '.next',
  '.git',
  'data',
  'coverage',
  'test-results',
  'playwright-report',
]);

/** Every written file of the repository with one of these endings, as a path from the root, sorted. */
export function writtenFiles(endings: readonly string[], root = ROOT): string[] {
  const found: string[] = [];
  const walk = (relative: string) => {
    for (const entry of readdirSync(path.join(root, relative), { withFileTypes: true })) {
      const inside = relative === '' ? entry.name : `${relative}/${entry.name}`;
      if (entry.isDirectory() && !MADE.has(entry.name)) walk(inside);
      else if (entry.isFile() && endings.some((ending) => entry.name.endsWith(ending))) found.push(inside);
    }
  };
  walk('');
  return found.sort();
}

export const CODE = ['.ts', '.tsx', '.mjs', '.cjs', '.js'];

/** Tests, and what only tests use. */
export const isTest = (file: string): boolean => /\.(test|spec)\.tsx?$|\/test-[^/]+\.ts$|^tests\//.test(file);

export const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

/** The line, counted from 1, on which a place in a text stands. */
export const lineAt = (text: string, index: number): number => text.slice(0, index).split('\n').length;

/** Says one line per problem and ends with 1 when there is any. */
export function report(what: string, problems: readonly string[]): void {
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  if (problems.length === 0) process.stdout.write(`${what}: fine\n`);
  else process.exitCode = 1;
}
