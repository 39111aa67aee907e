import { ERRORS, type ErrorCode } from '../../lib/contract/errors.ts';

type Options = { message?: string; details?: unknown; cause?: unknown; retryAfterSeconds?: number };

/** An error that reaches people: a code of the catalogue; the sentence may be made more exact than the catalogue's. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly details: unknown;
  readonly retryAfterSeconds: number | undefined;
  constructor(code: ErrorCode, options: Options = {}) {
    super(
      options.message ?? ERRORS[code].message,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.name = 'AppError';
    this.code = code;
    this.status = ERRORS[code].status;
    this.details = options.details;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

export const isAppError = (error: unknown): error is AppError => error instanceof AppError;

/** The message of anything that was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
