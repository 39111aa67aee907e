import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { ffmpeg } from './ffmpeg.ts';
import { mpv } from './mpv.ts';
import type { Player } from './player.ts';
import { vlc } from './vlc.ts';

const PLAYERS: readonly Player[] = [ffmpeg, mpv, vlc];

const isThere = (program: string): boolean =>
  (process.env.PATH ?? '').split(path.delimiter).some((folder) => existsSync(path.join(folder, program)));

/** The players of this machine; what is missing is installed where root may do so with apt-get, else only named. */
export function playersThatAreThere(say: (line: string) => void): Player[] {
  for (const { name, program, packages } of PLAYERS.filter((player) => !isThere(player.program))) {
    const command = ['apt-get', 'install', '-y', '--no-install-recommends', ...packages];
    say(`${name} is missing (${program}). It comes with: ${command.join(' ')}`);
    const allowed = process.getuid?.() === 0 && process.env.SIARAN_INSTALL_SYSTEM !== '0';
    if (allowed && isThere('apt-get')) spawnSync(command[0]!, command.slice(1), { stdio: 'ignore' });
    if (!isThere(program)) say(`${name} is left out.`);
  }
  return PLAYERS.filter((player) => isThere(player.program));
}
