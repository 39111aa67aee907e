// Files stay under 400 lines and functions under 80, so that each can be read at one go.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { CODE, isTest, read, report, writtenFiles } from './files.ts';

const FILE_LINES = 400;
const FUNCTION_LINES = 80;
/** Written by programs; nobody reads them at one go. */
const GENERATED = /^(drizzle\/migrations\/|next-env\.d\.ts$|public\/)/;

const linesOf = (text: string): number => text.replace(/\n$/, '').split('\n').length;

function nameOf(node: ts.SignatureDeclaration): string {
  if (node.name) return node.name.getText();
  if (ts.isConstructorDeclaration(node)) return 'constructor';
  const parent = node.parent;
  if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)) return parent.name.getText();
  return 'a function without a name';
}

/** What is too long in one file; one sentence each. */
export function sizeProblems(file: string, text: string): string[] {
  const problems: string[] = [];
  const lines = linesOf(text);
  if (lines > FILE_LINES) problems.push(`${file}: ${lines} lines; split it below ${FILE_LINES}`);
  if (isTest(file) || file.endsWith('.css')) return problems;
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const visit = (node: ts.Node) => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body) {
      const first = source.getLineAndCharacterOfPosition(node.getStart()).line;
      const length = source.getLineAndCharacterOfPosition(node.getEnd()).line - first + 1;
      if (length > FUNCTION_LINES)
        problems.push(
          `${file}:${first + 1}: ${nameOf(node)} has ${length} lines; split it below ${FUNCTION_LINES}`,
        );
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return problems;
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const files = writtenFiles([...CODE, '.css']).filter((file) => !GENERATED.test(file));
  report(
    'sizes',
    files.flatMap((file) => sizeProblems(file, read(file))),
  );
}
