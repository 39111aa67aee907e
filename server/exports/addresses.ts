/** A channel or video that other players open. */
export type Playable =
  | { kind: 'channel'; id: string; num: number; outputPath: string | null }
  | { kind: 'video'; id: string; mp4Quality: string | null; file?: VideoFile };

export type Output = 'ts' | 'hls';
/** How a video is given out where it is no HLS: as an MP4, or as one transport stream. */
export type VideoFile = 'mp4' | 'ts';

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
  if (item.mp4Quality === null) return `/stream/${item.id}`;
  return `/stream/${item.id}/${item.mp4Quality}${item.file === 'ts' ? '.ts' : ''}`;
}

const CHANNEL_ENDS = { ts: '', hls: '/hls', m3u: '.m3u' } as const;
