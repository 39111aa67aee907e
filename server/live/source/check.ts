import { AppError } from '../../core/errors.ts';
import { parsePlaylist } from '../../media/hls/parse.ts';
import type { LivePorts, LiveSource } from '../types.ts';
import { isForCopy } from './copy/address.ts';
import { checkByCopy } from './copy/reader.ts';
import { broughtNothing, refusedWith } from './failures.ts';
import { SNIFF_BYTES, sniff } from './kinds.ts';
import { LIMITS } from './policy.ts';

const MOST_BYTES = 64 * 1024;

type Options = { source: LiveSource; ports: Pick<LivePorts, 'net'>; signal: AbortSignal };

/**
 * Asks a resting source with one GET of at most 64 KB whether it plays again. Answers a mark that has to differ at the
 * next check (the end of an HLS list), or null when the answer itself is proof. Throws what is wrong.
 */
export async function checkSource({ source, ports, signal }: Options): Promise<string | null> {
  if (source.kind === 'generator') return null;
  if (isForCopy(source.url)) return await checkByCopy(source.url, ports, signal);
  const limit = AbortSignal.any([signal, AbortSignal.timeout(LIMITS.headersMs + LIMITS.firstPacketMs)]);
  const { headersMs } = LIMITS;
  const response = await ports.net.fetch(source.url, {
    headers: source.headers,
    signal: limit,
    headersTimeoutMs: headersMs,
    bodyTimeoutMs: LIMITS.firstPacketMs,
  });
  try {
    if (response.status < 200 || response.status > 299) throw refusedWith(response);
    return markOf(await readSome(response.body));
  } catch (error) {
    if (limit.aborted && !signal.aborted) throw broughtNothing('it is connected but sends nothing', error);
    throw error;
  } finally {
    response.body.destroy();
  }
}

async function readSome(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of body) {
    parts.push(part);
    size += part.length;
    const playlist = parts[0]!.toString('latin1', 0, 16).includes('#EXTM3U');
    if (size >= (playlist ? MOST_BYTES : SNIFF_BYTES)) break;
  }
  return Buffer.concat(parts).subarray(0, MOST_BYTES);
}

function markOf(bytes: Buffer): string | null {
  if (sniff(bytes) !== 'hls') return null;
  try {
    const list = parsePlaylist(bytes.toString('utf8'));
    if (list.kind === 'master') return null;
    const newest = list.segments.at(-1);
    return newest ? `${newest.sequence} ${newest.uri}` : 'empty';
  } catch (error) {
    if (bytes.length >= MOST_BYTES) return String(bytes.length);
    throw new AppError('UPSTREAM_NOT_MEDIA', { cause: error });
  }
}
