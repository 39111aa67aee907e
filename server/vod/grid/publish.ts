import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fpsOf } from '../../media/frame-rate.ts';
import { type VariantLine, writeMasterPlaylist } from '../../media/hls/playlists.ts';
import type { Rendition } from '../../media/ladder.ts';
import { codecsOf, peakBitsPerSecond } from '../measure.ts';
import { joinedSegment, packedSegment, segmentSeconds } from './join.ts';
import { audioGroup, audioLines, mediaList } from './lists.ts';
import { type GridPlan, segmentCount } from './plan.ts';
import { type GridStore, soundRow } from './store.ts';

export type Publication = {
  plan: GridPlan;
  store: GridStore;
  /** Receives the folders of rungs and tracks. */
  dir: string;
  signal: AbortSignal;
  onFile(done: number, all: number): void;
};

/**
 * Writes a finished grid as files for any player: muxed segments and a playlist for each rung, and packed audio for each
 * track when there are several. Answers the master playlist, whose every number is measured.
 */
export async function publishGrid(publication: Publication): Promise<string> {
  const { plan, store, dir, signal, onFile } = publication;
  const several = plan.tracks.length > 1 ? plan.tracks : [];
  const count = segmentCount(plan, store.frames!);
  const all = count * (plan.rungs.length + several.length);
  let done = 0;
  const files = async (row: string, ending: string, make: (k: number) => Promise<Buffer>) => {
    const sizesBytes: number[] = [];
    await mkdir(join(dir, row), { recursive: true });
    for (let k = 0; k < count; k++) {
      signal.throwIfAborted();
      const bytes = await make(k);
      await writeFile(join(dir, row, `${k}.${ending}`), bytes);
      sizesBytes.push(bytes.length);
      onFile(++done, all);
    }
    const durationsSeconds = Array.from({ length: count }, (_, k) => segmentSeconds(plan, k, store.frames!));
    const list = { count, frames: store.frames, ended: true, uriOf: (k: number) => `${k}.${ending}` };
    await writeFile(join(dir, row, 'playlist.m3u8'), mediaList(plan, list));
    return { durationsSeconds, sizesBytes };
  };
  const variants: VariantLine[] = [];
  for (const rung of plan.rungs) {
    const facts = await files(rung.id, 'ts', (k) => joinedSegment(publication, rung.id, k));
    variants.push(variantOf(plan, rung, facts, codecsOf(await joinedSegment(publication, rung.id, 0))));
  }
  for (const track of several.keys())
    await files(soundRow(track), 'aac', (k) => packedSegment(publication, track, k));
  return writeMasterPlaylist(variants, audioLines(plan));
}

type Measured = { durationsSeconds: number[]; sizesBytes: number[] };

function variantOf(plan: GridPlan, rung: Rendition, facts: Measured, codecs: string): VariantLine {
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return {
    uri: `${rung.id}/playlist.m3u8`,
    bandwidth: peakBitsPerSecond(facts),
    averageBandwidth: (sum(facts.sizesBytes) * 8) / sum(facts.durationsSeconds),
    codecs,
    resolution: { width: rung.width, height: rung.height },
    frameRate: fpsOf(plan.rate),
    ...audioGroup(plan),
  };
}
