import { complaintsIn } from './complaints.ts';
import { failureOf, type Player, runPlayer, SOUGHT_S, START_S } from './player.ts';

const decoded = (output: string, kind: string): { frames: number; samples: number } => {
  const found = new RegExp(
    `Input stream #\\S+ \\(${kind}\\):.*?; (\\d+) frames decoded(?: \\((\\d+) samples\\))?`,
  );
  const [, frames = '0', samples = '0'] = found.exec(output) ?? [];
  return { frames: Number(frames), samples: Number(samples) };
};

const rateOf = (output: string): number => Number(/Audio: .*?, (\d+) Hz/.exec(output)?.[1] ?? 48_000);

/** ffmpeg as a player: it decodes everything and throws it away. */
export const ffmpeg: Player = {
  name: 'ffmpeg',
  program: 'ffmpeg',
  packages: ['ffmpeg'],
  async play(address, seconds) {
    const args = ['-nostdin', '-nostats', '-v', 'level+verbose', '-i', address, '-t', String(seconds)];
    const finished = await runPlayer('ffmpeg', [...args, '-f', 'null', '-'], { limitS: seconds + START_S });
    const { output, tookS } = finished;
    return {
      pictures: decoded(output, 'video').frames,
      soundS: decoded(output, 'audio').samples / rateOf(output),
      tookS,
      complaints: complaintsOf(output),
      failed: failureOf(finished),
    };
  },
  async seek(address, { seconds }) {
    // The times of the file are kept, so that they tell where it is.
    const input = ['-copyts', '-ss', String(seconds), '-t', String(SOUGHT_S), '-i', address];
    const args = [
      '-nostdin',
      '-nostats',
      '-v',
      'level+verbose',
      ...input,
      '-vf',
      'showinfo',
      '-f',
      'null',
      '-',
    ];
    const finished = await runPlayer('ffmpeg', args, { limitS: SOUGHT_S + START_S });
    const { output } = finished;
    const start = /Duration: .*?, start: ([\d.]+)/.exec(output);
    const first = /showinfo.*? n: *0 .*?pts_time:([\d.]+)/.exec(output);
    return {
      landedS: start && first ? Number(first[1]) - Number(start[1]) : null,
      complaints: complaintsOf(output),
      failed: failureOf(finished),
    };
  },
};

const complaintsOf = (output: string): string[] =>
  complaintsIn(output.split('\n').filter((line) => /\[(warning|error|fatal|panic)\]/.test(line)));
