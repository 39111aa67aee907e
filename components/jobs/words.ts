import type { Job, VideoStage } from '../../lib/contract/videos.ts';
import { formatPercent, formatRemaining, formatSpeed } from '../../lib/units/format.ts';
import { formatTimeOfDay } from '../../lib/units/time.ts';

/** What happens in a stage, as people say it. */
export const STAGE_WORDS: Record<VideoStage, string> = {
  probe: 'Looking at the file',
  thumbnail: 'Taking a picture',
  rendition: 'Making the qualities',
  subtitles: 'Taking out the subtitles',
  storyboard: 'Making the preview pictures',
  mp4: 'Making the MP4 file',
  verify: 'Checking the result',
};

export const STAGE_NAMES: Record<VideoStage, string> = {
  probe: 'Probe',
  thumbnail: 'First picture',
  rendition: 'Qualities',
  subtitles: 'Subtitles',
  storyboard: 'Previews',
  mp4: 'MP4',
  verify: 'Check',
};

const JOB_WORDS: Record<Job['state'], string> = {
  queued: 'Queued',
  running: 'Running',
  done: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

/** The video is held, and this piece of work with it. */
export const isHeld = ({ state, paused }: Pick<Job, 'state' | 'paused'>): boolean =>
  paused && (state === 'queued' || state === 'running');

export const jobWord = (job: Pick<Job, 'state' | 'paused'>): string =>
  isHeld(job) ? 'Paused' : JOB_WORDS[job.state];

const tookText = (seconds: number): string => {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
};

/** "took 1.9 s" of work that has ended, else null. */
export const tookWord = (job: Pick<Job, 'startedAt' | 'endedAt'> | undefined): string | null => {
  if (!job?.startedAt || !job.endedAt) return null;
  const seconds = (Date.parse(job.endedAt) - Date.parse(job.startedAt)) / 1000;
  return `took ${tookText(Math.max(0, seconds))}`;
};

/** "3.4× speed, about 4 min left" of work that runs; "Held where it is" while it is paused. */
export const paceLine = (job: Pick<Job, 'state' | 'paused' | 'speed' | 'etaSeconds'>): string => {
  if (isHeld(job)) return 'Held where it is';
  if (job.state !== 'running') return '';
  return [
    job.speed === null || job.speed < 0.05 ? '' : `${formatSpeed(job.speed)} speed`,
    job.etaSeconds === null ? '' : `about ${formatRemaining(job.etaSeconds)} left`,
  ]
    .filter((part) => part !== '')
    .join(', ');
};

const clockOf = (iso: string): string => formatTimeOfDay(new Date(iso));

/** "21:31:04 to 21:31:06, took 1.9 s". */
export const timesLine = (job: Pick<Job, 'startedAt' | 'endedAt' | 'createdAt'>): string => {
  if (!job.startedAt) return `in the queue since ${clockOf(job.createdAt)}`;
  if (!job.endedAt) return `since ${clockOf(job.startedAt)}`;
  return `${clockOf(job.startedAt)} to ${clockOf(job.endedAt)}, ${tookWord(job)}`;
};

/** Everything that is known of the work on a video, oldest first, as a text to keep or to send to somebody. */
export const jobLogText = (jobs: readonly Job[]): string =>
  [...jobs]
    .reverse()
    .map((job) => {
      const head = `${STAGE_NAMES[job.kind]}, try ${job.attempt}: ${jobWord(job)} at ${formatPercent(job.progress)}`;
      const times = `created ${job.createdAt}, started ${job.startedAt ?? '–'}, ended ${job.endedAt ?? '–'}`;
      const error = job.error ? [`${job.error.code}: ${job.error.message}`, ...(job.error.log ?? [])] : [];
      return [head, times, ...job.log, ...error].join('\n');
    })
    .join('\n\n')
    .concat('\n');
