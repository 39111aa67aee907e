/** Schemes that a channel's source may have; which of them play is decided when it is played. */
const STREAM_SCHEMES = new Set([
  'http',
  'https',
  'rtmp',
  'rtmps',
  'rtmpe',
  'rtmpt',
  'rtsp',
  'rtsps',
  'rtspu',
  'rtp',
  'udp',
  'srt',
  'mms',
  'mmsh',
  'mmst',
  'igmp',
]);
const MAX_ADDRESS = 4000;

/** Checks one address of a list and makes a relative one absolute; a string in `reason` says why it is not taken. */
export function streamAddress(text: string, baseUrl: string | null): { url: string } | { reason: string } {
  if (text.length > MAX_ADDRESS) return { reason: `The address is longer than ${MAX_ADDRESS} characters.` };
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return relative(text, baseUrl);
  if (!STREAM_SCHEMES.has(scheme))
    return { reason: `Addresses of the kind ${scheme.slice(0, 20)}: are not taken.` };
  // udp://@239.0.0.1:1234 and the like are not for the URL parser of the web.
  if (scheme !== 'http' && scheme !== 'https') return { url: text };
  return URL.canParse(text) ? { url: text } : { reason: 'The address cannot be read.' };
}

function relative(text: string, baseUrl: string | null): { url: string } | { reason: string } {
  if (baseUrl === null) return { reason: 'The address is relative, and the list has no address of its own.' };
  const url = URL.parse(text, baseUrl);
  if (!url || !STREAM_SCHEMES.has(url.protocol.slice(0, -1)))
    return { reason: 'The address cannot be read.' };
  return { url: url.href };
}
