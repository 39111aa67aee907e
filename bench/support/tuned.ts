import { readFileSync } from 'node:fs';
import path from 'node:path';

const FILE = path.resolve(import.meta.dirname, '../../scripts/lib/server-process.json');

/** What `npm start` gives the server's process, with more flags for Node behind it. */
export function tunedEnv(more: readonly string[] = []): Record<string, string> {
  const { flags, env } = JSON.parse(readFileSync(FILE, 'utf8')) as {
    flags: string[];
    env: Record<string, string>;
  };
  return { ...env, NODE_OPTIONS: [...flags, ...more].join(' ') };
}
