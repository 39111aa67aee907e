import { ERRORS, type ErrorCode } from '../../lib/contract/errors.ts';
import { AppError } from '../core/errors.ts';
import type { AttemptResult } from './attempts.ts';

const TLS_SENTENCES: Record<string, string> = {
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate chain ends in a self-signed one',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate chain is incomplete',
  UNABLE_TO_GET_ISSUER_CERT: 'its certificate chain is incomplete',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate was made by an unknown authority',
  CERT_REVOKED: 'its certificate was revoked',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate belongs to another name',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak HTTPS on this port',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak HTTPS on this port',
  EPROTO: 'the encrypted connection could not be agreed on',
};

const SOCKET_SENTENCES: Record<string, string> = {
  ECONNREFUSED: 'it refused the connection',
  ECONNRESET: 'it closed the connection',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'there is no route to it',
  EPIPE: 'it closed the connection',
  UND_ERR_SOCKET: 'it closed the connection',
  UND_ERR_HEADERS_OVERFLOW: 'its response headers are too large',
  UND_ERR_INFO: 'it answered with something that is not HTTP',
};

const TIMEOUTS = new Set([
  'ETIMEDOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** What an error of this engine may carry to the API: a host and a reason, never a path, query or credential. */
export type FailureDetails = { host: string; reason: string; status?: number };

export const failure = (code: ErrorCode, host: string, reason: string, cause?: unknown): AppError =>
  new AppError(code, {
    message: sentence(code, reason),
    details: { host, reason } satisfies FailureDetails,
    cause,
  });

/** The catalogue's sentence with the exact reason put in front of its next step. */
function sentence(code: ErrorCode, reason: string): string {
  const [first = '', ...rest] = ERRORS[code].message.split(/(?<=\.) /);
  return [`${first.replace(/\.$/, '')}: ${reason}.`, ...rest].join(' ');
}

/** Turns whatever a socket, TLS or undici threw into an AppError of the catalogue; those already made pass. */
export function toFailure(error: unknown, host: string): AppError {
  if (error instanceof AppError) return error;
  const code = codeOf(error);
  if (TIMEOUTS.has(code)) return failure('UPSTREAM_TIMEOUT', host, 'it did not answer in time', error);
  const tls = tlsSentence(code);
  if (tls) return failure('UPSTREAM_TLS', host, tls, error);
  const socket =
    SOCKET_SENTENCES[code] ?? (code.startsWith('HPE_') ? SOCKET_SENTENCES.UND_ERR_INFO : undefined);
  return failure('UPSTREAM_UNREACHABLE', host, socket ?? 'the connection failed', error);
}

/** The word for the attempt log. */
export function attemptResult(error: unknown): AttemptResult {
  const code = codeOf(error);
  if (TIMEOUTS.has(code)) return 'timeout';
  return tlsSentence(code) ? 'tls' : 'refused';
}

function tlsSentence(code: string): string | undefined {
  if (TLS_SENTENCES[code]) return TLS_SENTENCES[code];
  return code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS') ? TLS_SENTENCES.EPROTO : undefined;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
