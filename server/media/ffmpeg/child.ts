import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { signalGroup } from './identity.ts';
import { createProgressParser } from './progress.ts';
import { removeRun, writeRun } from './runs.ts';
import { childEnv, lockIn } from './sandbox.ts';
import type { Capabilities, ChildSpec, EndReason, FromWorker, Progress, WorkerSettings } from './types.ts';

const KEPT_LINES = 50;
const LINE_LIMIT = 500;
const UNACKED_LIMIT_BYTES = 1024 * 1024;
const DEFAULT_NO_PROGRESS_MS = 60_000;
const DEFAULT_TEXT_LIMIT_BYTES = 8 * 1024 * 1024;
const WATCH_MS = 250;

type Post = (message: FromWorker, transfer?: ArrayBuffer[]) => void;

/** One child on the worker's side: owns the process, its pipes, its limits and its record. */
export class Child {
  readonly id: number;
  readonly #spec: ChildSpec;
  readonly #settings: WorkerSettings;
  readonly #post: Post;
  readonly #startedAt = performance.now();
  readonly #onGone: () => void;
  #process: ChildProcess | null = null;
  #reason: EndReason = 'exit';
  #lines: string[] = [];
  #partLine = '';
  #text: Buffer[] = [];
  #textBytes = 0;
  #unackedBytes = 0;
  #lastProgressAt = performance.now();
  #lastMark = '';
  #pausedAt: number | null = null;
  #pausedMs = 0;
  #watch: NodeJS.Timeout | null = null;
  #kill: NodeJS.Timeout | null = null;
  #ended = false;

  constructor(id: number, spec: ChildSpec, settings: WorkerSettings, post: Post, onGone: () => void) {
    this.id = id;
    this.#spec = spec;
    this.#settings = settings;
    this.#post = post;
    this.#onGone = onGone;
  }

  start(can: Capabilities): void {
    const [command = '', ...args] = lockIn(this.#spec, this.#settings, can);
    const child = spawn(command, args, {
      cwd: this.#spec.cwd,
      detached: true,
      stdio: [
        this.#spec.stdin ? 'pipe' : 'ignore',
        this.#spec.stdout === 'ignore' ? 'ignore' : 'pipe',
        'pipe',
      ],
      env: childEnv(this.#settings),
    });
    this.#process = child;
    child.on('error', (error) => this.#fail(error.message));
    if (child.pid === undefined) return;
    writeRun(this.#settings.runDir, child.pid, this.#spec.label);
    this.#post({ type: 'started', id: this.id, pid: child.pid });
    // Whatever a child started dies with it, so that its pipes close and nothing is left behind.
    child.on('exit', () => child.pid && signalGroup(child.pid, 'SIGKILL'));
    child.on('close', (code, signal) => this.#end(code, signal));
    child.stderr?.on('data', (chunk: Buffer) => this.#collectLines(chunk));
    if (child.stdout) this.#readStdout(child.stdout);
    // A child that ends before it has read everything: its end says so, not its broken pipe.
    child.stdin?.on('error', () => undefined);
    this.#watch = setInterval(() => this.#checkLimits(), WATCH_MS);
  }

  /** Asks the group to end, then makes it. */
  stop(graceMs: number, reason: EndReason = 'stopped'): void {
    const pid = this.#process?.pid;
    if (this.#ended || pid === undefined || this.#kill !== null) return;
    this.#reason = reason;
    this.#pausedAt = null;
    signalGroup(pid, 'SIGTERM');
    signalGroup(pid, 'SIGCONT');
    this.#process?.stdout?.resume();
    this.#kill = setTimeout(() => signalGroup(pid, 'SIGKILL'), graceMs);
  }

  /** A pause counts neither as time without progress nor as time at all. */
  setPaused(paused: boolean): void {
    const pid = this.#process?.pid;
    if (this.#ended || this.#kill || pid === undefined || paused === (this.#pausedAt !== null)) return;
    const now = performance.now();
    this.#pausedMs += now - (this.#pausedAt ?? now);
    this.#pausedAt = paused ? now : null;
    this.#lastProgressAt = now;
    signalGroup(pid, paused ? 'SIGSTOP' : 'SIGCONT');
  }

  ack(sizeBytes: number): void {
    this.#unackedBytes -= sizeBytes;
    this.#lastProgressAt = performance.now();
    if (this.#unackedBytes < UNACKED_LIMIT_BYTES) this.#process?.stdout?.resume();
  }

  /** Writes to standard input, or closes it; the next piece is asked for when this one is in the pipe. */
  feed(chunk: Uint8Array<ArrayBuffer> | null): void {
    const stdin = this.#process?.stdin;
    if (!stdin || stdin.destroyed) return;
    if (chunk === null) stdin.end();
    else stdin.write(chunk, () => this.#post({ type: 'taken', id: this.id }));
  }

  #readStdout(stdout: Readable): void {
    if (this.#spec.stdout === 'bytes') stdout.on('data', (chunk: Buffer) => this.#sendBytes(stdout, chunk));
    else if (this.#spec.stdout === 'text') stdout.on('data', (chunk: Buffer) => this.#collectText(chunk));
    else
      stdout.on(
        'data',
        createProgressParser((progress) => this.#report(progress)),
      );
  }

  #sendBytes(stdout: Readable, chunk: Buffer): void {
    // After a stop nobody reads any more; the pipe is only drained so that ffmpeg can end.
    if (this.#kill !== null) return;
    this.#unackedBytes += chunk.length;
    this.#lastProgressAt = performance.now();
    if (this.#unackedBytes >= UNACKED_LIMIT_BYTES) stdout.pause();
    const copy = new Uint8Array(chunk);
    this.#post({ type: 'stdout', id: this.id, chunk: copy }, [copy.buffer]);
  }

  #collectText(chunk: Buffer): void {
    this.#textBytes += chunk.length;
    if (this.#textBytes <= (this.#spec.textLimitBytes ?? DEFAULT_TEXT_LIMIT_BYTES)) this.#text.push(chunk);
    else this.stop(0, 'output-limit');
  }

  #report(progress: Progress): void {
    const mark = `${progress.outTimeMs}/${progress.frame}/${progress.totalSizeBytes}`;
    if (mark !== this.#lastMark) this.#lastProgressAt = performance.now();
    this.#lastMark = mark;
    this.#post({ type: 'progress', id: this.id, progress });
  }

  #collectLines(chunk: Buffer): void {
    const lines = (this.#partLine + chunk.toString('utf8')).split(/[\r\n]+/);
    this.#partLine = (lines.pop() ?? '').slice(0, LINE_LIMIT);
    const kept = lines.filter((line) => line !== '').map((line) => line.slice(0, LINE_LIMIT));
    this.#lines = [...this.#lines, ...kept].slice(-KEPT_LINES);
  }

  #checkLimits(): void {
    if (this.#pausedAt !== null) return;
    const now = performance.now();
    const timeoutMs = this.#spec.timeoutMs ?? 0;
    if (timeoutMs > 0 && now - this.#startedAt - this.#pausedMs > timeoutMs) this.stop(1000, 'timeout');
    const noProgressMs =
      this.#spec.noProgressMs ?? (this.#spec.stdout === 'progress' ? DEFAULT_NO_PROGRESS_MS : 0);
    // A child that nobody reads from is not to blame.
    if (noProgressMs === 0 || this.#unackedBytes >= UNACKED_LIMIT_BYTES) return;
    if (now - this.#lastProgressAt > noProgressMs) this.stop(1000, 'stalled');
  }

  #fail(message: string): void {
    this.#reason = 'spawn-error';
    this.#lines.push(message);
    if (this.#process?.pid === undefined) this.#end(null, null);
  }

  #end(code: number | null, signal: string | null): void {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#watch) clearInterval(this.#watch);
    if (this.#kill) clearTimeout(this.#kill);
    if (this.#process?.pid !== undefined) removeRun(this.#settings.runDir, this.#process.pid);
    if (this.#partLine !== '') this.#collectLines(Buffer.from('\n'));
    const result = {
      code,
      signal,
      reason: this.#reason,
      lastLines: this.#lines,
      text: Buffer.concat(this.#text).toString('utf8'),
      wallMs: performance.now() - this.#startedAt,
    };
    this.#onGone();
    this.#post({ type: 'ended', id: this.id, result });
  }
}
