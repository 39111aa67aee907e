import { AppError } from '../core/errors.ts';
import { uploadKey } from './finish.ts';
import type { IngestPorts } from './ports.ts';
import { PARTIAL, TusRefusal } from './protocol.ts';
import type { UploadRow } from './rows.ts';

/**
 * Those of the parts whose bytes are all there. Only they are locked while parts are joined: one that is still received
 * would be cut short for an answer that is no in any case.
 */
export async function wholeOf(ports: IngestPorts, parts: readonly UploadRow[]): Promise<Set<string>> {
  const whole = new Set<string>();
  for (const part of parts) if (await isWhole(ports, part)) whole.add(part.id);
  return whole;
}

/**
 * Only whole parts that are in no other upload are joined; answers their length together. One that is not `held` may be
 * cut off again by the request that still writes to it, so it does not count as whole.
 */
export async function checkParts(
  ports: IngestPorts,
  parts: readonly UploadRow[],
  held: ReadonlySet<string>,
): Promise<number> {
  for (const part of parts) {
    if (part.concat !== PARTIAL) throw new TusRefusal(400, 'Upload-Concat names an upload that is no part.');
    if (part.finalId !== null || part.state !== 'receiving')
      throw new TusRefusal(409, 'Upload-Concat names a part that is in another upload already.');
    if (!held.has(part.id) || !(await isWhole(ports, part)))
      throw new TusRefusal(
        400,
        'Upload-Concat names a part that is not complete. Send the rest of it first.',
      );
  }
  const sizeBytes = parts.reduce((sum, part) => sum + (part.sizeBytes ?? 0), 0);
  if (sizeBytes > ports.settings.get('uploadMaxBytes')) throw new AppError('UPLOAD_TOO_LARGE');
  return sizeBytes;
}

const isWhole = async ({ store }: IngestPorts, { id, sizeBytes }: UploadRow): Promise<boolean> =>
  sizeBytes !== null && (await store.size(uploadKey(id))) === sizeBytes;
