import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export type Found = { pid: number; command: string };

const text = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // ended meanwhile
  }
};

const cwdOf = (pid: number): string => {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
};

/** Processes of one data folder whose program's name matches: it stands in their arguments or they work inside it. */
export function processesOf(dataDir: string, program: RegExp): Found[] {
  const found: Found[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const pid = Number(name);
    const words = text(`/proc/${name}/cmdline`).split('\0');
    if (!program.test(words[0] ?? '')) continue;
    const command = words.join(' ');
    if (command.includes(dataDir) || cwdOf(pid).startsWith(dataDir)) found.push({ pid, command });
  }
  return found;
}

export const ffmpegsOf = (dataDir: string): Found[] => processesOf(dataDir, /(?:^|\/)ff(?:mpeg|probe)$/);
/** The servers. */
export const postmastersOf = (dataDir: string): Found[] => firstOf(processesOf(dataDir, /(?:^|\/)postgres$/));
/** The servers, and what makes a cluster for one. */
export const databasesOf = (dataDir: string): Found[] =>
  firstOf(processesOf(dataDir, /(?:^|\/)(?:postgres|initdb)$/));

/** Those that no other of them started: a child of a server carries its arguments too for a moment, until it renames itself. */
function firstOf(found: Found[]): Found[] {
  const pids = new Set(found.map(({ pid }) => pid));
  return found.filter(({ pid }) => !pids.has(parentOf(pid)));
}

/** 0 when the process has ended meanwhile. */
export function parentOf(pid: number): number {
  const stat = text(`/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0);
}

/** The state letter of a process, `T` when it is stopped (proc(5)); empty when it has ended meanwhile. */
export function stateOf(pid: number): string {
  const stat = text(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2).charAt(0);
}
