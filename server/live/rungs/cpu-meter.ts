import { readFile } from 'node:fs/promises';

/** USER_HZ of Linux, the same on all its platforms that Node runs on. */
const CLOCK_TICKS_PER_SECOND = 100;
const EVERY_MS = 1000;

/** How much of one core a process takes, by `/proc/PID/stat` (proc(5)); null where the system does not tell. */
export class CpuMeter {
  readonly #pid: number;
  #last: { atMs: number; clockTicks: number } | null = null;
  #busy = false;
  percent: number | null = null;

  constructor(pid: number) {
    this.#pid = pid;
  }

  /** Reads again when it is time to. */
  tick(nowMs: number): void {
    if (this.#busy || process.platform !== 'linux') return;
    if (this.#last && nowMs - this.#last.atMs < EVERY_MS) return;
    this.#busy = true;
    readFile(`/proc/${this.#pid}/stat`, 'latin1')
      .then((text) => this.#note(nowMs, text))
      .catch(() => {
        this.percent = null;
      })
      .finally(() => {
        this.#busy = false;
      });
  }

  #note(atMs: number, text: string): void {
    // The name stands in brackets and may hold anything; user and system time are the 12th and 13th field after it.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const clockTicks = Number(fields[11]) + Number(fields[12]);
    if (!Number.isFinite(clockTicks)) return;
    const seconds = this.#last ? (atMs - this.#last.atMs) / 1000 : 0;
    if (this.#last && seconds > 0)
      this.percent =
        Math.round((1000 * (clockTicks - this.#last.clockTicks)) / CLOCK_TICKS_PER_SECOND / seconds) / 10;
    this.#last = { atMs, clockTicks };
  }
}
