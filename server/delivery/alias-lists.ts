type Video = { id: string; row: string };

/** Playlists as they stand under `/api/hls/{id}`, where every name is one word (contracts.md §1). */
export const aliasLists = {
  master: (text: string, { id }: Video): string =>
    text
      .replace(/^(\d+p|original)\/playlist\.m3u8/gm, '$1.m3u8')
      .replace(/URI="(audio-\d+)\/playlist\.m3u8/g, 'URI="$1.m3u8')
      .replace(/URI="(subtitles-)/g, `URI="/hls/${id}/$1`),
  media: (text: string, { row }: Video): string => text.replace(/^(\d+)-(\d+\.(?:ts|aac))/gm, `${row}_$1_$2`),
};
