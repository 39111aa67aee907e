import { readFileSync } from 'node:fs';

/** Memory and CPU time of another process, as Linux counts them. */
export type ProcessCost = { rssMb: number; cpuS: number };

/** Ticks of /proc/…/stat in one second: 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

export function costOf(pid: number): ProcessCost {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const rssKb = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  // The name stands in brackets and may hold spaces; user and system time are the 12th and 13th field after it.
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { rssMb: rssKb / 1024, cpuS: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND };
}
