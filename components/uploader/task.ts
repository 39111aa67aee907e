import type { DetailedError, Upload } from 'tus-js-client';
import { noteMissing } from '@/lib/client/parts';
import type { ChunkPolicy } from './chunk-policy';
import { AGAIN, backOffMs, stillSentence, uploadFault } from './faults';
import { Meter, secondsLeft } from './meter';
import type { UploadItem } from './types';

const ENDPOINT = '/files';
/** The protocol's library comes with the first upload, not with the page. */
const loadTus = () => import('tus-js-client').catch(noteMissing);
type Tus = Awaited<ReturnType<typeof loadTus>>;

/** What the server says of an upload that it does not have (any more). */
const GONE = [404, 410];

/** Removes what the server has of an upload; one that it does not have is removed already. */
export const terminateUpload = async (url: string): Promise<void> => {
  const { Upload: TusUpload, DetailedError: Detailed } = await loadTus();
  await TusUpload.terminate(url, { retryDelays: [500, 2000] }).catch((error: unknown) => {
    const status = error instanceof Detailed ? error.originalResponse?.getStatus() : undefined;
    if (status === undefined || !GONE.includes(status)) throw error;
  });
};

/** So long nothing may move before the line is taken for dead; a piece that is all sent waits for the server's disk. */
const STALL_MS = 60_000;

/** After so long without a byte the speed of before is no longer true, and is not told any more. */
const QUIET_MS = 8_000;

/** React is told of progress at most so often. */
const REPORT_MS = 250;

export type TaskEvents = {
  onChange: (change: Partial<UploadItem>) => void;
  /** The upload has an address on the server now. */
  onCreated: (created: { url: string; uploadId: string; videoId: string | null }) => void;
  onDone: () => void;
  /** It goes on after it had to wait; at this share of the whole. */
  onBack: (share: number) => void;
};

export const idOfUrl = (url: string): string => new URL(url, location.href).pathname.split('/').at(-1) ?? '';

/** Sends one file with TUS: pieces by the policy, tries again by itself, pauses and goes on at what the server has. */
export class UploadTask {
  readonly #file: File;
  readonly #policy: ChunkPolicy;
  readonly #events: TaskEvents;
  readonly #meter = new Meter();
  #upload: Upload | null = null;
  /** Rises with each start, pause and cancel, so that a library that comes late starts nothing. */
  #run = 0;
  #url: string | null;
  #videoId: string | null = null;
  #failures = 0;
  #waited = false;
  #chunk = 0;
  #sent = 0;
  #reportedAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stall: ReturnType<typeof setTimeout> | undefined;
  #quiet: ReturnType<typeof setTimeout> | undefined;

  constructor(file: File, url: string | null, policy: ChunkPolicy, events: TaskEvents) {
    this.#file = file;
    this.#url = url;
    this.#policy = policy;
    this.#events = events;
  }

  start(): void {
    clearTimeout(this.#timer);
    this.#meter.reset();
    // It is not back before a byte moves.
    const problem = this.#waited ? AGAIN : null;
    this.#events.onChange({ phase: 'sending', problem, bytesPerSecond: null, secondsLeft: null });
    const run = ++this.#run;
    loadTus().then(
      (tus) => {
        if (run === this.#run) this.#send(tus);
      },
      (error: Error) => {
        if (run === this.#run) this.#onError(error);
      },
    );
  }

  #send(tus: Tus): void {
    this.#upload = this.#makeUpload(tus);
    this.#upload.start();
    this.#watchStall();
  }

  /** A line that died without a word is found out by this alone; browsers wait for many minutes. */
  #watchStall(): void {
    this.#endWatch();
    const run = this.#run;
    this.#quiet = setTimeout(() => {
      if (run !== this.#run) return;
      this.#meter.reset();
      const problem = stillSentence(navigator.onLine);
      this.#events.onChange({ problem, bytesPerSecond: null, secondsLeft: null });
    }, QUIET_MS);
    this.#stall = setTimeout(() => {
      if (run !== this.#run) return;
      void this.#upload?.abort(false).catch(() => undefined);
      this.#onError(new Error('nothing moved'));
    }, STALL_MS);
  }

  #endWatch(): void {
    clearTimeout(this.#stall);
    clearTimeout(this.#quiet);
  }

  #halt(): void {
    this.#run++;
    clearTimeout(this.#timer);
    this.#endWatch();
  }

  /** The bytes that were under way stay with the server as far as they came. */
  async pause(): Promise<void> {
    this.#halt();
    this.#events.onChange({ phase: 'paused', problem: null, bytesPerSecond: null, secondsLeft: null });
    await this.#upload?.abort(false).catch(() => undefined);
  }

  /** Ends it and removes what the server has; where the server cannot be told it is only paused, and this throws. */
  async cancel(): Promise<void> {
    await this.pause();
    if (this.#url !== null) await terminateUpload(this.#url);
  }

  /** Nothing more is sent; the server has nothing of it any more. */
  end(): void {
    this.#halt();
    void this.#upload?.abort(false).catch(() => undefined);
  }

  /** Goes on at once when it waits or stands still, because the line came back. */
  wake(): void {
    this.#failures = 0;
    void this.#upload?.abort(false).catch(() => undefined);
    this.start();
  }

  #makeUpload({ Upload: TusUpload }: Tus): Upload {
    return new TusUpload(this.#file, {
      ...(this.#url === null ? { endpoint: ENDPOINT } : { uploadUrl: this.#url }),
      metadata: { filename: this.#file.name, filetype: this.#file.type || 'application/octet-stream' },
      retryDelays: null,
      storeFingerprintForResuming: false,
      chunkSize: this.#nextChunk(this.#sent),
      onAfterResponse: (_request, response) => {
        this.#videoId = response.getHeader('Video-Id') ?? this.#videoId;
      },
      onUploadUrlAvailable: () => this.#onUrl(),
      onProgress: (sent) => this.#onProgress(sent),
      onChunkComplete: (_size, accepted) => this.#onChunk(accepted),
      onSuccess: () => {
        this.#endWatch();
        this.#events.onChange({ phase: 'done', sentBytes: this.#file.size, videoId: this.#videoId });
        this.#events.onDone();
      },
      onError: (error) => this.#onError(error),
    });
  }

  #nextChunk(offset: number): number {
    this.#chunk = this.#policy.next(offset);
    return this.#chunk;
  }

  #onUrl(): void {
    const url = this.#upload?.url;
    if (!url) return;
    this.#url = url;
    this.#events.onCreated({ url, uploadId: idOfUrl(url), videoId: this.#videoId });
  }

  #onProgress(sent: number): void {
    const now = performance.now();
    this.#watchStall();
    if (this.#waited) {
      this.#waited = false;
      this.#events.onBack(sent / Math.max(1, this.#file.size));
    }
    this.#sent = sent;
    this.#meter.add(now, sent);
    if (now - this.#reportedAt < REPORT_MS) return;
    this.#reportedAt = now;
    const rate = this.#meter.rate();
    this.#events.onChange({
      sentBytes: sent,
      problem: null,
      bytesPerSecond: rate,
      secondsLeft: secondsLeft(this.#file.size - sent, rate),
    });
  }

  #onChunk(accepted: number): void {
    this.#failures = 0;
    this.#policy.accepted();
    this.#sent = accepted;
    if (this.#upload) this.#upload.options.chunkSize = this.#nextChunk(accepted);
  }

  #onError(error: Error | DetailedError): void {
    const { originalResponse: response = null, originalRequest: request = null } =
      'originalRequest' in error ? error : {};
    this.#endWatch();
    const status = response?.getStatus() ?? null;
    const fault = uploadFault(status, response?.getBody() ?? '', this.#url === null, navigator.onLine);
    this.#failures += 1;
    const sending = request?.getMethod() === 'PATCH';
    if (fault.cut && sending && navigator.onLine) this.#policy.refused('cut', this.#chunk);
    if (fault.again === 'smaller' && this.#policy.refused('too-large', this.#chunk)) {
      this.start();
      return;
    }
    if (fault.again === 'never' || fault.again === 'smaller') {
      this.#events.onChange({
        phase: 'failed',
        problem: fault.problem,
        bytesPerSecond: null,
        secondsLeft: null,
      });
      return;
    }
    this.#waited ||= fault.cut;
    this.#events.onChange({
      phase: 'waiting',
      problem: fault.problem,
      bytesPerSecond: null,
      secondsLeft: null,
    });
    this.#timer = setTimeout(() => this.start(), backOffMs(this.#failures));
  }
}
