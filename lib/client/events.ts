import { createStore } from './store.ts';

/** Whether live values arrive: `live` while the event stream is open, `lost` while it is being opened again. */
export type LinkState = 'opening' | 'live' | 'lost';

export const linkState = createStore<LinkState>('opening');

type Handlers = Record<string, (payload: unknown) => void>;

const RETRY_MS = 3000;
/** A short gap is nobody's business. */
const LOST_AFTER_MS = 4000;

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

/**
 * Listens to `/api/v1/events` and hands each payload to the handler of its name. A browser gives up after an HTTP
 * error, so a closed stream is opened again; `onReopen` lets the caller ask for what it missed.
 */
export const listen = (handlers: Handlers, onReopen: () => void): (() => void) => {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let lostTimer: ReturnType<typeof setTimeout> | undefined;
  let wasOpen = false;
  const open = (): void => {
    source = new EventSource('/api/v1/events');
    source.onopen = () => {
      clearTimeout(lostTimer);
      lostTimer = undefined;
      linkState.set('live');
      if (wasOpen) onReopen();
      wasOpen = true;
    };
    source.onerror = () => {
      lostTimer ??= setTimeout(() => linkState.set('lost'), LOST_AFTER_MS);
      if (source?.readyState !== EventSource.CLOSED) return;
      clearTimeout(timer);
      timer = setTimeout(open, RETRY_MS);
    };
    for (const [name, handle] of Object.entries(handlers)) {
      source.addEventListener(name, (event) => {
        const payload = parsed((event as MessageEvent<string>).data);
        if (payload !== null) handle(payload);
      });
    }
  };
  open();
  return () => {
    clearTimeout(timer);
    clearTimeout(lostTimer);
    source?.close();
    linkState.set('opening');
  };
};
