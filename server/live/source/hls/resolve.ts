import { messageOf } from '../../../core/errors.ts';
import { parsePlaylist, type UpstreamMaster } from '../../../media/hls/parse.ts';
import type { UpstreamMedia } from '../../../media/hls/parse-media.ts';
import { type Choice, chooseVariants } from './choice.ts';
import { type Answer, addressOf } from './client.ts';
import { statusOf, unreadable } from './failures.ts';

/** A media playlist and the address that it came from. */
export type Loaded = { list: UpstreamMedia; url: string };

/** What an entry address leads to. */
export type Resolved = { main: Loaded; sound: Loaded | null };

type Load = (url: string) => Promise<Answer>;

const DEEPEST_MASTER = 3;

/** Reads a playlist; a broken one is an error of the source. */
export function readList(text: string): UpstreamMaster | UpstreamMedia {
  try {
    return parsePlaylist(text);
  } catch (error) {
    throw unreadable(messageOf(error), error);
  }
}

/** Reads what has to be a media playlist. */
export function readMedia({ text, url }: Answer): Loaded {
  const list = readList(text);
  if (list.kind === 'master') throw unreadable('its media playlist became a master playlist');
  return { list, url };
}

/** Goes down from an entry to its media lists, over at most three master lists (SRC-14). */
export async function resolveLists(first: Answer, load: Load, maxHeight: number): Promise<Resolved> {
  let answer = first;
  let soundUrl: string | null = null;
  for (let depth = 0; depth <= DEEPEST_MASTER; depth++) {
    const list = readList(answer.text);
    if (list.kind === 'media') {
      const main = { list, url: answer.url };
      return { main, sound: soundUrl === null ? null : readMedia(await load(soundUrl)) };
    }
    if (depth === DEEPEST_MASTER) break;
    const base = answer.url;
    const found = await loadFirst(chooseVariants(list, maxHeight), base, load);
    answer = found.answer;
    soundUrl = found.choice.soundUri === null ? soundUrl : addressOf(found.choice.soundUri, base);
  }
  throw unreadable('its playlists point to each other');
}

/** The first variant that its server does not refuse. */
async function loadFirst(
  choices: readonly Choice[],
  base: string,
  load: Load,
): Promise<{ answer: Answer; choice: Choice }> {
  let refusal: unknown;
  for (const choice of choices) {
    try {
      return { answer: await load(addressOf(choice.uri, base)), choice };
    } catch (error) {
      if (statusOf(error) === null) throw error;
      refusal ??= error;
    }
  }
  throw refusal;
}
