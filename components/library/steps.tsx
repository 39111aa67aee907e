import type { Job, Video } from '@/lib/contract/videos';
import { cn } from '../ui/cn';
import { stepsOf } from './steps-data';

/** The way of a video as seven bars, the one that runs in violet. */
export const Steps = ({ video, jobs }: { video: Video; jobs: readonly Job[] }) => (
  <ol className="mt-3.5 grid grid-cols-7 gap-1.5 max-sm:grid-cols-1 max-sm:gap-2" aria-label="Steps">
    {stepsOf(video, jobs).map(({ name, share, note, now, failed }) => (
      <li
        key={name}
        aria-current={now ? 'step' : undefined}
        className="text-ink-3 text-label max-sm:grid max-sm:grid-cols-[1fr_auto] max-sm:items-center"
      >
        <span className="mb-[7px] block h-[3px] overflow-hidden rounded-[2px] bg-seg-wait max-sm:col-span-2 max-sm:mb-1">
          <i
            className={cn(
              'block h-full transition-[width] duration-(--duration-slow)',
              failed ? 'bg-bad' : 'bg-seg',
            )}
            style={{ width: `${failed ? 100 : share * 100}%` }}
          />
        </span>
        <b
          className={cn(
            'block font-[560]',
            now ? 'text-accent-ink' : share === 1 ? 'text-ink' : 'text-ink-2',
          )}
        >
          {name}
        </b>
        <span className={cn(failed && 'text-bad')}>{note}</span>
      </li>
    ))}
  </ol>
);
