import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { chownSync } from 'node:fs';
import { type Binaries, reachableByOthers } from './paths.ts';

/** How PostgreSQL's programs are started: under which uid, and with what they need to reach their files. */
export type Launcher = {
  uid: number | undefined;
  chown(path: string): void;
  start(program: string, args: string[], options?: SpawnOptions): ChildProcess;
};

/**
 * PostgreSQL refuses to run as root, so as root its programs get a uid of their own. Where a parent folder is closed to
 * others (a clone in root's home), the only extra right they get is to look up files there.
 */
export function createLauncher(binaries: Binaries, uid: number | undefined, clusterDir: string): Launcher {
  const env = {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    LC_ALL: 'C',
    LD_LIBRARY_PATH: binaries.libDir,
    TZ: 'UTC',
  } as unknown as NodeJS.ProcessEnv;
  const reachable =
    uid === undefined || (reachableByOthers(clusterDir) && reachableByOthers(binaries.postgres));
  return {
    uid,
    chown: (target) => {
      if (uid !== undefined) chownSync(target, uid, uid);
    },
    start(program, args, options = {}) {
      if (uid === undefined) return spawn(program, args, { env, ...options });
      if (reachable) return spawn(program, args, { env, uid, gid: uid, ...options });
      const right = '+dac_read_search';
      const rights = [
        `--reuid=${uid}`,
        `--regid=${uid}`,
        '--clear-groups',
        `--inh-caps=-all,${right}`,
        `--ambient-caps=-all,${right}`,
        `--bounding-set=-all,${right}`,
        // Without this, access(2) leaves the right out of account and initdb takes its own folder for unreadable.
        '--securebits=+no_setuid_fixup',
      ];
      return spawn('setpriv', [...rights, '--', program, ...args], { env, ...options });
    },
  };
}

/** Runs a program to its end; rejects with its last words when it fails. */
export function run(launcher: Launcher, program: string, args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = launcher.start(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let words = '';
    const keep = (chunk: Buffer) => {
      words = (words + chunk.toString()).slice(-4000);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${program} ended with ${code}:\n${words}`)),
    );
  });
}
