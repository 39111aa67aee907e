import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Capabilities, ChildSpec, DecoderIdentity, WorkerSettings } from './types.ts';

const DEFAULT_MEMORY_BYTES = 3 * 1024 ** 3;
const DEFAULT_NICENESS = 10;
const guardPath = fileURLToPath(new URL('./guard.ts', import.meta.url));

/** Tries which tools for locking a child in work here, once, each on a program that only exits. */
export function detectCapabilities(settings: WorkerSettings): Capabilities {
  const env = childEnv(settings);
  const works = (command: string, args: string[]) =>
    spawnSync(command, [...args, 'true'], { env, stdio: 'ignore', timeout: 5000 }).status === 0;
  const linux = process.platform === 'linux';
  const setpriv = linux && works('setpriv', ['--pdeathsig', 'KILL']);
  return {
    setpriv,
    prlimit: linux && works('prlimit', ['--core=0']),
    nice: works('nice', ['-n', '1']),
    unshareNet: linux && works('unshare', ['--net']),
    dropPrivileges: setpriv && settings.decoder !== null && works('setpriv', dropArgs(settings.decoder)),
  };
}

/**
 * The full command of a child: niceness, limits, empty network, dropped privileges and death with its
 * parent, each by a small program that replaces itself by the next, so the pid is ffmpeg's own.
 */
export function lockIn(spec: ChildSpec, settings: WorkerSettings, can: Capabilities): string[] {
  const command: string[] = [];
  // Without a parent death signal a guard process watches the server instead.
  if (!can.setpriv) command.push(process.execPath, guardPath, String(process.pid));
  if (can.nice) command.push('nice', '-n', String(spec.niceness ?? DEFAULT_NICENESS));
  if (can.prlimit) command.push('prlimit', ...limitArgs(spec));
  if (can.unshareNet && (spec.network ?? 'none') === 'none') command.push('unshare', '--net');
  if (can.setpriv) {
    const drop = can.dropPrivileges && settings.decoder !== null ? dropArgs(settings.decoder) : [];
    // Last, because a change of uid clears the death signal.
    command.push('setpriv', ...drop, '--pdeathsig', 'KILL');
  }
  command.push(spec.program === 'ffmpeg' ? settings.ffmpegPath : settings.ffprobePath, ...spec.args);
  return command;
}

/** The whole environment of a child: nothing of the server's own leaks into it. */
export function childEnv(settings: WorkerSettings): NodeJS.ProcessEnv {
  return { PATH: settings.searchPath, LANG: 'C', NODE_ENV: 'production' };
}

function limitArgs(spec: ChildSpec): string[] {
  const args = ['--core=0', `--data=${spec.memoryLimitBytes ?? DEFAULT_MEMORY_BYTES}`];
  if (spec.fileLimitBytes) args.push(`--fsize=${spec.fileLimitBytes}`);
  return args;
}

function dropArgs(decoder: DecoderIdentity): string[] {
  return [`--reuid=${decoder.uid}`, `--regid=${decoder.gid}`, '--clear-groups', '--no-new-privs'];
}
