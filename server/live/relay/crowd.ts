/** Somebody who follows the ring. */
export type Follower = { pump(): void };

/** Longest time that followers are served before others have a turn: new viewers, sources, everybody else's requests. */
const SLICE_MS = 20;
const LOOK_EVERY = 16;

/** Everybody who follows one ring; woken all together, served in slices of time when they are very many. */
export class Crowd {
  readonly #followers = new Set<Follower>();
  #waiting: Follower[] = [];
  #next: NodeJS.Immediate | null = null;
  #again = false;

  join(follower: Follower): () => void {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }

  /** There is more to send. Whoever comes later in a pass that runs gets it in that pass; the others in one more. */
  wake(): void {
    if (this.#next) this.#again = true;
    else this.#pass();
  }

  close(): void {
    if (this.#next) clearImmediate(this.#next);
    this.#next = null;
    this.#waiting = [];
    this.#followers.clear();
  }

  #pass(): void {
    this.#again = false;
    this.#waiting = [...this.#followers];
    this.#slice(0);
  }

  #slice(from: number): void {
    this.#next = null;
    const endMs = performance.now() + SLICE_MS;
    for (let at = from; at < this.#waiting.length; at++) {
      if (at > from && at % LOOK_EVERY === 0 && performance.now() > endMs) {
        this.#next = setImmediate(() => this.#slice(at));
        return;
      }
      this.#waiting[at]!.pump();
    }
    this.#waiting = [];
    if (this.#again) this.#next = setImmediate(() => this.#pass());
  }
}
