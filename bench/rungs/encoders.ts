import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { LIVE_RUNGS, type LiveRungId, type LiveRungSpec } from '../../lib/contract/live-rungs.ts';
import { encoderArgs, SOFTWARE } from '../../server/live/rungs/encoder-args.ts';
import { planRung } from '../../server/live/rungs/ladder.ts';
import { costOf } from '../support/process-cost.ts';

/** CPU seconds of each encoder of a server so far. */
export function encoderCpu(serverPid: number): Map<LiveRungId, number> {
  const found = new Map<LiveRungId, number>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      if (Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) !== serverPid) continue;
      const words = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
      const rate = Number(words[words.indexOf('-b:v') + 1]);
      const rung = LIVE_RUNGS.find(({ videoBitsPerSecond }) => videoBitsPerSecond === rate);
      if (rung) found.set(rung.id, costOf(Number(name)).cpuS);
    } catch {
      // It ended meanwhile.
    }
  }
  return found;
}

const SHAPE = { width: 1920, height: 1080, sampleAspect: 1 };

/** The command of a rung, reading a file as fast as it can and writing nowhere. */
function argsOf(rung: LiveRungSpec, file: string): string[] {
  const plan = planRung(rung, SHAPE, 25);
  const args = encoderArgs({ rung, plan, encoder: SOFTWARE, grid: null, lowered: false });
  const values: Record<string, string> = {
    'pipe:0': file,
    'pipe:1': '/dev/null',
    pipe: 'file,pipe',
    error: 'info',
  };
  return ['-y', '-nostats', '-benchmark', ...args.map((word) => values[word] ?? word)];
}

const after = (args: readonly string[], option: string): number => args.indexOf(option) + 1;

/** All rungs from one process: it decodes once. Only for the comparison. */
function argsOfAll(rungs: readonly LiveRungSpec[], file: string): string[] {
  const each = rungs.map((rung) => argsOf(rung, file));
  const input = each[0]!.slice(0, after(each[0]!, '-i') + 1);
  const names = rungs.map((_, at) => at);
  const filters = each.map((args, at) => `[s${at}]${args[after(args, '-vf')]}[v${at}]`);
  const split = `[0:v:0]split=${rungs.length}${names.map((at) => `[s${at}]`).join('')}`;
  const outputs = each.flatMap((args, at) => ['-map', `[v${at}]`, ...args.slice(after(args, '-vf') + 1)]);
  return [...input, '-filter_complex', [split, ...filters].join(';'), ...outputs];
}

/** CPU seconds of one ffmpeg, by its own word. */
async function cpuSecondsOf(args: readonly string[]): Promise<number> {
  const child = spawn('ffmpeg', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4000);
  });
  await once(child, 'close');
  const found = /bench: utime=([\d.]+)s stime=([\d.]+)s/.exec(said);
  if (!found) throw new Error(`ffmpeg did not say what it cost: ${said}`);
  return Number(found[1]) + Number(found[2]);
}

/** CPU seconds for one clip: each rung from a process of its own, and all of them from one. */
export async function compareProcesses(file: string): Promise<{ each: number; one: number }> {
  let each = 0;
  for (const rung of LIVE_RUNGS) each += await cpuSecondsOf(argsOf(rung, file));
  return { each, one: await cpuSecondsOf(argsOfAll(LIVE_RUNGS, file)) };
}
