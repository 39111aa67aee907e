/** What a stream can be made to do wrong; see docs/faults.md, SRC. */
export const FAULTS = {
  request: [
    'rst',
    'status',
    'stall_headers',
    'slow_headers',
    'half_header',
    'html200',
    'icy',
    'bad_status',
    'huge_header',
    'redirect_loop',
  ],
  media: [
    'stall_start',
    'stall_mid',
    'drip',
    'null_only',
    'garbage',
    'cc_gap',
    'flipped',
    'video_lost',
    'audio_lost',
    'burst',
  ],
  cut: ['chunk_abort', 'rst_mid', 'eof_mid'],
  playlist: [
    'frozen',
    'seq_reset',
    'seq_jump',
    'disc',
    'token',
    'endlist_mid',
    'huge_m3u8',
    'long_line',
    'gzip_bomb',
  ],
  segment: ['seg_short', 'seg_404', 'seg_stall', 'seg_drip', 'seg_garbage'],
} as const;

export type FaultKind = (typeof FAULTS)[keyof typeof FAULTS][number];

export type Fault = {
  kind: FaultKind;
  /** `status`: the answer, and its Retry-After. */
  status?: number;
  retryAfterS?: number;
  /** `slow_headers`: how long it takes. */
  delayMs?: number;
  /** Cuts: how long each later connection lives; none later is cut when absent. */
  lifeMs?: number;
  /** `token`: how long an address works. */
  ttlMs?: number;
};

export const isOf = (group: keyof typeof FAULTS, fault: Fault | null): fault is Fault =>
  fault !== null && (FAULTS[group] as readonly string[]).includes(fault.kind);

/** Milliseconds since 1970 with a fraction, the same in every process of this machine. */
export const wallMs = (): number => performance.timeOrigin + performance.now();
