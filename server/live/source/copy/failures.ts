import { AppError } from '../../../core/errors.ts';
import type { ChildResult } from '../../../media/ffmpeg/types.ts';
import { failure } from '../../../net/failure.ts';
import { ended, refusedWith } from '../failures.ts';
import { unsupported } from '../kinds.ts';

/** What ffmpeg's last lines say, as a reason of ours: its own words hold addresses with their passwords. */
const SIGNS: readonly (readonly [RegExp, (host: string) => AppError])[] = [
  [/\b401\b|Unauthorized|authentication|auth.* failed/i, () => refusedWith({ status: 401, headers: {} })],
  [/\b403\b|Forbidden/i, () => refusedWith({ status: 403, headers: {} })],
  [
    /\b404\b|Not Found|StreamNotFound|No such file|InvalidApp/i,
    () => refusedWith({ status: 404, headers: {} }),
  ],
  [/Connection refused/i, (host) => failure('UPSTREAM_UNREACHABLE', host, 'it refused the connection')],
  [/timed out|timeout/i, (host) => failure('UPSTREAM_TIMEOUT', host, 'it did not answer in time')],
  [
    /Protocol not found|Unknown input format|not on whitelist/i,
    () => unsupported('a protocol that this ffmpeg cannot read'),
  ],
  [
    /Address already in use|Cannot assign requested address|bind failed/i,
    (host) => failure('UPSTREAM_UNREACHABLE', host, 'its port is in use here, or is not of this machine'),
  ],
  [
    /srt.*(Input\/output error|failed)/i,
    (host) =>
      failure('UPSTREAM_UNREACHABLE', host, 'it does not answer, or refuses the stream id or passphrase'),
  ],
  [
    /Unsupported|Payload type|Invalid data found/i,
    (host) => failure('UPSTREAM_NOT_MEDIA', host, 'it sends nothing that can be read'),
  ],
];

/** The error of a copying child that came to its end; `status` is the last answer of an RTSP server. */
export function copyFailure(
  { result, bytes }: { result: ChildResult; bytes: number },
  host: string,
  status: number | null,
): AppError {
  if (result.reason === 'spawn-error') return new AppError('FFMPEG_MISSING');
  if (bytes > 0) return ended();
  if (status !== null && status >= 400) return refusedWith({ status, headers: {} });
  const text = result.lastLines.join('\n');
  const sign = SIGNS.find(([pattern]) => pattern.test(text));
  return sign ? sign[1](host) : failure('UPSTREAM_UNREACHABLE', host, 'it closed the connection');
}
