import { AppError } from '../../../core/errors.ts';

/** Protocols that ffmpeg reads for us. */
export type Protocol = 'rtmp' | 'rtsp' | 'srt' | 'udp' | 'rtp';

/** An address of such a protocol, split once; nothing of its text reaches ffmpeg unless it was taken apart here. */
export type CopyAddress = {
  protocol: Protocol;
  secure: boolean;
  host: string;
  port: number;
  /** `user:password` as it stood, still percent-encoded; empty when there is none. */
  userInfo: string;
  /** Path with its query, percent-encoded. */
  path: string;
  query: URLSearchParams;
};

const PROTOCOLS: Record<string, { protocol: Protocol; secure: boolean; port: number | null }> = {
  'rtmp:': { protocol: 'rtmp', secure: false, port: 1935 },
  'rtmps:': { protocol: 'rtmp', secure: true, port: 443 },
  'rtsp:': { protocol: 'rtsp', secure: false, port: 554 },
  'rtsps:': { protocol: 'rtsp', secure: true, port: 322 },
  'srt:': { protocol: 'srt', secure: false, port: null },
  'udp:': { protocol: 'udp', secure: false, port: null },
  'rtp:': { protocol: 'rtp', secure: false, port: null },
};

const invalid = (reason: string): AppError =>
  new AppError('ADDRESS_INVALID', {
    message: `This is not an address of a source: ${reason}. Check it.`,
    details: { reason },
  });

const schemeOf = (address: string): string =>
  /^\s*([a-z][a-z0-9+.-]*:)/i.exec(address)?.[1]?.toLowerCase() ?? '';

/** True when ffmpeg, and not the HTTP engine, has to read this address. */
export const isForCopy = (address: string): boolean => schemeOf(address) in PROTOCOLS;

/** Takes an address apart; an error says what is missing. */
export function parseCopyAddress(address: string): CopyAddress {
  const kind = PROTOCOLS[schemeOf(address)];
  // `udp://@:1234` is the usual way to write "any address"; the stream id of SRT may hold a bare `#`.
  const text = address
    .trim()
    .replace(/^(udp|rtp):\/\/@/i, '$1://')
    .replace(/#/g, '%23');
  const url = URL.parse(text.replace(/^(udp|rtp):\/\/:/i, '$1://0.0.0.0:'));
  if (!kind || !url) throw invalid('it cannot be read');
  const port = url.port === '' ? kind.port : Number(url.port);
  if (port === null || port === 0) throw invalid('its port is missing');
  if (url.hostname === '') throw invalid('its host is missing');
  const userInfo = url.username || url.password ? `${url.username}:${url.password}` : '';
  return {
    protocol: kind.protocol,
    secure: kind.secure,
    host: url.hostname,
    port,
    userInfo,
    path: `${url.pathname || '/'}${url.search}`,
    query: url.searchParams,
  };
}
