import type { Job, Video, VideoStage } from '../../lib/contract/videos.ts';
import { formatPercent, formatRemaining } from '../../lib/units/format.ts';
import { STAGE_NAMES, tookWord } from '../jobs/words.ts';

export type Step = { name: string; share: number; note: string; now: boolean; failed?: boolean };

const ORDER = ['probe', 'thumbnail', 'rendition', 'subtitles', 'storyboard', 'mp4'] as const;

type Known = Pick<Video, 'state' | 'ingest' | 'paused' | 'progress'>;
type Done = Pick<Job, 'kind' | 'state' | 'progress' | 'startedAt' | 'endedAt'>;

/** What the newest job of a stage adds: its own share, and how long it took. */
const jobOf = (jobs: readonly Done[], stage: VideoStage): Done | undefined =>
  jobs.find(({ kind }) => kind === stage);

/** Where a video stands on its way: Upload, Probe, First picture, Qualities, Subtitles, Previews, MP4. */
export const stepsOf = ({ state, ingest, paused, progress }: Known, jobs: readonly Done[] = []): Step[] => {
  const stored = ingest === 'stored' || state === 'ready';
  const upload: Step = {
    name: 'Upload',
    share: stored ? 1 : progress.upload,
    note: stored ? 'complete' : formatPercent(progress.upload),
    now: state === 'uploading',
  };
  const at = ORDER.findIndex((stage) => stage === progress.stage);
  const work = ORDER.map((stage, index): Step => {
    const name = STAGE_NAMES[stage];
    const job = jobOf(jobs, stage);
    if (state === 'ready' || at > index)
      return { name, share: 1, note: tookWord(job) ?? 'complete', now: false };
    // One that has ended stands nowhere any more; its jobs tell how far it came.
    if (at < 0 && job?.state === 'done')
      return { name, share: 1, note: tookWord(job) ?? 'complete', now: false };
    if (at < 0 && job?.state === 'failed' && !isOpen(state))
      return { name, share: 0, note: 'failed', now: false, failed: true };
    if (at !== index) return { name, share: 0, note: isOpen(state) ? 'waiting' : 'not reached', now: false };
    if (!isOpen(state)) return { name, share: 0, note: state, now: false, failed: state === 'failed' };
    const share = job?.state === 'running' ? job.progress : stage === 'rendition' ? progress.process : 0;
    return {
      name,
      share,
      note: runningNote(share, paused, progress.etaSeconds),
      now: state === 'processing',
    };
  });
  return [upload, ...work];
};

const isOpen = (state: Video['state']): boolean => state !== 'failed' && state !== 'cancelled';

const runningNote = (share: number, paused: boolean, etaSeconds: number | null): string => {
  if (paused) return share > 0 ? `paused at ${formatPercent(share)}` : 'paused';
  if (share <= 0) return 'now';
  return `${formatPercent(share)}${etaSeconds === null ? '' : `, ${formatRemaining(etaSeconds)} left`}`;
};
