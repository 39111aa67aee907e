const URI_ATTRIBUTE = /URI="([^"]+)"/g;

/** Appends the signature to every address of a playlist: bare lines and URI attributes (contracts.md §9). */
export function signPlaylist(text: string, query: string): string {
  if (query === '') return text;
  const signed = (uri: string) => `${uri}${uri.includes('?') ? '&' : '?'}${query}`;
  return text
    .split('\n')
    .map((line) => {
      if (line === '') return line;
      if (line.startsWith('#'))
        return line.replace(URI_ATTRIBUTE, (_all, uri: string) => `URI="${signed(uri)}"`);
      return signed(line);
    })
    .join('\n');
}
