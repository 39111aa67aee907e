import { isIP } from 'node:net';
import { AppError } from '../../../core/errors.ts';
import type { CopyAddress, Protocol } from './address.ts';

/** Where ffmpeg connects to or listens: an IP literal and a port, already checked. */
export type Place = { address: string; port: number };

/** The input of a copying child: what it may use, and the list that names it. */
export type CopyInput = { protocols: string; formats: string; list: string };

const ALLOWED: Record<Protocol, { protocols: string; formats: string }> = {
  rtmp: { protocols: 'pipe,rtmp,tcp', formats: 'concat,flv,live_flv' },
  rtsp: { protocols: 'pipe,rtsp,tcp', formats: 'concat,rtsp,mpegts' },
  srt: { protocols: 'pipe,srt', formats: 'concat,mpegts' },
  udp: { protocols: 'pipe,udp', formats: 'concat,mpegts' },
  rtp: { protocols: 'pipe,rtp,udp', formats: 'concat,rtp,sdp,mpegts' },
};

const SRT_CONNECT_MS = 1000;
/** Datagrams that wait for ffmpeg, in packets of 188 bytes: 4 MB. */
const UDP_WAITING_PACKETS = 22_000;
/** ffmpeg counts the latency of SRT in microseconds, most addresses give milliseconds. */
const LARGEST_LATENCY_MS = 10_000;
const SRT_KEY_BYTES = new Set(['0', '16', '24', '32']);

type Options = Record<string, string | number>;

/**
 * What ffmpeg is told, as a concat list for its standard input: the command line of a process can be read by every
 * user of the machine, and addresses hold passwords and stream keys. Options of the address are taken from a list of
 * known ones.
 */
export function copyInput(address: CopyAddress, place: Place): CopyInput {
  const { url, options } = BUILD[address.protocol](address, place);
  const lines = Object.entries(options).map(([name, value]) => `option ${name} ${quoted(String(value))}`);
  const list = ['ffconcat version 1.0', `file ${quoted(url)}`, ...lines, ''].join('\n');
  return { ...ALLOWED[address.protocol], list };
}

const BUILD: Record<Protocol, (address: CopyAddress, place: Place) => { url: string; options: Options }> = {
  rtmp: (address, place) => ({
    url: `rtmp://${userInfo(address)}${hostOf(place)}${address.path}`,
    options: { rtmp_tcurl: tcUrl(address), rtmp_live: 'live' },
  }),
  rtsp: (address, place) => ({
    url: `rtsp://${userInfo(address)}${hostOf(place)}${address.path}`,
    options: { rtsp_transport: 'tcp' },
  }),
  srt: (address, place) => ({
    url: `srt://${hostOf(place)}?mode=caller`,
    options: { connect_timeout: SRT_CONNECT_MS, ...srtOptions(address.query) },
  }),
  udp: (address, place) => ({ url: `udp://${hostOf(place)}`, options: udpOptions(address.query, place) }),
  rtp: (_address, place) => ({ url: `rtp://${hostOf(place)}`, options: {} }),
};

const hostOf = ({ address, port }: Place): string =>
  `${isIP(address) === 6 ? `[${address}]` : address}:${port}`;

const userInfo = (address: CopyAddress): string => (address.userInfo ? `${address.userInfo}@` : '');

/** The application's address as the server knows it: many choose it by the name of the host. */
function tcUrl(address: CopyAddress): string {
  const host = `${address.host}:${address.port}`;
  return `rtmp${address.secure ? 's' : ''}://${host}/${applicationOf(address.path)}`;
}

/** The application part of a path, found as ffmpeg finds it: one name, or two when another one follows. */
function applicationOf(path: string): string {
  const parts = path.slice(1).split('/');
  if (parts[0] === 'ondemand') return 'ondemand';
  if (parts.length < 3) return parts[0] ?? '';
  const named = parts.slice(1).join('/').indexOf(':');
  const withInstance = named < 0 || named > (parts[1] ?? '').length;
  return withInstance ? `${parts[0]}/${parts[1]}` : (parts[0] ?? '');
}

function srtOptions(query: URLSearchParams): Options {
  const mode = query.get('mode');
  if (mode !== null && mode !== 'caller') throw refused(`SRT in the mode "caller" only, not "${word(mode)}"`);
  const options: Options = {};
  const latency = Number(query.get('latency') ?? '');
  if (latency > 0) options.latency = latency < LARGEST_LATENCY_MS ? latency * 1000 : latency;
  const passphrase = query.get('passphrase');
  if (passphrase !== null) {
    if (passphrase.length < 10 || passphrase.length > 79)
      throw refused('an SRT passphrase of 10 to 79 characters');
    options.passphrase = passphrase;
  }
  const keyBytes = query.get('pbkeylen');
  if (keyBytes !== null && SRT_KEY_BYTES.has(keyBytes)) options.pbkeylen = keyBytes;
  const streamId = query.get('streamid');
  if (streamId !== null) {
    if (streamId.length > 512) throw refused('an SRT stream id of up to 512 characters');
    options.srt_streamid = streamId;
  }
  return options;
}

function udpOptions(query: URLSearchParams, { address }: Place): Options {
  const options: Options = { fifo_size: UDP_WAITING_PACKETS, overrun_nonfatal: 1 };
  // Without it ffmpeg listens on every address of the machine.
  if (!isMulticast(address)) options.localaddr = address;
  const local = query.get('localaddr');
  if (local !== null && isIP(local) > 0 && isMulticast(address)) options.localaddr = local;
  const sources = (query.get('sources') ?? '').split(',').filter((source) => isIP(source) > 0);
  if (sources.length > 0) options.sources = sources.join(',');
  return options;
}

const isMulticast = (address: string): boolean => /^(22[4-9]|23\d)\.|^ff/i.test(address);

const word = (text: string): string => text.replace(/[^\w-]/g, '').slice(0, 20);

const refused = (what: string): AppError =>
  new AppError('ADDRESS_INVALID', {
    message: `The address of this source does not fit: Siaran takes ${what}. Change it.`,
    details: { reason: `its address does not fit: Siaran takes ${what}` },
  });

/** A text as the list's grammar wants it: in quotes, with none inside and nothing that ends the line. */
const quoted = (text: string): string => `'${text.replace(/[\r\n\0]/g, '').replaceAll("'", "'\\''")}'`;
