import { SOURCE_RUNG } from '../../../lib/contract/live-rungs.ts';
import { type VariantLine, writeMasterPlaylist } from '../../media/hls/playlists.ts';
import type { SoundInfo } from '../../media/ts/describe.ts';
import type { PictureInfo } from '../../media/ts/sps.ts';
import { budgetBits, planRung } from '../rungs/ladder.ts';
import type { RungOutput } from './rung-output.ts';
import type { SegmentList } from './segment-list.ts';

/** What a master playlist tells of a channel. */
export type MasterFacts = {
  viewerId: string;
  /** The source's own quality, where browsers play it. */
  source: { list: SegmentList; hasPicture: boolean } | null;
  picture: PictureInfo | null;
  sound: SoundInfo | null;
  fps: number | null;
  rungs: readonly RungOutput[];
};

/** Room above the highest rate seen so far, since a live stream's peak is not known yet. */
const PEAK_HEADROOM = 1.1;

/** The master list: measured rates of what runs, the budget of what does not (S3.3). */
export function writeMaster(facts: MasterFacts): string {
  const { source, rungs } = facts;
  return writeMasterPlaylist([
    ...(source ? [sourceLine(source, facts)] : []),
    ...rungs.map((rung) => rungLine(rung, facts)),
  ]);
}

const addressOf = (rung: string, { viewerId }: MasterFacts): string =>
  `hls/${rung}.m3u8?v=${encodeURIComponent(viewerId)}`;

const codecsOf = (...names: (string | null | undefined)[]): string =>
  names.filter((name) => name != null).join(',');

function sourceLine(
  { list, hasPicture }: NonNullable<MasterFacts['source']>,
  facts: MasterFacts,
): VariantLine {
  const picture = hasPicture ? facts.picture : null;
  return {
    uri: addressOf(SOURCE_RUNG, facts),
    bandwidth: list.peakBits * PEAK_HEADROOM,
    averageBandwidth: list.meanBits,
    codecs: codecsOf(picture?.codecString, facts.sound?.codecString),
    resolution: picture && { width: picture.width, height: picture.height },
    frameRate: hasPicture ? facts.fps : null,
  };
}

function rungLine({ spec, list, picture }: RungOutput, facts: MasterFacts): VariantLine {
  const plan = planRung(spec, facts.picture, facts.fps);
  const made = picture ?? plan;
  return {
    uri: addressOf(spec.id, facts),
    bandwidth: list.peakBits > 0 ? list.peakBits * PEAK_HEADROOM : budgetBits(spec),
    averageBandwidth: list.meanBits,
    codecs: codecsOf(made.codecString, facts.sound?.codecString),
    resolution: { width: made.width, height: made.height },
    frameRate: facts.fps,
  };
}
