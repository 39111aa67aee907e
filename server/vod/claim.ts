import { chmod, chown, lstat, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Makes what a decoder wrote the server's own: only plain files and folders stay, and the decoder can no longer change
 * them. Nothing it left is ever followed.
 */
export async function claim(target: string): Promise<void> {
  const info = await lstat(target);
  if (!info.isDirectory() && !info.isFile()) {
    await unlink(target);
    return;
  }
  const uid = process.getuid?.();
  if (uid === 0) await chown(target, 0, 0);
  await chmod(target, info.isDirectory() ? 0o755 : 0o644);
  if (!info.isDirectory()) return;
  for (const name of await readdir(target)) await claim(join(target, name));
}
