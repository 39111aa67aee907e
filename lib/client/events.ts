import { type EventNews, openEvents } from './event-source.ts';
import { createStore } from './store.ts';
import { shareAmongTabs } from './tabs.ts';

/** Whether live values arrive: `live` while the event stream is open, `lost` while it is being opened again. */
export type LinkState = 'opening' | 'live' | 'lost';

export const linkState = createStore<LinkState>('opening');

type Handlers = Record<string, (payload: unknown) => void>;

/** Sent every two seconds to everybody; it tells the other tabs that the one with the connection is awake. */
const BEAT = 'beat';

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

/** What news do in this tab; `onReopen` is called when some may have been missed. */
const hearer = (handlers: Handlers, onReopen: () => void): ((news: EventNews) => void) => {
  let wasOpen = false;
  return (news) => {
    linkState.set(news.kind === 'lost' ? 'lost' : 'live');
    if (news.kind === 'open' && wasOpen) onReopen();
    if (news.kind !== 'lost') wasOpen = true;
    if (news.kind !== 'event') return;
    const payload = parsed(news.data);
    if (payload !== null) handlers[news.name]?.(payload);
  };
};

const start = (userId: string, names: readonly string[], hear: (news: EventNews) => void): (() => void) =>
  'BroadcastChannel' in globalThis
    ? shareAmongTabs<EventNews>(
        { lead: (tell) => openEvents(names, tell), hear },
        new BroadcastChannel(`siaran-events-${userId}`),
        crypto.getRandomValues(new Uint32Array(2)).join('-'),
      )
    : openEvents(names, hear);

/**
 * Hands each event of the server to the handler of its name. All tabs in which the same person is signed in share one
 * connection. A page that the browser puts away ends its part, and begins again when it is brought back.
 */
export const listen = (userId: string, handlers: Handlers, onReopen: () => void): (() => void) => {
  const names = [...new Set([...Object.keys(handlers), BEAT])];
  const hear = hearer(handlers, onReopen);
  let end: (() => void) | null = start(userId, names, hear);
  const pause = (): void => {
    end?.();
    end = null;
  };
  const resume = (): void => {
    end ??= start(userId, names, hear);
  };
  window.addEventListener('pagehide', pause);
  window.addEventListener('pageshow', resume);
  return () => {
    window.removeEventListener('pagehide', pause);
    window.removeEventListener('pageshow', resume);
    pause();
    linkState.set('opening');
  };
};
