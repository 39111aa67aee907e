import { createStore } from './store.ts';

/**
 * Parts of the page that are fetched when they are needed: how many did not arrive and are asked for again, and whether
 * the server has a newer build, in which a part of this page is not there any more.
 */
export const partsState = createStore<{ waiting: number; gone: boolean }>({ waiting: 0, gone: false });

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8_000;
/** So often the server says that it has a part that does not arrive all the same. */
const MOST_TRIES = 6;
const ASK_LIMIT_MS = 5_000;

/** The bundler's error of a part that did not arrive; a part that arrived and is wrong throws its own. */
export const isMissingPart = (error: unknown): error is Error =>
  error instanceof Error && error.name === 'ChunkLoadError';

/** Where the part would be; the bundler tells it in its sentence only. */
const addressOf = ({ message }: Error): string | null =>
  /[^\s(:]*\/_next\/static\/[^\s):]+/.exec(message)?.[0] ?? null;

type Answer = 'there' | 'gone' | 'away';

/** What the server says about a part. */
const askServer = async (address: string): Promise<Answer> => {
  const init: RequestInit = { method: 'HEAD', cache: 'no-store', signal: AbortSignal.timeout(ASK_LIMIT_MS) };
  const response = await fetch(address, init).catch(() => null);
  if (response?.ok) return 'there';
  return response?.status === 404 ? 'gone' : 'away';
};

/** Some time, or until the browser finds its line again. */
const waitForLine = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    const go = (): void => {
      clearTimeout(timer);
      window.removeEventListener('online', go);
      resolve();
    };
    const timer = setTimeout(go, ms);
    window.addEventListener('online', go);
  });

const BROWSER = { ask: askServer, wait: waitForLine };
export type Surroundings = typeof BROWSER;

/**
 * Waits, with growing pauses, until the server has a part that did not arrive; `false` when it never will have it.
 * `tries` counts how often this was waited for already.
 */
export const partIsBack = async (error: Error, tries = 1, { ask, wait } = BROWSER): Promise<boolean> => {
  const address = addressOf(error);
  for (let waits = 0; ; waits++) {
    const answer = address === null ? 'there' : await ask(address);
    if (answer === 'gone' || (answer === 'there' && tries >= MOST_TRIES)) {
      partsState.set({ ...partsState.get(), gone: true });
      return false;
    }
    if (answer === 'there' && waits > 0) return true;
    await wait(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1 + waits)));
    if (answer === 'there') return true;
  }
};

/** For who tries again by himself: `import('./x').catch(noteMissing)` lets the page say when the part never comes. */
export const noteMissing = async (error: unknown): Promise<never> => {
  const address = isMissingPart(error) ? addressOf(error) : null;
  if (address !== null && (await askServer(address)) === 'gone')
    partsState.set({ ...partsState.get(), gone: true });
  throw error;
};

const count = (by: 1 | -1): void => {
  const { waiting, gone } = partsState.get();
  partsState.set({ waiting: waiting + by, gone });
};

const again = async <T>(load: () => Promise<T>, first: Error, surroundings: Surroundings): Promise<T> => {
  let missing = first;
  for (let tries = 1; await partIsBack(missing, tries, surroundings); tries++) {
    try {
      return await load();
    } catch (error) {
      if (!isMissingPart(error)) throw error;
      missing = error;
    }
  }
  throw missing;
};

/**
 * Loads a part of the page (`() => import('./x')`) and does so again, while the server is away, until it is here: the
 * bundler's runtime forgets a part that failed, so that each call asks anew. Throws when the server has it no more.
 */
export const loadPart = async <T>(load: () => Promise<T>, surroundings = BROWSER): Promise<T> => {
  try {
    return await load();
  } catch (error) {
    if (!isMissingPart(error)) throw error;
    count(1);
    return await again(load, error, surroundings).finally(() => count(-1));
  }
};
