import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { until } from '../../tests/support/until.ts';
import { complaintsIn } from './complaints.ts';
import { failureOf, type Player, runPlayer, SOUGHT_S, START_S } from './player.ts';

const NO_SCREEN = ['--no-config', '--vo=null', '--ao=null', '--no-input-terminal', '--idle=no', '--ytdl=no'];
/** FFmpeg's filters tell of each frame that passes; mpv itself counts nothing. */
const COUNTED = ['--vf=lavfi=[showinfo]', '--af=lavfi=[ashowinfo]'];
const LEVELS = '--msg-level=all=warn,ffmpeg=v';
const COUNT_LINE = /Parsed_a?showinfo_\d+:/;
/** What FFmpeg says at mpv's level v is not worth a word; mpv marks its own warnings by their module alone. */
const CHATTY = /^\[ffmpeg\]|^\[(ffmpeg\/\w+)\]/;
const ALARMING =
  /error|invalid|corrupt|missing|discontin|non.?monoton|out of order|skipping|fail|broken|expired|drop|conceal|mismatch/i;

/** mpv, in real time, without a screen. */
export const mpv: Player = {
  name: 'mpv',
  program: 'mpv',
  packages: ['mpv'],
  async play(address, seconds) {
    const args = [...NO_SCREEN, ...COUNTED, LEVELS, `--length=${seconds}`, address];
    const finished = await runPlayer('mpv', args, { limitS: seconds + START_S });
    const lines = finished.output.split('\n');
    const sound = lines.filter((line) => /Parsed_ashowinfo_\d+: n:/.test(line));
    const soundS = sound.reduce((sum, line) => {
      const [, rate = '48000', samples = '0'] = /rate:(\d+) nb_samples:(\d+)/.exec(line) ?? [];
      return sum + Number(samples) / Number(rate);
    }, 0);
    return {
      pictures: lines.filter((line) => /Parsed_showinfo_\d+: n:/.test(line)).length,
      soundS,
      tookS: finished.tookS,
      complaints: complaintsOf(lines),
      failed: failureOf(finished),
    };
  },
  async seek(address, { seconds }) {
    const folder = mkdtempSync(path.join(tmpdir(), 'siaran-mpv-'));
    const socket = path.join(folder, 'mpv');
    let landedS: number | null = null;
    try {
      const finished = await runPlayer(
        'mpv',
        [...NO_SCREEN, LEVELS, `--input-ipc-server=${socket}`, address],
        {
          limitS: 2 * START_S,
          during: async () => {
            landedS = await goTo(socket, seconds);
          },
        },
      );
      const complaints = complaintsOf(finished.output.split('\n'));
      return { landedS, complaints, failed: failureOf(finished) };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

const complaintsOf = (lines: readonly string[]): string[] =>
  complaintsIn(
    lines.filter(
      (line) =>
        /^\[|^[A-Z(]/.test(line) &&
        !COUNT_LINE.test(line) &&
        !/^[ (]?(AV|V|A): |^ *[\u25cf(+].*--[va]id=|^(VO|AO): |^Exiting/.test(line) &&
        (!CHATTY.test(line) || ALARMING.test(line)),
    ),
  );

type Message = { event?: string; name?: string; data?: unknown };

/** By its JSON protocol: plays, goes to a time, plays on there and ends; where the first picture there was. */
async function goTo(socket: string, seconds: number): Promise<number | null> {
  await until('mpv listens', () => existsSync(socket), START_S * 1000);
  const line = connect(socket);
  const say = (...command: unknown[]) => line.write(`${JSON.stringify({ command })}\n`);
  line.on('error', () => undefined);
  say('observe_property', 1, 'time-pos');
  let landed: number | null = null;
  let asked = false;
  for await (const text of createInterface({ input: line })) {
    const { event, name, data } = JSON.parse(text) as Message;
    if (event !== 'property-change' || name !== 'time-pos' || typeof data !== 'number') continue;
    if (!asked && data > 1) {
      asked = true;
      say('seek', seconds, 'absolute');
    } else if (asked && landed === null && data > seconds / 2) landed = data;
    else if (landed !== null && data > landed + SOUGHT_S) say('quit');
  }
  return landed;
}
