import type { types } from 'hls-parser';
import { diff33 } from '../../server/media/ts/packet.ts';
import { type Copy, fetched, HlsFollower, parseStrictly } from './hls-follower.ts';
import { type Content, contentOf, faultsOfRow, type Grain } from './hls-segment.ts';
import { faultsOfMedia, type Told } from './hls-variant.ts';
import { rateOf } from './peak-rate.ts';
import { until } from './until.ts';

export type Variant = {
  name: string;
  /** In the first master, before anybody watched it. */
  before: Told;
  /** In a master that was read after the last segment. */
  told: Told;
  list: HlsFollower;
};

export type Validity = Partial<Grain> & {
  /** Segments that all variants have to have in common, and how long they may take. */
  segments: number;
  limitMs?: number;
  /** BANDWIDTH over the measured peak, at most. */
  mostHeadroom?: number;
};

const nameOf = (uri: string): string => new URL(uri).pathname.replace(/^.*\/hls\//, '');

async function readMaster(address: string): Promise<{ name: string; uri: string; told: Told }[]> {
  const playlist = parseStrictly((await fetched(address)).toString()) as types.MasterPlaylist;
  if (!playlist.isMasterPlaylist) throw new Error(`${address} is no master playlist`);
  return playlist.variants.map(({ uri, bandwidth, codecs, resolution, frameRate }) => {
    const absolute = new URL(uri, address).href;
    return { name: nameOf(absolute), uri: absolute, told: { bandwidth, codecs, resolution, frameRate } };
  });
}

const commonOf = (variants: readonly Variant[]): number[] =>
  variants[0]!.list.numbers.filter((number) => variants.every(({ list }) => list.copies.has(number)));

/** Plays all variants of a master at once until they have so many segments in common. */
export async function followAll(
  master: string,
  { segments, limitMs = 40_000 }: Validity,
): Promise<Variant[]> {
  const variants = (await readMaster(master)).map(({ name, uri, told }): Variant => {
    return { name, before: told, told, list: new HlsFollower(uri) };
  });
  const enough = async (): Promise<boolean> => {
    await Promise.all(variants.map(({ list }) => list.look()));
    return commonOf(variants).length >= segments;
  };
  await until(`all variants have ${segments} segments in common`, enough, limitMs);
  for (const { name, told } of await readMaster(master)) {
    const variant = variants.find((each) => each.name === name);
    if (variant) variant.told = told;
  }
  return variants;
}

/**
 * The validity test of HLS, live or VOD: what is wrong with a master and all its variants; empty when nothing is.
 * Lists by the letter of RFC 8216, the same cuts and the same sound in all of them, keyframes, true lengths, bandwidths
 * and codecs, and ffmpeg decodes each without a word.
 */
export async function hlsFaults(master: string, options: Validity): Promise<string[]> {
  const variants = await followAll(master, options);
  return await faultsOfVariants(variants, options);
}

export async function faultsOfVariants(variants: readonly Variant[], options: Validity): Promise<string[]> {
  const grain = { cutTicks: options.cutTicks ?? 0, soundGapTicks: options.soundGapTicks ?? 0 };
  const faults: string[] = [];
  const rows = new Map<Variant, Content[]>();
  for (const variant of variants) {
    const say = (fault: string) => faults.push(`${variant.name}: ${fault}`);
    variant.list.faults.forEach(say);
    const copies = [...variant.list.copies.values()];
    const row = rowOf(copies);
    rows.set(variant, row);
    faultsOfRow(row, grain).forEach(say);
    bandwidthFaults(variant, copies, options.mostHeadroom ?? 1.25).forEach(say);
    const bytes = Buffer.concat(copies.map((copy) => copy.bytes));
    (await faultsOfMedia(bytes, variant.told)).forEach(say);
  }
  return [...faults, ...alignmentFaults(rows, commonOf(variants), grain)];
}

function rowOf(copies: readonly Copy[]): Content[] {
  const row: Content[] = [];
  for (const copy of copies) row.push(contentOf(copy, row.at(-1)?.pictures.at(-1) ?? null));
  return row;
}

function bandwidthFaults({ told, before, list }: Variant, copies: readonly Copy[], most: number): string[] {
  const measured = copies.map(({ bytes, durationS }) => ({ durationS, sizeBytes: bytes.length }));
  // What follows in a list that goes on may be as dense as each of its segments alone.
  const peak = list.ended
    ? rateOf(measured, list.targetS).peak
    : Math.max(...measured.map(({ durationS, sizeBytes }) => (sizeBytes * 8) / durationS));
  const faults: string[] = [];
  const ratio = told.bandwidth / peak;
  if (ratio < 1 || ratio > most) faults.push(`BANDWIDTH is ${ratio.toFixed(3)} of the measured peak`);
  if (before.bandwidth < peak / most)
    faults.push(`BANDWIDTH was ${(before.bandwidth / peak).toFixed(3)} of the peak before it was watched`);
  return faults;
}

/** The same number is the same time, with the same sound, in every variant. */
function alignmentFaults(rows: Map<Variant, Content[]>, numbers: readonly number[], grain: Grain): string[] {
  const [first, ...others] = [...rows];
  const faults: string[] = [];
  for (const number of numbers) {
    const of = (row: Content[]) => row.find(({ copy }) => copy.number === number)!;
    const model = of(first![1]);
    for (const [variant, row] of others)
      for (const what of differences(model, of(row), grain))
        faults.push(`segment ${number} has another ${what} in ${variant.name} than in ${first![0].name}`);
  }
  return faults;
}

function differences(a: Content, b: Content, grain: Grain): string[] {
  const found: string[] = [];
  const differ = (what: string, is: boolean) => is && found.push(what);
  differ('EXTINF', a.copy.durationS !== b.copy.durationS);
  differ('PROGRAM-DATE-TIME', a.copy.timeMs !== b.copy.timeMs);
  differ('DISCONTINUITY', a.copy.discontinuity !== b.copy.discontinuity || a.copy.breaks !== b.copy.breaks);
  const apart = Math.abs(diff33(a.pictures[0] ?? 0, b.pictures[0] ?? 0));
  differ(`beginning (${apart} ticks apart)`, apart > grain.cutTicks);
  const soundOf = (content: Content) => content.sound.map(({ hash }) => hash).join();
  differ('sound', soundOf(a) !== soundOf(b));
  differ('time of its sound', diff33(a.sound[0]?.from ?? 0, b.sound[0]?.from ?? 0) !== 0);
  return found;
}
