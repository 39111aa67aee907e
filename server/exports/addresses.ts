/** A channel or video that other players open. */
export type Playable =
  | { kind: 'channel'; id: string; num: number; outputPath: string | null }
  | { kind: 'video'; id: string; mp4Quality: string | null };

export type Output = 'ts' | 'hls';

/** The address of a playable for other players (contracts.md §1): `query` carries the signature, empty when access is public. */
export function playableAddress(origin: string, item: Playable, output: Output, query: string): string {
  const address = `${origin}${pathOf(item, output)}`;
  return query === '' ? address : `${address}?${query}`;
}

function pathOf(item: Playable, output: Output): string {
  if (item.kind === 'channel') {
    const path = `/stream/${item.outputPath ?? item.num}`;
    return output === 'hls' ? `${path}/hls` : path;
  }
  if (output === 'hls') return `/hls/${item.id}/master.m3u8`;
  return item.mp4Quality === null ? `/stream/${item.id}` : `/stream/${item.id}/${item.mp4Quality}`;
}
