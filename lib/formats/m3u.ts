/** M3U lists as they are met and as we write them (wire-formats: M3U plus, Kodi, VLC options). */

export { streamAddress } from './m3u/address.ts';
export { type M3uEntry, type M3uKind, M3uParser, type M3uSkip } from './m3u/parser.ts';
export { splitPipe } from './m3u/request-headers.ts';
export { m3uEntry, m3uHeader } from './m3u/writer.ts';
