import { AppError } from '../core/errors.ts';

/** The ETag of a row that counts its versions. */
export const versionTag = (version: number): string => `"${version}"`;

/** The version an edit was made from (RFC 9110 §13.1.1); null when the caller does not care. */
export function expectedVersion(ifMatch: string | undefined): number | null {
  if (ifMatch === undefined || ifMatch.trim() === '*') return null;
  const match = /^\s*"(\d{1,9})"\s*$/.exec(ifMatch);
  if (!match) throw new AppError('EDIT_CONFLICT');
  return Number(match[1]);
}
