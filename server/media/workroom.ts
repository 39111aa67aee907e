import { chmod, chown, link, mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { DecoderIdentity } from './ffmpeg/types.ts';
import { INPUT_NAME } from './untrusted.ts';

/** A private folder for one child: the source is in it to be read, and it is the only place the child can write. */
export type Workroom = { dir: string; close(): Promise<void> };

type Options = {
  dir: string;
  sourcePath: string | null;
  decoder: DecoderIdentity | null;
  folders?: readonly string[];
  /** The source is not ours: its owner and rights stay as they are. */
  foreign?: boolean;
};

/**
 * Makes a 0700 folder of the decoder's own and links the source into it by a second name. The child starts inside the
 * folder, so it needs no right to pass through the folders above.
 */
export async function openWorkroom({
  dir,
  sourcePath,
  decoder,
  folders = [],
  foreign = false,
}: Options): Promise<Workroom> {
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true, mode: 0o700 });
  for (const folder of folders) await mkdir(join(dir, folder), { recursive: true, mode: 0o700 });
  if (sourcePath !== null) await linkSource(sourcePath, join(dir, INPUT_NAME), foreign ? null : decoder);
  if (decoder) {
    for (const folder of ['.', ...folders.flatMap(withParents)]) {
      await chown(join(dir, folder), decoder.uid, decoder.gid);
    }
  }
  return { dir, close: () => rm(dir, { recursive: true, force: true }) };
}

async function linkSource(source: string, target: string, decoder: DecoderIdentity | null): Promise<void> {
  if (decoder) {
    // Readable through the group, writable for the server alone.
    await chown(source, 0, decoder.gid);
    await chmod(source, 0o640);
  }
  await link(source, target).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EXDEV' && error.code !== 'EPERM' && error.code !== 'ENOTSUP') throw error;
    return symlink(source, target);
  });
}

function withParents(folder: string): string[] {
  const parts = folder.split('/');
  return parts.map((_, i) => parts.slice(0, i + 1).join('/'));
}
