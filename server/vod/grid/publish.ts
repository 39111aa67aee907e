import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fpsOf } from '../../media/frame-rate.ts';
import { type VariantLine, writeMasterPlaylist } from '../../media/hls/playlists.ts';
import type { Rendition } from '../../media/ladder.ts';
import { bitsPerSecond, codecsOf, peakBitsPerSecond } from '../measure.ts';
import { joinedSegment, packedSegment, segmentSeconds } from './join.ts';
import { audioGroup, audioLines, mediaList, targetSeconds } from './lists.ts';
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
  const sounds: Measured[] = [];
  for (const track of several.keys())
    sounds.push(await files(soundRow(track), 'aac', (k) => packedSegment(publication, track, k)));
  const variants: VariantLine[] = [];
  for (const rung of plan.rungs) {
    const facts = await files(rung.id, 'ts', (k) => joinedSegment(publication, rung.id, k));
    const codecs = codecsOf(await joinedSegment(publication, rung.id, 0));
    variants.push(variantOf(plan, rung, { facts, sounds, codecs }));
  }
  return writeMasterPlaylist(variants, audioLines(plan));
}

type Measured = { durationsSeconds: number[]; sizesBytes: number[] };
type Variant = { facts: Measured; sounds: readonly Measured[]; codecs: string };

/** With sound tracks beside it a quality needs what the largest of them needs too (RFC 8216 §4.3.4.2). */
function variantOf(plan: GridPlan, rung: Rendition, { facts, sounds, codecs }: Variant): VariantLine {
  const peakOf = (measured: Measured): number => peakBitsPerSecond(measured, targetSeconds(plan));
  const largest = (rateOf: (measured: Measured) => number): number => Math.max(0, ...sounds.map(rateOf));
  return {
    uri: `${rung.id}/playlist.m3u8`,
    bandwidth: peakOf(facts) + largest(peakOf),
    averageBandwidth: bitsPerSecond(facts) + largest(bitsPerSecond),
    codecs,
    resolution: { width: rung.width, height: rung.height },
    frameRate: fpsOf(plan.rate),
    ...audioGroup(plan),
  };
}
