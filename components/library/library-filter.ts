import { type Video, Visibility } from '../../lib/contract/videos.ts';
import { isHeld } from './words.ts';

export const TABS = ['all', 'progress', 'ready', 'failed'] as const;
export type Tab = (typeof TABS)[number];
export type LibraryFilter = { tab: Tab; search: string; visibility: Video['visibility'] | undefined };

/** What is shown, as it stands in the address; what makes no sense there counts as nothing. */
export const filterOf = (params: URLSearchParams): LibraryFilter => ({
  tab: TABS.find((name) => name === params.get('show')) ?? 'all',
  search: params.get('q') ?? '',
  visibility: Visibility.options.find((name) => name === params.get('who')),
});

export const isBad = ({ state }: Pick<Video, 'state'>): boolean =>
  state === 'failed' || state === 'cancelled';

/** The unfinished videos of a tab: what goes on first, what failed last. */
export const cardsOf = <T extends Pick<Video, 'state'>>(videos: readonly T[], tab: Tab): T[] =>
  tab === 'ready'
    ? []
    : videos
        .filter((video) => tab === 'all' || isBad(video) === (tab === 'failed'))
        .sort((a, b) => Number(isBad(a)) - Number(isBad(b)));

export type BulkName = 'retry' | 'pause' | 'resume' | 'visibility' | 'delete';

/** Whether an action has something to do with a video. */
export const fits = (name: BulkName, video: Pick<Video, 'state' | 'paused'>): boolean => {
  const working = video.state === 'processing' || video.state === 'queued';
  if (name === 'retry') return isBad(video);
  if (name === 'pause') return working && !video.paused;
  if (name === 'resume') return isHeld(video);
  return true;
};

type Outcome<T> = { done: T[]; failed: { item: T; error: unknown }[] };

/** Does something with each of many, a few at a time; one that fails stops no other. */
export const runAll = async <T>(
  items: readonly T[],
  run: (item: T) => Promise<unknown>,
  atOnce = 4,
): Promise<Outcome<T>> => {
  const outcome: Outcome<T> = { done: [], failed: [] };
  const rest = [...items];
  const worker = async (): Promise<void> => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) {
      try {
        await run(item);
        outcome.done.push(item);
      } catch (error) {
        outcome.failed.push({ item, error });
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return outcome;
};

const DONE: Record<BulkName, string> = {
  retry: 'in the queue again',
  pause: 'held',
  resume: 'going on',
  visibility: 'changed',
  delete: 'deleted',
};

export const manyVideos = (n: number): string => `${n.toLocaleString('en')} ${n === 1 ? 'video' : 'videos'}`;

/** "12 videos deleted." or "10 videos deleted, 2 not: …", with the first reason. */
export const bulkSentence = (name: BulkName, done: number, failed: number, reason: string): string => {
  if (failed === 0) return `${manyVideos(done)} ${DONE[name]}.`;
  if (done === 0) return reason;
  return `${manyVideos(done)} ${DONE[name]}, ${failed} not: ${reason}`;
};
