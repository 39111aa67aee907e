/** What one connection to the event stream tells: that it is open, that it is gone for long, and each event. */
export type EventNews = { kind: 'open' } | { kind: 'lost' } | { kind: 'event'; name: string; data: string };

const RETRY_MS = 3000;
/** A short gap is nobody's business. */
const LOST_AFTER_MS = 4000;

/**
 * Listens to `/api/v1/events` for the events of these names. A browser gives up after an HTTP error, so a closed stream
 * is opened again. Returns what ends it.
 */
export const openEvents = (names: readonly string[], tell: (news: EventNews) => void): (() => void) => {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let lostTimer: ReturnType<typeof setTimeout> | undefined;
  const open = (): void => {
    source = new EventSource('/api/v1/events');
    source.onopen = () => {
      clearTimeout(lostTimer);
      lostTimer = undefined;
      tell({ kind: 'open' });
    };
    source.onerror = () => {
      lostTimer ??= setTimeout(() => tell({ kind: 'lost' }), LOST_AFTER_MS);
      if (source?.readyState !== EventSource.CLOSED) return;
      clearTimeout(timer);
      timer = setTimeout(open, RETRY_MS);
    };
    for (const name of names)
      source.addEventListener(name, ({ data }: MessageEvent<string>) => tell({ kind: 'event', name, data }));
  };
  open();
  return () => {
    clearTimeout(timer);
    clearTimeout(lostTimer);
    source?.close();
  };
};
