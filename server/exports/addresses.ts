/** A channel or video that other players open. */
export type Playable =
  | { kind: 'channel'; id: string; num: number; outputPath: string | null }
  | { kind: 'video'; id: string; mp4Quality: string | null };

export type Output = 'ts' | 'hls';

/** What a channel can be opened as: also as a list with that channel alone, for players that open files. */
type ChannelOutput = Output | 'm3u';

/** The address of a playable for other players (contracts.md §1): `query` carries the signature, empty when access is public. */
export function playableAddress(
  origin: string,
  item: Extract<Playable, { kind: 'channel' }>,
  output: ChannelOutput,
  query: string,
): string;
export function playableAddress(origin: string, item: Playable, output: Output, query: string): string;
export function playableAddress(
  origin: string,
  item: Playable,
  output: ChannelOutput,
  query: string,
): string {
  const address = `${origin}${pathOf(item, output)}`;
  return query === '' ? address : `${address}?${query}`;
}

function pathOf(item: Playable, output: ChannelOutput): string {
  if (item.kind === 'channel') {
    const path = `/stream/${item.outputPath ?? item.num}`;
    return `${path}${CHANNEL_ENDS[output]}`;
  }
  if (output === 'hls') return `/hls/${item.id}/master.m3u8`;
  return item.mp4Quality === null ? `/stream/${item.id}` : `/stream/${item.id}/${item.mp4Quality}`;
}

const CHANNEL_ENDS = { ts: '', hls: '/hls', m3u: '.m3u' } as const;
