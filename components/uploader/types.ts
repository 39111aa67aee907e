/** queued: its turn has not come · waiting: tries again by itself · needs-file: known to the server, but this page has no file. */
export type UploadPhase = 'queued' | 'sending' | 'paused' | 'waiting' | 'needs-file' | 'failed' | 'done';

export type UploadItem = {
  /** Stays the same for the life of the page. */
  key: string;
  phase: UploadPhase;
  fileName: string;
  sizeBytes: number;
  sentBytes: number;
  bytesPerSecond: number | null;
  secondsLeft: number | null;
  /** Known from the upload's first answer; the video exists from then on. */
  videoId: string | null;
  uploadId: string | null;
  /** Why it waits, stands still or failed, ready to be shown. */
  problem: string | null;
  /** The browser still knows where the file is and only has to be allowed to read it again. */
  mayReopen: boolean;
  /** Not sent at all, because it cannot be a video: there is nothing to try again. */
  refused: boolean;
};

/** A file to send; the handle, where the browser gives one, finds it again after a reload. */
export type Picked = { file: File; handle: FileSystemFileHandle | null };

/** What outlives the page for each unfinished upload. */
export type UploadRecord = {
  uploadId: string;
  url: string;
  videoId: string | null;
  fileName: string;
  sizeBytes: number;
  lastModified: number;
  handle: FileSystemFileHandle | null;
};
