import { MaxConnections } from '../../lib/contract/channels.ts';
import { formatCount } from '../../lib/units/format.ts';

export const CONNECTIONS_HINT = 'As the provider says. Siaran never opens more at once; empty is any number.';

type Typed = { ok: true; value: number | null } | { ok: false; error: string };

/** What was typed into a field of connections; empty is any number. */
export const readConnections = (text: string): Typed => {
  const trimmed = text.trim();
  if (trimmed === '') return { ok: true, value: null };
  const value = MaxConnections.safeParse(/^\d{1,6}$/.test(trimmed) ? Number(trimmed) : Number.NaN);
  return value.success
    ? { ok: true, value: value.data }
    : { ok: false, error: 'Use 1 to 1,000, or leave it empty.' };
};

/** "2 connections", "No connection limit". */
export const connectionWords = (most: number | null): string => {
  if (most === null) return 'No connection limit';
  return most === 1 ? '1 connection' : `${formatCount(most)} connections`;
};
