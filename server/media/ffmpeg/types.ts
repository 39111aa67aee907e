/** What a child's standard output carries and how it reaches the caller. */
export type StdoutMode = 'progress' | 'bytes' | 'text' | 'ignore';

/** One supervised ffmpeg or ffprobe run. Arguments are an argv array; no shell is ever involved. */
export type ChildSpec = {
  /** What this child is for, e.g. `renditions`; appears in the log and in the run record. */
  label: string;
  program: 'ffmpeg' | 'ffprobe';
  args: readonly string[];
  /** Private working folder; with dropped privileges the only place the child can write. */
  cwd?: string;
  stdout: StdoutMode;
  /** Gives the child a standard input to write to (`SupervisedChild.stdin`). Closing it does not end ffmpeg by itself. */
  stdin?: 'bytes';
  /** Wall clock limit, pauses not counted; 0 means none. */
  timeoutMs?: number;
  /** Longest time without a sign of progress, or without bytes; 0 means none. Default 60 s in mode `progress`, else none. */
  noProgressMs?: number;
  /** Limit of private memory. Default 3 GiB. */
  memoryLimitBytes?: number;
  /** Limit of one output file; 0 means none. */
  fileLimitBytes?: number;
  /** Scheduling weight, 0 (normal) to 19 (last). Default 10. */
  niceness?: number;
  /** Largest text answer kept in mode `text`. Default 8 MiB. */
  textLimitBytes?: number;
  /** `none` puts the child in an empty network namespace where the machine allows it. Default `none`. */
  network?: 'none' | 'host';
};

/** One block of ffmpeg's `-progress` output. */
export type Progress = {
  outTimeMs: number | null;
  frame: number | null;
  fps: number | null;
  speed: number | null;
  totalSizeBytes: number | null;
  ended: boolean;
};

export type EndReason =
  | 'exit'
  | 'stopped'
  | 'timeout'
  | 'stalled'
  | 'output-limit'
  | 'spawn-error'
  | 'supervisor-lost';

/** How a child ended; `lastLines` are its last 50 lines on stderr. */
export type ChildResult = {
  code: number | null;
  signal: string | null;
  reason: EndReason;
  lastLines: string[];
  text: string;
  wallMs: number;
};

/** What the machine offers for locking a child in; found by trial when the worker starts. */
export type Capabilities = {
  setpriv: boolean;
  prlimit: boolean;
  nice: boolean;
  unshareNet: boolean;
  dropPrivileges: boolean;
};

/** An unprivileged identity for children of a server that runs as root. */
export type DecoderIdentity = { uid: number; gid: number };

export type WorkerSettings = {
  ffmpegPath: string;
  ffprobePath: string;
  runDir: string;
  searchPath: string;
  decoder: DecoderIdentity | null;
};

export type ToWorker =
  | { type: 'start'; id: number; spec: ChildSpec }
  | { type: 'stop'; id: number; graceMs: number }
  | { type: 'pause'; id: number }
  | { type: 'resume'; id: number }
  | { type: 'ack'; id: number; sizeBytes: number }
  /** Bytes for the child's standard input; null closes it. */
  | { type: 'stdin'; id: number; chunk: Uint8Array<ArrayBuffer> | null };

export type FromWorker =
  | { type: 'ready'; capabilities: Capabilities }
  | { type: 'started'; id: number; pid: number }
  | { type: 'stdout'; id: number; chunk: Uint8Array<ArrayBuffer> }
  /** The child has taken the last piece of standard input. */
  | { type: 'taken'; id: number }
  | { type: 'progress'; id: number; progress: Progress }
  | { type: 'ended'; id: number; result: ChildResult };
