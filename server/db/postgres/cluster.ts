import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { AppError } from '../../core/errors.ts';
import { accounts } from '../../core/uids.ts';
import { createLauncher, type Launcher, run } from './launch.ts';
import type { Binaries } from './paths.ts';

export const DATABASE_USER = 'siaran';
const MAJOR = '18';

type Options = { clusterDir: string; password: string; binaries: Binaries; launcher: Launcher };

/**
 * Makes the cluster on first start. initdb runs in a folder beside, and PG_VERSION is moved last, so a crash in the
 * middle leaves nothing that looks like a cluster.
 */
export async function ensureCluster(options: Options): Promise<void> {
  const { clusterDir, launcher } = options;
  mkdirSync(clusterDir, { recursive: true, mode: 0o700 });
  chmodSync(clusterDir, 0o700);
  launcher.chown(clusterDir);
  const versionFile = path.join(clusterDir, 'PG_VERSION');
  if (existsSync(versionFile)) return checkVersion(versionFile);
  const partial = path.join(clusterDir, 'init.partial');
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { mode: 0o700 });
  launcher.chown(partial);
  await initialise(partial, options);
  for (const name of readdirSync(partial))
    if (name !== 'PG_VERSION') moveOver(path.join(partial, name), path.join(clusterDir, name));
  renameSync(path.join(partial, 'PG_VERSION'), versionFile);
  rmdirSync(partial);
}

function moveOver(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true }); // left by a start that was killed between two of these moves
  renameSync(from, to);
}

/**
 * initdb insists that its uid has an account, and the dedicated uid has none on purpose. So it runs once under an existing
 * account without a login, and its files are then given to the dedicated uid.
 */
async function initialise(
  folder: string,
  { binaries, clusterDir, launcher, password }: Options,
): Promise<void> {
  const uid = launcher.uid === undefined ? undefined : lendingAccount();
  const initLauncher = uid === undefined ? launcher : createLauncher(binaries, uid, clusterDir);
  const secretDir = mkdtempSync(path.join(os.tmpdir(), 'siaran-init-'));
  const passwordFile = path.join(secretDir, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  for (const target of [secretDir, passwordFile, clusterDir, folder]) initLauncher.chown(target);
  const args = ['-D', folder, '-U', DATABASE_USER, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`];
  try {
    await run(initLauncher, binaries.initdb, [
      ...args,
      '-E',
      'UTF8',
      '--locale=C',
      '--data-checksums',
      '--no-instructions',
    ]);
  } finally {
    rmSync(secretDir, { recursive: true, force: true });
    for (const name of readdirSync(clusterDir, { recursive: true }))
      launcher.chown(path.join(clusterDir, String(name)));
    launcher.chown(clusterDir);
  }
}

function lendingAccount(): number {
  const all = accounts();
  const found = all.find((a) => a.name === 'daemon') ?? all.find((a) => a.uid > 0 && a.uid < 100);
  if (!found)
    throw new AppError('INTERNAL', {
      message:
        'PostgreSQL cannot be set up as root on a system without accounts. Start Siaran as a user, or set DATABASE_URL.',
    });
  return found.uid;
}

function checkVersion(versionFile: string): void {
  const version = readFileSync(versionFile, 'utf8').trim();
  if (version === MAJOR) return;
  throw new AppError('INTERNAL', {
    message: `The database in the data folder was made by PostgreSQL ${version}, this version of Siaran brings ${MAJOR}. Start the version that made it, save a backup, and restore it here.`,
  });
}
