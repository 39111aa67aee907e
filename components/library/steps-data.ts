import type { Video } from '../../lib/contract/videos.ts';
import { formatPercent, formatRemaining } from '../../lib/units/format.ts';

export type Step = { name: string; share: number; note: string; now: boolean };

const ORDER = ['probe', 'thumbnail', 'rendition', 'mp4'] as const;
const LAST: readonly (string | null)[] = ['subtitles', 'storyboard'];
const NAMES = { probe: 'Probe', thumbnail: 'First picture', rendition: 'Qualities', mp4: 'MP4' } as const;

type Known = Pick<Video, 'state' | 'ingest' | 'progress'>;

/** Where a video stands on its way: Upload, Probe, First picture, Qualities, MP4. */
export const stepsOf = ({ state, ingest, progress }: Known): Step[] => {
  const stored = ingest === 'stored' || state === 'ready';
  const upload: Step = {
    name: 'Upload',
    share: stored ? 1 : progress.upload,
    note: stored ? 'complete' : formatPercent(progress.upload),
    now: state === 'uploading',
  };
  const at = LAST.includes(progress.stage)
    ? ORDER.length - 1
    : ORDER.findIndex((stage) => stage === progress.stage);
  const running = state === 'processing';
  const rest = progress.etaSeconds === null ? '' : `, ${formatRemaining(progress.etaSeconds)} left`;
  const work = ORDER.map((stage, index): Step => {
    if (state === 'ready') return { name: NAMES[stage], share: 1, note: 'complete', now: false };
    const past = at > index;
    const now = running && at === index;
    const percent = `${formatPercent(progress.process)}${rest}`;
    const over = state === 'failed' || state === 'cancelled';
    const here = over ? (at === index ? state : 'not reached') : 'waiting';
    return {
      name: NAMES[stage],
      share: past ? 1 : now && stage === 'rendition' ? progress.process : 0,
      note: past ? 'complete' : now ? (stage === 'rendition' ? percent : 'now') : here,
      now,
    };
  });
  return [upload, ...work];
};
