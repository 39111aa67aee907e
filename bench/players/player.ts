import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** What a player did in its time. */
export type Played = {
  /** Pictures that it decoded (and, where it says so, showed). */
  pictures: number;
  /** Seconds of sound; without end where it says only that there was some. */
  soundS: number;
  /** Real time from its start to its end. */
  tookS: number;
  /** Its lines that tell of something wrong. */
  complaints: string[];
  /** Why it ended before its time; null when it did not. */
  failed: string | null;
};

/** Where to go in a film: the time, and its share of the whole for players that know no time. */
export type Place = { seconds: number; share: number };

/** What became of a jump in a film. */
export type Sought = {
  /** Where the picture went on, in seconds of the film; null when it did not. */
  landedS: number | null;
  complaints: string[];
  failed: string | null;
};

export type Player = {
  name: string;
  /** The program that has to be there, and the packages of Debian that bring it. */
  program: string;
  packages: string[];
  /** Plays `seconds` of an address. */
  play(address: string, seconds: number): Promise<Played>;
  /** Goes to a place of a film and plays a few seconds there. */
  seek(address: string, place: Place): Promise<Sought>;
};

/** The longest that a player may take beyond the time it plays: a cold start, and how far behind it begins. */
export const START_S = 15;

/** How long a player plays where it has gone to. */
export const SOUGHT_S = 4;

export type Finished = { output: string; code: number | null; late: boolean; tookS: number };

/** Runs a program until it ends or is too late; `during` may talk to it. */
export async function runPlayer(
  program: string,
  args: readonly string[],
  options: {
    limitS: number;
    env?: NodeJS.ProcessEnv;
    during?: (child: ChildProcess, output: () => string) => Promise<void>;
  },
): Promise<Finished> {
  const began = performance.now();
  const child = spawn(program, args, { env: options.env ?? process.env, stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.on('error', () => undefined);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
  }, options.limitS * 1000);
  const closed = once(child, 'close') as Promise<[number | null]>;
  try {
    await options.during?.(child, () => output);
    const [code] = await closed;
    return { output, code, late, tookS: (performance.now() - began) / 1000 };
  } finally {
    clearTimeout(timer);
    child.kill('SIGKILL');
  }
}

/** Why a program that was to end by itself did not do so well. */
export function failureOf({ code, late, tookS }: Finished): string | null {
  if (late) return `was not through after ${tookS.toFixed(0)} s`;
  return code === 0 ? null : `ended with ${code}`;
}
