import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { EventName, Events, ServerEvents } from '../core/events.ts';
import type { Log } from '../core/log.ts';

const CHANNEL = 'siaran_events';
/** What concerns the other processes on one database too. */
const SHARED: ReadonlySet<string> = new Set<EventName>([
  'video.state',
  'video.progress',
  'video.changed',
  'video.removed',
  'video.piece',
  'settings.changed',
  'work.waiting',
  'work.cancelled',
  'work.ended',
  'work.urgent',
]);
const RETRY_MS = 1_000;
/** A connection whose other end is gone without a word is found out by asking. */
const ASK_EVERY_MS = 15_000;
const ANSWER_LIMIT_MS = 5_000;
/** PostgreSQL takes payloads below 8000 bytes. */
const MOST_BYTES = 7_900;

type Message = { from: string; name: string; payload: unknown };
type Options = { pool: pg.Pool; events: Events; log: Log };

/** The events of other processes on the same database, told here as if they had happened here, and ours there. */
export type Peers = { close(): Promise<void> };

/**
 * Shares events by LISTEN and NOTIFY. What was told while the connection was away is lost; `peers.missed` says so
 * afterwards, here and, where we could not tell something, to the others: whoever remembers a state reads it again.
 */
export async function openPeers(options: Options): Promise<Peers> {
  const peers = new DatabasePeers(options);
  await peers.open();
  return peers;
}

class DatabasePeers implements Peers {
  readonly #pool: pg.Pool;
  readonly #events: Events;
  readonly #log: Log;
  readonly #id = randomUUID();
  readonly #off: () => void;
  /** By what a newer one replaces: only the newest progress of a video, or whether somebody waits now, is worth telling. */
  readonly #outbox = new Map<string, Message>();
  #count = 0;
  #sending: Promise<void> | null = null;
  #untold = false;
  #repeating = false;
  #client: pg.PoolClient | null = null;
  #timer: NodeJS.Timeout | null = null;
  #trying: Promise<void> = Promise.resolve();
  #closed = false;

  constructor({ pool, events, log }: Options) {
    this.#pool = pool;
    this.#events = events;
    this.#log = log;
    this.#off = events.onAny((name, payload) => {
      if (!this.#repeating && SHARED.has(name)) this.#tell(name, payload);
    });
  }

  async open(): Promise<void> {
    const client = await this.#pool.connect();
    const lose = () => {
      if (this.#client === client) this.#lose();
    };
    client.once('error', lose);
    client.once('end', lose);
    client.on('notification', ({ payload }) => this.#hear(payload ?? ''));
    try {
      await client.query(`listen ${CHANNEL}`);
    } catch (error) {
      client.release(true);
      throw error;
    }
    if (this.#closed) return client.release(true);
    this.#client = client;
    this.#timer = setInterval(() => this.#ask(client), ASK_EVERY_MS);
  }

  async close(): Promise<void> {
    this.#off();
    await this.#sending;
    this.#closed = true;
    this.#stopTimer();
    await this.#trying;
    const client = this.#client;
    this.#client = null;
    client?.release(true);
  }

  #tell(name: EventName, payload: ServerEvents[EventName]): void {
    this.#put(replacedBy(name, payload) ?? String(this.#count++), { from: this.#id, name, payload });
  }

  #put(key: string, message: Message): void {
    this.#outbox.delete(key);
    this.#outbox.set(key, message);
    this.#sending ??= this.#send().finally(() => {
      this.#sending = null;
    });
  }

  async #send(): Promise<void> {
    for (const [key, message] of this.#outbox) {
      this.#outbox.delete(key);
      const text = JSON.stringify(message);
      const fits = Buffer.byteLength(text) <= MOST_BYTES;
      try {
        await this.#pool.query('select pg_notify($1, $2)', [
          CHANNEL,
          fits ? text : JSON.stringify(this.#missed()),
        ]);
      } catch {
        this.#outbox.clear();
        this.#untold = true; // the listening connection has gone the same way, or goes when it is asked
      }
    }
  }

  #hear(text: string): void {
    const { from, name, payload } = messageIn(text);
    if (from === this.#id) return;
    if (name === 'peers.missed') this.#events.emit('peers.missed', {});
    if (!SHARED.has(name)) return;
    this.#repeating = true;
    try {
      this.#events.emit(name as EventName, payload as ServerEvents[EventName]);
    } finally {
      this.#repeating = false;
    }
  }

  #ask(client: pg.PoolClient): void {
    const question = { text: 'select 1', query_timeout: ANSWER_LIMIT_MS } as pg.QueryConfig;
    client.query(question).then(
      () => this.#untold && this.#catchUp(),
      () => this.#client === client && this.#lose(),
    );
  }

  #lose(): void {
    this.#stopTimer();
    this.#client?.release(true);
    this.#client = null;
    this.#log.warn('the events of other processes do not arrive; connecting again');
    this.#again();
  }

  #again(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#trying = this.open().then(
        () => this.#catchUp(),
        () => this.#again(),
      );
    }, RETRY_MS);
  }

  #catchUp(): void {
    if (this.#closed) return;
    if (this.#untold) this.#put(String(this.#count++), this.#missed());
    this.#untold = false;
    this.#events.emit('peers.missed', {});
  }

  #missed(): Message {
    return { from: this.#id, name: 'peers.missed', payload: {} };
  }

  #stopTimer(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
}

/** What a newer message of the same kind stands for as well; null where each one counts. */
function replacedBy(name: EventName, payload: ServerEvents[EventName]): string | null {
  if (name === 'video.progress') return `progress of ${(payload as { videoId: string }).videoId}`;
  return name === 'work.urgent' ? `urgent of ${(payload as { teller: string }).teller}` : null;
}

/** Nobody else uses the channel, but anybody who reaches the database could. */
function messageIn(text: string): Message {
  try {
    return JSON.parse(text) as Message;
  } catch {
    return { from: '', name: '', payload: null };
  }
}
