import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { COPY_DECODERS } from '../../../media/untrusted.ts';
import { failure } from '../../../net/failure.ts';
import type { Tunnel } from '../../../net/net.ts';
import { ended } from '../failures.ts';
import { LIMITS } from '../policy.ts';
import type { ReaderContext } from '../reader.ts';
import { type CopyAddress, isForCopy, parseCopyAddress } from './address.ts';
import { readChild } from './child.ts';
import { copyFailure } from './failures.ts';
import { type CopyInput, copyInput, type Place } from './input.ts';
import { RtspReplies } from './rtsp-replies.ts';

const MAX_REDIRECTS = 5;
const QUIET = ['-nostdin', '-hide_banner', '-loglevel', 'error'];
/** One second tells what the tracks are; the usual five would be waited for in full by some sources. */
const PROBE = ['-probesize', '1000000', '-analyzeduration', '1000000'];
/** Sound that stops holds back the picture for half a second at most, not for ten. */
const OUTPUT = [
  ...['-map', '0:v:0?', '-map', '0:a:0?', '-c', 'copy', '-copyinkf:v'],
  ...['-max_interleave_delta', '500000', '-muxdelay', '0', '-muxpreload', '0'],
  ...['-flush_packets', '1', '-f', 'mpegts', 'pipe:1'],
];
/** The parameter sets of RTSP stand beside the stream: they are put before each keyframe. */
const WITH_PARAMETER_SETS = ['-bsf:v', 'dump_extra=freq=keyframe'];

/** Reads RTMP, RTSP, SRT, UDP and RTP by one ffmpeg child that copies them into a transport stream. */
export async function readByCopy(context: ReaderContext): Promise<void> {
  let address = parseCopyAddress(context.source.url);
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const location = await readOnce(context, address);
    if (location === null) throw ended();
    address = redirected(address, location);
  }
  throw failure('UPSTREAM_REDIRECTS', address.host, `more than ${MAX_REDIRECTS} redirects`);
}

/** Reads until the source ends; answers where an RTSP server redirects to. */
async function readOnce(context: ReaderContext, address: CopyAddress): Promise<string | null> {
  const replies = address.protocol === 'rtsp' ? new RtspReplies() : undefined;
  const { place, tunnel } = await reach(context.ports, context.signal, address, replies);
  const input = copyInput(address, place);
  try {
    const end = await readChild(context, {
      label: `live ${address.protocol}`,
      args: inputArgs(input, address),
      stdin: 'bytes',
      network: 'host',
      firstMediaMs: context.headersLimitMs + LIMITS.firstPacketMs,
      ...(tunnel && { heard: tunnel.heard }),
      onFirst: () => context.sink.opened({ format: 'mpegts', continuous: true }),
      feed: async (stdin) => void stdin.end(input.list),
    });
    if (replies?.location != null) return replies.location;
    throw copyFailure(end, address.host, replies?.status ?? null);
  } finally {
    tunnel?.close();
  }
}

const inputArgs = ({ protocols, formats }: CopyInput, { protocol }: CopyAddress): string[] => [
  ...QUIET,
  ...['-protocol_whitelist', protocols, '-format_whitelist', formats, '-codec_whitelist', COPY_DECODERS],
  ...PROBE,
  ...['-f', 'concat', '-safe', '0', '-i', 'pipe:0'],
  ...(protocol === 'rtsp' ? WITH_PARAMETER_SETS : []),
  ...OUTPUT,
];

/** TCP goes through a tunnel of ours, so that it is ours to connect; datagrams are ffmpeg's, to a checked address. */
async function reach(
  ports: Pick<ReaderContext['ports'], 'net'>,
  signal: AbortSignal,
  { protocol, host, port, secure }: CopyAddress,
  replies?: RtspReplies,
): Promise<{ place: Place; tunnel: Tunnel | null }> {
  if (protocol === 'rtmp' || protocol === 'rtsp') {
    const tunnel = await ports.net.tunnel({ host, port, secure, signal, ...(replies && { replies }) });
    return { place: { address: '127.0.0.1', port: tunnel.port }, tunnel };
  }
  const place = await ports.net.peer({ host, port, listen: protocol !== 'srt' });
  signal.throwIfAborted();
  return { place, tunnel: null };
}

/**
 * Looks whether a resting source can be reached: a connection for TCP, a name that resolves and is allowed for
 * datagrams. Whether it plays shows the switch itself. Throws what is wrong.
 */
export async function checkByCopy(
  url: string,
  ports: Pick<ReaderContext['ports'], 'net'>,
  signal: AbortSignal,
): Promise<null> {
  const { tunnel } = await reach(ports, signal, parseCopyAddress(url));
  tunnel?.close();
  return null;
}

/** Another address of the same protocol; the account goes along to the same host only. */
function redirected(from: CopyAddress, location: string): CopyAddress {
  const next = isForCopy(location) ? parseCopyAddress(location) : null;
  if (next?.protocol !== 'rtsp')
    throw failure('ADDRESS_BLOCKED', from.host, 'it redirects to an address of another kind');
  return next.host === from.host && !next.userInfo ? { ...next, userInfo: from.userInfo } : next;
}

/** Formats of endless HTTP answers that become a transport stream without touching their pictures and sounds. */
export type PackedFormat = 'flv' | 'aac' | 'mp3';

/** Reads HTTP-FLV and radio: the body goes into a copying child that has no network and knows one format. */
export async function readPacked(
  context: ReaderContext,
  format: PackedFormat,
  body: Readable,
  first: Buffer,
): Promise<void> {
  const end = await readChild(context, {
    label: `live ${format}`,
    args: [
      ...QUIET,
      ...['-protocol_whitelist', 'pipe', '-format_whitelist', format, '-codec_whitelist', COPY_DECODERS],
      ...PROBE,
      ...['-f', format, '-i', 'pipe:0'],
      ...OUTPUT,
    ],
    stdin: 'bytes',
    firstMediaMs: LIMITS.firstPacketMs,
    onFirst: () => context.sink.opened({ format: 'mpegts', continuous: true }),
    feed: async (stdin) => {
      stdin.write(first);
      await pipeline(body, stdin, { signal: context.signal });
    },
  });
  throw copyFailure(end, '', null);
}
