import { complaintsIn } from './complaints.ts';
import { failureOf, type Player, runPlayer, START_S } from './player.ts';

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
    const wrong = lines.filter(
      (line) =>
        /^\[|^[A-Z(]/.test(line) &&
        !COUNT_LINE.test(line) &&
        !/^[ (]?(AV|V|A): |^ *[\u25cf(+].*--[va]id=|^(VO|AO): |^Exiting/.test(line) &&
        (!CHATTY.test(line) || ALARMING.test(line)),
    );
    return {
      pictures: lines.filter((line) => /Parsed_showinfo_\d+: n:/.test(line)).length,
      soundS,
      tookS: finished.tookS,
      complaints: complaintsIn(wrong),
      failed: failureOf(finished),
    };
  },
};
