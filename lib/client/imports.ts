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
  options: { name?: string; dryRun: boolean },
): Promise<ImportResult> => {
  const path = '/api/v1/channels/import';
  const name = options.name === undefined || options.name === '' ? {} : { name: options.name };
  if (source.kind === 'text')
    return post<ImportResult>(path, { ...name, text: source.text, dryRun: options.dryRun });
  if (source.kind === 'url')
    return post<ImportResult>(path, { ...name, url: source.url, dryRun: options.dryRun });
  const form = new FormData();
  if (options.name) form.set('name', options.name);
  form.set('dryRun', String(options.dryRun));
  form.set('file', source.file);
  return post<ImportResult>(path, undefined, { form });
};
