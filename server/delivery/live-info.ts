import type { LiveInfo } from '../../lib/contract/live-info.ts';
import { LIVE_RUNGS, SOURCE_RUNG, type StreamRung } from '../../lib/contract/live-rungs.ts';
import type { StreamDetail } from '../../lib/contract/streams.ts';

export type LiveFacts = Pick<StreamDetail, 'video' | 'alerts' | 'rungs' | 'viewers' | 'in_bits_per_second'>;

type Quality = LiveInfo['qualities'][number];
type Question = {
  id: string;
  name: string;
  /** What stands behind `/stream/`: the output path, or the number. */
  key: string | number;
  /** The quality that was asked for, or the server's default; `auto` leaves it to the player. */
  wanted: string;
  /** What opens the channel's addresses; empty where access is public. */
  query: string;
  /** The running stream; null while nobody watches. */
  facts: LiveFacts | null;
};

/** What `/api/live/{id}` answers about a channel (contracts.md §1); it starts nothing. */
export function liveInfo({ id, name, key, wanted, query, facts }: Question): LiveInfo {
  const address = (tail: string): string => `/stream/${key}/hls${tail}${query ? `?${query}` : ''}`;
  const qualities = qualitiesOf(facts).map((quality) => ({
    ...quality,
    url: address(`/${quality.id}.m3u8`),
  }));
  const pinned = pick(qualities, wanted);
  const expires = Number(new URLSearchParams(query).get('expires') ?? 0);
  return {
    id,
    name,
    url: pinned?.url ?? address(''),
    hls: address(''),
    qualities,
    ...whyOf(pinned?.id ?? SOURCE_RUNG, facts),
    expires_at: expires > 0 ? new Date(expires * 1000).toISOString() : null,
  };
}

const lines = (id: string): number => Number.parseInt(id, 10) || 0;

/** The quality itself, else the best that is not better, else the lowest; null when the player is to choose. */
function pick<T extends Pick<Quality, 'id' | 'height'>>(qualities: readonly T[], wanted: string): T | null {
  if (wanted === 'auto') return null;
  const exact = qualities.find(({ id }) => id === wanted);
  if (exact) return exact;
  const most = wanted === SOURCE_RUNG ? Number.POSITIVE_INFINITY : lines(wanted);
  return qualities.find(({ height }) => height !== null && height <= most) ?? qualities.at(-1) ?? null;
}

/** Best first. While the channel does not run nobody knows its picture, so all that it may have are named. */
function qualitiesOf(facts: LiveFacts | null): Omit<Quality, 'url'>[] {
  const rungs = LIVE_RUNGS.map(({ id, height, videoBitsPerSecond }) => ({
    id,
    width: null as number | null,
    height,
    bits_per_second: videoBitsPerSecond as number | null,
  }));
  if (facts === null)
    return [{ id: SOURCE_RUNG, width: null, height: null, bits_per_second: null }, ...rungs];
  const offered = rungs
    .filter(({ id }) => facts.rungs.some(({ rung }) => rung === id))
    .map((rung) => {
      const running = facts.rungs.find((one) => one.rung === rung.id);
      return {
        ...rung,
        width: running?.width ?? null,
        bits_per_second: running?.bits_per_second ?? rung.bits_per_second,
      };
    });
  // Browsers play H.264 alone; whatever else comes has its qualities in its place.
  if (facts.video && facts.video.codec !== 'h264') return offered;
  const { width = null, height = null } = facts.video ?? {};
  return [
    { id: SOURCE_RUNG, width, height, bits_per_second: Math.round(facts.in_bits_per_second) || null },
    ...offered,
  ];
}

const viewers = (count: number): string => (count === 1 ? '1 viewer' : `${count} viewers`);

/** How this quality comes to its viewers, in one sentence. */
function whyOf(quality: string, facts: LiveFacts | null): Pick<LiveInfo, 'mode' | 'reason' | 'viewers'> {
  if (quality !== SOURCE_RUNG) {
    const rung = facts?.rungs.find((one) => one.rung === quality);
    return { mode: 'transcode', reason: whyRung(quality, rung), viewers: rung?.viewers ?? 0 };
  }
  const watching = facts ? facts.viewers.ts + facts.viewers.hls : 0;
  const reason =
    watching === 0
      ? 'Relayed: the first viewer opens one provider connection, and all others share it.'
      : `Relayed: one provider connection shared by ${viewers(watching)}.`;
  return { mode: 'relay', reason, viewers: watching };
}

function whyRung(quality: string, rung: StreamRung | undefined): string {
  if (!rung || rung.state === 'off') return `Transcoded to ${quality} as soon as somebody watches it.`;
  if (rung.state === 'refused') return rung.reason ?? `${quality} cannot be made right now.`;
  const by = rung.encoder ? ` by ${rung.encoder}` : '';
  const half = rung.state === 'lowered' ? ' Every second picture is left out, so that it keeps pace.' : '';
  return `Transcoded to ${quality}${by}, shared by ${viewers(rung.viewers)}.${half}`;
}
