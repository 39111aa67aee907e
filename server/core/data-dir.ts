import { chmodSync, mkdirSync } from 'node:fs';

/** Makes DATA_DIR: nobody else may list it, but children with an uid of their own may pass through to their folder. */
export function ensureDataDir(dataDir: string): void {
  mkdirSync(dataDir, { recursive: true });
  chmodSync(dataDir, 0o711);
}
