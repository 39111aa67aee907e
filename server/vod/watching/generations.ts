import { ShortCache } from '../../core/short-cache.ts';
import { currentGeneration, findGeneration, type Generation } from '../generation.ts';
import type { VodPorts } from '../ports.ts';

const CACHED = { freshMs: 2_000, staleMs: 600_000, max: 2_000 };

/** Generations as viewers need them: looked up once for all who ask within a moment, and known while the database is away. */
export type Generations = {
  /** What viewers get now. */
  current(videoId: string): Promise<Generation | null>;
  find(videoId: string, gen: number): Promise<Generation | null>;
};

export function createGenerations({ db, events, clock }: VodPorts, signal: AbortSignal): Generations {
  const options = { ...CACHED, nowMs: () => clock.monotonicMs() };
  const current = new ShortCache((videoId) => currentGeneration(db, videoId), options);
  const byNumber = new ShortCache((key) => {
    const [videoId = '', gen = ''] = key.split('/');
    return findGeneration(db, videoId, Number(gen));
  }, options);
  const expire = () => {
    current.expire();
    byNumber.expire();
  };
  for (const name of ['video.changed', 'video.state', 'video.removed'] as const)
    signal.addEventListener('abort', events.on(name, expire), { once: true });
  return {
    current: (videoId) => current.get(videoId),
    find: (videoId, gen) => byNumber.get(`${videoId}/${gen}`),
  };
}
