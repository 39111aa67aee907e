import type { UpstreamMedia, UpstreamSegment } from '../../../media/hls/parse-media.ts';

/** A segment to fetch; `cut` when it does not go on where the one before it ended. */
export type Part = { segment: UpstreamSegment; base: string; cut: boolean };

/** What was played last, and the names of the latest segments by their numbers. */
export type Played = { sequence: number; names: ReadonlyMap<number, string> };

/** Playing begins at most so many target durations behind the live edge (RFC 8216 §6.3.3). */
const START_TARGETS = 3;
/** A server behind others of its name shows a list that is this much older. */
const STALE_SEGMENTS = 3;
const SHORTEST_TARGET_S = 0.5;

/** The name of a segment without the parts of its address that change with tokens. */
export function nameOf({ uri, byterange }: UpstreamSegment): string {
  const path = uri.split(/[?#]/, 1)[0]!;
  return `${path.slice(path.lastIndexOf('/') + 1)}@${byterange?.offset ?? ''}`;
}

/** How long a segment of this list really is at most: many lists lie about it. */
export function targetSeconds(list: UpstreamMedia): number {
  const longest = list.segments.reduce((most, { durationS }) => Math.max(most, durationS), 0);
  return Math.max(SHORTEST_TARGET_S, longest || list.targetDurationS);
}

/** What to fetch of a list: what follows the last segment, or the newest ones when nothing was played or all is new. */
export function newParts(
  list: UpstreamMedia,
  base: string,
  played: Played | null,
  beside?: UpstreamSegment,
): Part[] {
  const segments = list.segments;
  if (!played) return partsOf(firstOf(list, beside), base, false);
  if (!list.numbered) renumber(segments, played);
  const last = segments.at(-1)?.sequence;
  if (last === undefined) return [];
  if (last < played.sequence) return partsOf(newest(list), base, true);
  const fresh = segments.filter((segment) => segment.sequence > played.sequence);
  const jumped = fresh.length > 0 && fresh[0]!.sequence !== played.sequence + 1;
  // After a jump nothing is left to follow: playing begins near the live edge again.
  return partsOf(jumped ? newest({ ...list, segments: fresh }) : fresh, base, jumped);
}

/** The place of what plays at the same time as a segment of another list: by the clock, else by its number; -1 if unknown. */
export function besideOf(segments: readonly UpstreamSegment[], other: UpstreamSegment): number {
  const { programDateMs, sequence, durationS } = other;
  if (programDateMs !== null && segments[0]?.programDateMs != null)
    return segments.findLastIndex((one) => one.programDateMs! <= programDateMs + durationS * 500);
  const at = segments.findIndex((one) => one.sequence === sequence);
  const alike = at >= 0 && Math.abs(segments[at]!.durationS - durationS) < durationS / 2;
  return alike ? at : -1;
}

/** True for a list that another server of the same name gave a moment too late: it ends with what was played. */
export function isStale(list: UpstreamMedia, played: Played | null): boolean {
  const last = list.segments.at(-1);
  if (!played || !last || !list.numbered || last.sequence >= played.sequence) return false;
  if (played.sequence - last.sequence > STALE_SEGMENTS) return false;
  return played.names.get(last.sequence) === nameOf(last);
}

function firstOf(list: UpstreamMedia, beside: UpstreamSegment | undefined): readonly UpstreamSegment[] {
  const at = beside ? besideOf(list.segments, beside) : -1;
  if (at >= 0) return list.segments.slice(at);
  return list.ended ? list.segments : newest(list);
}

function partsOf(segments: readonly UpstreamSegment[], base: string, cutFirst: boolean): Part[] {
  return segments.map((segment, index) => ({
    segment,
    base,
    cut: segment.discontinuity || (cutFirst && index === 0),
  }));
}

/** The segments of the last three target durations, one at least. */
function newest(list: UpstreamMedia): UpstreamSegment[] {
  const limitS = START_TARGETS * targetSeconds(list) + SHORTEST_TARGET_S;
  let totalS = 0;
  let from = list.segments.length;
  while (from > 0 && totalS + list.segments[from - 1]!.durationS <= limitS)
    totalS += list.segments[--from]!.durationS;
  return list.segments.slice(Math.min(from, list.segments.length - 1));
}

/** A list without numbers always begins at zero: the name of the last segment tells where it has come to. */
function renumber(segments: readonly UpstreamSegment[], { sequence, names }: Played): void {
  const name = names.get(sequence);
  const at = segments.findLastIndex((segment) => nameOf(segment) === name);
  const first = at < 0 ? sequence + 2 : sequence - at;
  segments.forEach((segment, index) => {
    segment.sequence = first + index;
  });
}
