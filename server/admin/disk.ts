import { readdir, stat, statfs } from 'node:fs/promises';
import path from 'node:path';

export type DiskUse = { freeBytes: number; totalBytes: number; rawBytes: number; processedBytes: number };

/** Free space of the data folder's disk, and what originals and made videos take of it. */
export async function diskUse(dataDir: string): Promise<DiskUse> {
  const [disk, rawBytes, processedBytes] = await Promise.all([
    statfs(dataDir),
    folderBytes(path.join(dataDir, 'raw')),
    folderBytes(path.join(dataDir, 'processed')),
  ]);
  return {
    freeBytes: disk.bavail * disk.bsize,
    totalBytes: disk.blocks * disk.bsize,
    rawBytes,
    processedBytes,
  };
}

async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []); // not made yet
  let total = 0;
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const facts = await stat(path.join(entry.parentPath, entry.name)).catch(() => null); // removed meanwhile
    total += facts?.size ?? 0;
  }
  return total;
}
