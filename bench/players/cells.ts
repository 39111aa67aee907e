import { type Player, START_S } from './player.ts';

/** What one player made of one output of one source. */
export type Cell = {
  output: 'ts' | 'hls';
  player: string;
  /** Empty when it passed. */
  problems: string[];
  told: string;
};

const PICTURES_PER_SECOND = 25;
const LEAST_SHARE = 0.9;
const PROBLEMS_SHOWN = 4;

type Task = { output: Cell['output']; address: string; seconds: number; silent: boolean };

export async function playCell(player: Player, { output, address, seconds, silent }: Task): Promise<Cell> {
  const played = await player.play(address, seconds);
  const expected = seconds * PICTURES_PER_SECOND;
  const problems = played.failed ? [played.failed] : [];
  if (played.pictures < expected * LEAST_SHARE) problems.push(`${played.pictures} of ${expected} pictures`);
  if (!silent && played.soundS < seconds * LEAST_SHARE)
    problems.push(`${played.soundS.toFixed(1)} of ${seconds} s of sound`);
  if (played.tookS > seconds + START_S) problems.push(`took ${played.tookS.toFixed(0)} s`);
  problems.push(...played.complaints.slice(0, PROBLEMS_SHOWN));
  if (played.complaints.length > PROBLEMS_SHOWN) problems.push(`${played.complaints.length} kinds of lines`);
  return { output, player: player.name, problems, told: `${played.pictures} pictures` };
}
