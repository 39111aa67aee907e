import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { complaintsIn } from './complaints.ts';
import { type Finished, type Player, runPlayer, SOUGHT_S, START_S } from './player.ts';

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

/** Runs VLC on an address and talks to it from its first picture on; whatever it said until then is the output. */
async function withVlc(
  address: string,
  limitS: number,
  talk: (vlc: Remote) => Promise<void>,
): Promise<Finished> {
  const home = mkdtempSync(path.join(tmpdir(), 'siaran-vlc-'));
  if (process.getuid?.() === 0) chownSync(home, NOBODY, NOBODY);
  const [program = '', ...args] = [...asNobody(home), ...NO_SCREEN, ...PLAIN, address];
  let output = '';
  try {
    const finished = await runPlayer(program, args, {
      limitS,
      during: async (child, said) => {
        const ask = async (...commands: string[]) => {
          child.stdin?.write(commands.map((command) => `${command}\n`).join(''));
          await delay(ASK_EVERY_MS);
          return said();
        };
        const isThere = () => child.exitCode === null;
        const deadline = performance.now() + START_S * 1000;
        while (latestStats(await ask('stats')).shown === 0 && performance.now() < deadline && isThere());
        await talk({ ask, isThere });
        // What it says of decoders that it tears down is not about the stream.
        output = said();
        child.stdin?.write('quit\n');
      },
    });
    return { ...finished, output };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** Its remote control; the answer is all that it has said so far. */
type Remote = { ask(...commands: string[]): Promise<string>; isThere(): boolean };

/** VLC, in real time, without a screen; its remote control tells what it has decoded. */
export const vlc: Player = {
  name: 'VLC',
  program: 'cvlc',
  packages: ['vlc-bin', 'vlc-plugin-base'],
  async play(address, seconds) {
    let shown = 0;
    const finished = await withVlc(address, seconds + START_S + 5, async ({ ask, isThere }) => {
      const before = latestStats(await ask('stats')).shown;
      const began = performance.now();
      while (performance.now() - began < seconds * 1000 && isThere()) await ask('stats');
      shown = latestStats(await ask('stats')).shown - before;
    });
    return judge(finished, shown);
  },
  async seek(address, { seconds, share }) {
    let landedS: number | null = null;
    let pictures = 0;
    const finished = await withVlc(address, 3 * START_S, async ({ ask, isThere }) => {
      // A transport stream over HTTP has no length for it: its slider goes by the share of the bytes.
      await ask(`seek ${share * 100}%`);
      const began = performance.now();
      while (landedS === null && performance.now() - began < START_S * 1000 && isThere()) {
        const at = latestTime(await ask('get_time'));
        if (at > seconds / 2) landedS = at;
      }
      const before = latestStats(await ask('stats')).shown;
      for (let i = 0; i < (SOUGHT_S * 1000) / ASK_EVERY_MS; i += 1) await ask('stats');
      pictures = latestStats(await ask('stats')).shown - before;
    });
    const { complaints, failed } = judge(finished, pictures);
    return { landedS, complaints, failed: failed ?? (pictures > 0 ? null : 'showed no picture there') };
  },
};

/** The newest answer to `get_time`, in seconds. */
const latestTime = (output: string): number =>
  Number([...output.matchAll(/^(?:> )*(\d+)\s*$/gm)].at(-1)?.[1] ?? 0);

function judge({ output, tookS, late }: Finished, shown: number) {
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
