import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { complaintsIn } from './complaints.ts';
import { type Player, runPlayer, START_S } from './player.ts';

/** VLC refuses to run as root. */
const NOBODY = 65_534;
const ASK_EVERY_MS = 500;
const NO_SCREEN = ['--no-color', '--intf', 'rc', '--rc-fake-tty', '--vout', 'dummy', '--aout', 'dummy'];
const PLAIN = [
  '--no-metadata-network-access',
  '--no-video-title-show',
  '--avcodec-hw',
  'none',
  '--verbose',
  '1',
];

type Stats = { shown: number; lost: number; sound: number; corrupted: number; discontinuities: number };

/** The newest figures of its `stats` command. */
function latestStats(output: string): Stats {
  const value = (name: string): number => {
    const all = [...output.matchAll(new RegExp(`\\| ${name} *: *(\\d+)`, 'g'))];
    return Number(all.at(-1)?.[1] ?? 0);
  };
  return {
    shown: value('frames displayed'),
    lost: value('frames lost'),
    sound: value('buffers played'),
    corrupted: value('demux corrupted'),
    discontinuities: value('discontinuities'),
  };
}

const asNobody = (home: string): string[] =>
  process.getuid?.() === 0
    ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', 'env', `HOME=${home}`, 'cvlc']
    : ['env', `HOME=${home}`, 'cvlc'];

/** VLC, in real time, without a screen; its remote control tells what it has decoded. */
export const vlc: Player = {
  name: 'VLC',
  program: 'cvlc',
  packages: ['vlc-bin', 'vlc-plugin-base'],
  async play(address, seconds) {
    const home = mkdtempSync(path.join(tmpdir(), 'siaran-vlc-'));
    if (process.getuid?.() === 0) chownSync(home, NOBODY, NOBODY);
    const [program = '', ...args] = [...asNobody(home), ...NO_SCREEN, ...PLAIN, address];
    let shown = 0;
    let output = '';
    try {
      const finished = await runPlayer(program, args, {
        limitS: seconds + START_S + 5,
        during: async (child, said) => {
          const ask = async () => {
            child.stdin?.write('stats\n');
            await delay(ASK_EVERY_MS);
            return latestStats(said()).shown;
          };
          const deadline = performance.now() + START_S * 1000;
          while ((await ask()) === 0 && performance.now() < deadline && child.exitCode === null);
          const before = latestStats(said()).shown;
          const began = performance.now();
          while (performance.now() - began < seconds * 1000 && child.exitCode === null) await ask();
          shown = (await ask()) - before;
          // What it says of decoders that it tears down is not about the stream.
          output = said();
          child.stdin?.write('quit\n');
        },
      });
      return judge({ ...finished, output }, shown);
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  },
};

function judge({ output, tookS, late }: { output: string; tookS: number; late: boolean }, shown: number) {
  const stats = latestStats(output);
  const wrong = output.split('\n').filter((line) => /(warning|error): |^\[\w+ @|^error: /.test(line));
  if (stats.corrupted > 0) wrong.push(`demux corrupted: ${stats.corrupted}`);
  if (stats.discontinuities > 0) wrong.push(`discontinuities: ${stats.discontinuities}`);
  return {
    pictures: shown,
    soundS: stats.sound > 0 ? Number.POSITIVE_INFINITY : 0,
    tookS,
    complaints: complaintsIn(wrong),
    failed: late ? `did not end, after ${tookS.toFixed(0)} s` : null,
  };
}
