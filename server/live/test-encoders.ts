import { readdirSync, readFileSync } from 'node:fs';
import { LIVE_RUNGS, type LiveRungId } from '../../lib/contract/live-rungs.ts';
import { type Copy, HlsFollower } from '../../tests/support/hls-follower.ts';
import { contentOf, faultsOfRow, type Grain } from '../../tests/support/hls-segment.ts';
import { complaintsOf } from '../../tests/support/hls-variant.ts';
import { until } from '../../tests/support/until.ts';
import type { TestEngine } from './test-engine.ts';

/** An ffmpeg of this process, whoever remembers it; `rung` is null for one that is no encoder of a quality. */
export type FoundChild = { pid: number; rung: LiveRungId | null };

const RATE_OPTION = '-b:v';

/** The ffmpegs that this process started and that have not ended, by the system's own word. */
export function ffmpegChildren(): FoundChild[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name) || parentOf(name) !== process.pid) return [];
    const words = contentOfFile(`/proc/${name}/cmdline`).split('\0');
    const program = words.findIndex((word) => /(?:^|\/)ffmpeg$/.test(word));
    if (program < 0) return [];
    const rate = Number(words[words.indexOf(RATE_OPTION) + 1]);
    const rung = LIVE_RUNGS.find(({ videoBitsPerSecond }) => videoBitsPerSecond === rate);
    return [{ pid: Number(name), rung: rung?.id ?? null }];
  });
}

/** The encoders of qualities among them. */
export const encoders = (): FoundChild[] => ffmpegChildren().filter(({ rung }) => rung !== null);

function parentOf(pid: string): number {
  const stat = contentOfFile(`/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0);
}

/** Empty when the process has ended meanwhile. */
function contentOfFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** One viewer of one quality of a channel. */
export const follow = (engine: TestEngine, channelId: string, rung: string): HlsFollower =>
  new HlsFollower(`${engine.origin}/${channelId}/hls/${rung}.m3u8?v=${channelId}-${rung}`);

/** Watches on until there are so many more segments. */
export async function untilMore(list: HlsFollower, count: number, limitMs = 20_000): Promise<void> {
  const wanted = list.copies.size + count;
  const what = () => `${list.address} has ${list.copies.size} of ${wanted} segments`;
  await until(what, async () => (await list.look()) && list.copies.size >= wanted, limitMs);
}

const STRICT: Grain = { cutTicks: 0, soundGapTicks: 0 };

/** All that is wrong with what one viewer got: holes, lengths, sound, and what ffmpeg says to it. */
export async function faultsOfViewer(list: HlsFollower, grain: Partial<Grain> = {}): Promise<string[]> {
  const copies = [...list.copies.values()].sort((a, b) => a.number - b.number);
  const row: ReturnType<typeof contentOf>[] = [];
  for (const copy of copies) row.push(contentOf(copy, row.at(-1)?.pictures.at(-1) ?? null));
  const said: string[] = [];
  for (const run of runsOf(copies))
    said.push(await complaintsOf(Buffer.concat(run.map(({ bytes }) => bytes))));
  const faults = [...list.faults, ...faultsOfRow(row, { ...STRICT, ...grain }), ...said.filter(Boolean)];
  return faults.map((fault) => `${list.address}: ${fault}`);
}

/** Counters may begin anew where a list says so, and nowhere else. */
function runsOf(copies: readonly Copy[]): Copy[][] {
  const runs: Copy[][] = [];
  for (const copy of copies)
    if (copy.discontinuity || runs.length === 0) runs.push([copy]);
    else runs.at(-1)!.push(copy);
  return runs;
}
