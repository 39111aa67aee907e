import type { ImportResult } from '../contract/channels.ts';
import { post } from './http.ts';

/** Where a list comes from: a file from this computer, pasted text, or an address the server fetches. */
export type ImportSource =
  | { kind: 'file'; file: File }
  | { kind: 'text'; text: string }
  | { kind: 'url'; url: string };

/** Reads the list and says what would change (`dryRun`), or does it. */
export const importList = (
  source: ImportSource,
  { dryRun, ...options }: { name?: string; maxConnections?: number | null; dryRun: boolean },
): Promise<ImportResult> => {
  const path = '/api/v1/channels/import';
  const details = Object.fromEntries(Object.entries(options).filter(([, value]) => value));
  if (source.kind === 'text') return post<ImportResult>(path, { ...details, text: source.text, dryRun });
  if (source.kind === 'url') return post<ImportResult>(path, { ...details, url: source.url, dryRun });
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...details, dryRun })) form.set(name, String(value));
  form.set('file', source.file);
  return post<ImportResult>(path, undefined, { form });
};
