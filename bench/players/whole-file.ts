import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { StreamConfig } from '../../lib/contract/videos.ts';
import type { Client } from '../../tests/support/client.ts';
import { makeClip } from '../../tests/support/media.ts';
import { settled, uploadFile } from '../../tests/support/upload.ts';
import type { Row } from '../support/bench.ts';
import { kindOf } from './complaints.ts';
import type { Place, Player, Sought } from './player.ts';
import type { Ground } from './sources.ts';

const run = promisify(execFile);

const LOOP_SECONDS = 12;
const SECONDS = 180;
const PLACE: Place = { seconds: SECONDS / 2, share: 0.5 };
/** A share of the bytes is not a share of the time; who knows times lands at the picture, or at the keyframe before it. */
const MISSED_BY_S = 6;

type Films = { ours: string; plain: string };

/**
 * A film that is uploaded and made, as one transport stream of one of its qualities; and the same pictures as a plain file on
 * another server, which tells what a player says of any jump in any such file.
 */
async function prepare(client: Client, { folder, files }: Pick<Ground, 'folder' | 'files'>): Promise<Films> {
  const clip = await makeClip(path.join(folder, 'clip.mp4'), { seconds: LOOP_SECONDS, size: '320x240' });
  const film = path.join(folder, 'film.mp4');
  const plain = path.join(folder, 'film.ts');
  const times = String(SECONDS / LOOP_SECONDS - 1);
  const quiet = ['-nostdin', '-v', 'error'];
  await run('ffmpeg', [...quiet, '-stream_loop', times, '-i', clip, '-c', 'copy', film]);
  const id = await uploadFile(client, film);
  await settled(client, id);
  const { body } = await client.get<StreamConfig>(`/api/v1/videos/${id}/stream-config`);
  const address = body.qualities[0]?.ts;
  if (!address) throw new Error('The film has no quality as one file.');
  const ours = new URL(address, client.base).href;
  await run('ffmpeg', [...quiet, '-i', ours, '-c', 'copy', plain]);
  return { ours, plain: `${files.origin}/film.ts` };
}

const problemsOf = ({ landedS, complaints, failed }: Sought, usual: Sought): string[] => {
  const problems = failed ? [failed] : [];
  if (landedS === null) problems.push('did not get there');
  else if (Math.abs(landedS - PLACE.seconds) > MISSED_BY_S) problems.push('landed elsewhere');
  const known = new Set(usual.complaints.map(kindOf));
  return [...problems, ...complaints.filter((line) => !known.has(kindOf(line)))];
};

const landing = ({ landedS }: Sought): string => (landedS === null ? 'nowhere' : `${landedS.toFixed(2)} s`);

/** Every player goes to the middle of a video that is one transport stream over HTTP. */
export async function seekWholeFile(
  client: Client,
  ground: Pick<Ground, 'folder' | 'files'>,
  players: readonly Player[],
  say: (line: string) => void,
): Promise<Row[]> {
  const { ours, plain } = await prepare(client, ground);
  const rows: Row[] = [];
  for (const player of players) {
    const usual = await player.seek(plain, PLACE);
    const sought = await player.seek(ours, PLACE);
    const problems = problemsOf(sought, usual);
    const others = `a plain file: ${landing(usual)}, ${usual.complaints.length} kinds of lines`;
    say(`${player.name} in a whole file: ${[landing(sought), ...problems].join('; ')} (${others})`);
    rows.push({
      what: `${player.name} goes to ${PLACE.seconds} s of a whole video`,
      value: problems.length === 0 ? landing(sought) : `${landing(sought)}, ${problems.length} problems`,
      reach: `± ${MISSED_BY_S} s, no line of its own`,
      reached: problems.length === 0,
    });
  }
  return rows;
}
