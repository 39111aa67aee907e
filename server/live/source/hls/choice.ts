import type { UpstreamMaster, UpstreamVariant } from '../../../media/hls/parse.ts';
import { unreadable } from './failures.ts';

/** A variant and where its sound is; null when that is inside the variant. */
export type Choice = { uri: string; soundUri: string | null };

/** Pictures are cut to whole blocks of 16 lines: 1088 lines are 1080 (ITU-T H.264 §7.4.2.1.1). */
const SPARE_LINES = 8;
/** The next best ones are tried too when the best one is not there. */
const MOST_CHOICES = 3;

/**
 * The variants to try, best first: not higher than allowed, pictures that browsers decode before others, then height,
 * sound that browsers decode, and bit rate. Throws an AppError when there is none.
 */
export function chooseVariants(master: UpstreamMaster, maxHeight: number): Choice[] {
  if (master.variants.length === 0) throw unreadable('its master playlist is empty');
  const fits = (variant: UpstreamVariant) =>
    variant.height === null || variant.height <= maxHeight + SPARE_LINES;
  const fitting = master.variants.filter(fits).sort(better);
  const higher = master.variants.filter((variant) => !fits(variant)).sort((a, b) => better(b, a));
  return [...fitting, ...higher].slice(0, MOST_CHOICES).map((variant) => ({
    uri: variant.uri,
    soundUri: soundOf(master, variant),
  }));
}

function better(a: UpstreamVariant, b: UpstreamVariant): number {
  return (
    pictureRank(a) - pictureRank(b) ||
    (b.height ?? 0) - (a.height ?? 0) ||
    soundRank(a) - soundRank(b) ||
    b.bandwidth - a.bandwidth
  );
}

/** H.264 or not told, then HEVC, then pictures that cannot be carried, then sound alone (RFC 6381 names). */
function pictureRank({ codecs, height }: UpstreamVariant): number {
  if (!codecs || /\bavc[13]\b/i.test(codecs)) return 0;
  if (/\b(hvc1|hev1|dvh1|dvhe)\b/i.test(codecs)) return 1;
  if (/\b(av01|vp0?[89])\b/i.test(codecs)) return 2;
  return height === null ? 3 : 0;
}

const soundRank = ({ codecs }: UpstreamVariant): number =>
  !codecs || /\bmp4a\b/i.test(codecs) || !/\b(ac-3|ec-3|opus|flac)\b/i.test(codecs) ? 0 : 1;

/** The list of the group's default rendition, else of its first one. */
function soundOf({ sounds }: UpstreamMaster, variant: UpstreamVariant): string | null {
  const group = sounds.filter((sound) => sound.group === variant.audioGroup);
  const chosen =
    group.find((sound) => sound.isDefault) ?? group.find((sound) => sound.autoselect) ?? group[0];
  return chosen?.uri && chosen.uri !== variant.uri ? chosen.uri : null;
}
