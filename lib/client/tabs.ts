/**
 * One tab of a browser does something for all of them, such as holding a connection: HTTP/1.1 allows six of one host for
 * all tabs together (RFC 9112 §9.4 leaves the number to browsers). The tabs talk over a BroadcastChannel. A lock of the
 * browser would be simpler, but there are none on plain http, and a tab that the system has frozen keeps its lock.
 */

/** Longest wait for the tab that leads to answer a new one. */
const ANSWER_MS = 300;
/** The one that leads says so at least this often. */
const BEAT_MS = 2000;
/** A leader that is not heard for this long is frozen or gone. */
const SILENT_MS = 6000;
/** After a goodbye the tabs try one after another, so that mostly one of them leads. */
const SPREAD_MS = 250;

/** A later term wins; in one term the greater name. */
type Rank = { term: number; tab: string };
type Message<T> =
  | { kind: 'ask' }
  | ({ kind: 'lead' | 'leave' } & Rank)
  | ({ kind: 'tell'; payload: T } & Rank);

/** As much of a BroadcastChannel as is used. */
export type TabChannel = {
  postMessage(message: unknown): void;
  onmessage: ((event: MessageEvent) => void) | null;
  close(): void;
};

export type TabWork<T> = {
  /** Begins the work in this tab; what is told reaches every tab, this one too. Returns what ends it. */
  lead(tell: (payload: T) => void): () => void;
  hear(payload: T): void;
};

const outranks = (a: Rank, b: Rank): boolean => a.term > b.term || (a.term === b.term && a.tab > b.tab);

class Tab<T> {
  readonly #work: TabWork<T>;
  readonly #channel: TabChannel;
  readonly #name: string;
  /** Of the tab that leads, as far as it was heard. */
  #leader: Rank = { term: 0, tab: '' };
  #endWork: (() => void) | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(work: TabWork<T>, channel: TabChannel, name: string) {
    this.#work = work;
    this.#channel = channel;
    this.#name = name;
    channel.onmessage = ({ data }: MessageEvent<Message<T>>) => this.#take(data);
    this.#leadAfter(ANSWER_MS);
    this.#post({ kind: 'ask' });
  }

  close(): void {
    clearTimeout(this.#timer);
    if (this.#endWork) {
      this.#endWork();
      this.#post({ kind: 'leave', ...this.#leader });
    }
    this.#channel.close();
  }

  #post(message: Message<T>): void {
    this.#channel.postMessage(message);
  }

  #take(message: Message<T>): void {
    if (message.kind === 'ask') {
      if (this.#endWork) this.#beat();
      return;
    }
    if (outranks(this.#leader, message)) {
      if (this.#endWork) this.#beat(); // it woke up late and learns from this who leads now
      return;
    }
    this.#follow({ term: message.term, tab: message.tab });
    if (message.kind === 'tell') this.#work.hear(message.payload);
    if (message.kind === 'leave') this.#leadAfter(Math.random() * SPREAD_MS);
  }

  #follow(leader: Rank): void {
    this.#leader = leader;
    this.#endWork?.();
    this.#endWork = null;
    this.#leadAfter(SILENT_MS + Math.random() * SPREAD_MS);
  }

  #leadAfter(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#lead(), delayMs);
  }

  #lead(): void {
    const rank = { term: this.#leader.term + 1, tab: this.#name };
    this.#leader = rank;
    this.#endWork = this.#work.lead((payload) => {
      if (this.#leader !== rank) return;
      this.#post({ kind: 'tell', ...rank, payload });
      this.#work.hear(payload);
    });
    this.#beat();
  }

  #beat(): void {
    this.#post({ kind: 'lead', ...this.#leader });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#beat(), BEAT_MS);
  }
}

/** Takes part in a work of all tabs that use the same channel; returns what ends it for this one. */
export const shareAmongTabs = <T>(work: TabWork<T>, channel: TabChannel, name: string): (() => void) => {
  const tab = new Tab(work, channel, name);
  return () => tab.close();
};
