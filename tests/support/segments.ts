import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { ffmpegsOf, parentOf } from '../prove/processes.ts';

export const METRICS_TOKEN = 'a-token-that-measures-0123';

type Made = { kept: number; tooLate: number };

/** Segments that a process has made since it began, and those that another one had made before it. */
export async function madeBy({ base }: { base: string }): Promise<Made> {
  const answer = await fetch(`${base}/metrics`, { headers: { Authorization: `Bearer ${METRICS_TOKEN}` } });
  const text = await answer.text();
  const count = (outcome: string) =>
    Number(new RegExp(`^siaran_video_segments_total{outcome="${outcome}"} (\\d+)`, 'm').exec(text)?.[1] ?? 0);
  return { kept: count('kept'), tooLate: count('too_late') };
}

/** All segments of a video by name, each with what changes when it is made again. */
export function segmentsOf(dataDir: string, videoId: string): Map<string, string> {
  const root = path.join(dataDir, 'processed', videoId);
  const found = new Map<string, string>();
  for (const name of namesBelow(root)) {
    if (!/\d+\.(?:v\.ts|aac)$/.test(name)) continue;
    const { ino, mtimeMs, size } = statSync(path.join(root, name));
    found.set(name, `${ino} ${mtimeMs} ${size}`);
  }
  return found;
}

function namesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true }).map(String);
  } catch {
    return []; // nothing is made yet
  }
}

/** The ffmpegs that a process has started. */
export function childrenOf(dataDir: string, parent: number): number[] {
  return ffmpegsOf(dataDir)
    .map(({ pid }) => pid)
    .filter((pid) => parentOf(pid) === parent);
}
