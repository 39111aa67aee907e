import type { VideoStage } from '../../lib/contract/videos.ts';
import type { Tx } from '../db/index.ts';
import type { MediaFacts } from '../media/facts.ts';
import type { VodPorts } from './ports.ts';
import type { Report } from './progress.ts';
import type { VideoRow } from './queries.ts';

/** What a stage works with. */
export type StageContext = {
  ports: VodPorts;
  video: VideoRow;
  jobId: string;
  signal: AbortSignal;
  report: Report;
  /** Adds a sentence to the job's log. */
  log(line: string): void;
  /** A private folder's place for this job. */
  roomDir: string;
};

/** What a stage leaves: rows to write in the transaction that ends its job, and the stage that follows. */
export type StageResult = {
  next: VideoStage | null;
  commit(tx: Tx): Promise<void>;
  /** Runs after the commit: what the old rows referred to may go now. */
  afterwards?(): Promise<void>;
};

export type Stage = (context: StageContext) => Promise<StageResult>;

/** Facts of an earlier probe, as they stand in the row. */
export const factsOf = (video: VideoRow): MediaFacts => video.facts as unknown as MediaFacts;

export const rawKey = (videoId: string): string => `raw/${videoId}`;
