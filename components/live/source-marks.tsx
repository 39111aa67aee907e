import type { LiveState } from '@/lib/contract/channels';
import { cn } from '../ui/cn';

type Mark = 'current' | 'current-warn' | 'bad' | 'spare';

const LOOKS: Record<Mark, string> = {
  current: 'h-2 bg-ok',
  'current-warn': 'h-2 bg-warn',
  bad: 'h-[3px] bg-bad',
  spare: 'h-1 bg-line-strong',
};

const MOST = 6;

const markOf = (position: number, current: number | null, state: LiveState): Mark => {
  if (current === null) return 'spare';
  if (state === 'failed') return 'bad';
  if (position < current) return 'bad';
  if (position > current) return 'spare';
  return state === 'active' ? 'current' : 'current-warn';
};

const inWords = (count: number, current: number | null): string => {
  const sources = `${count} ${count === 1 ? 'source' : 'sources'}`;
  return current === null ? sources : `On source ${current + 1} of ${count}`;
};

type SourceMarksProps = { count: number; current: number | null; state: LiveState };

/** Bars in failover order: the one on air stands twice as tall, those before it failed, those after wait. */
export const SourceMarks = ({ count, current, state }: SourceMarksProps) => {
  if (count === 0) return <span className="text-label text-warn">No source</span>;
  const text = inWords(count, current);
  return (
    <span className="inline-flex items-center gap-1" role="img" aria-label={text} title={text}>
      {[...Array(Math.min(count, MOST)).keys()].map((position) => (
        <i
          key={position}
          aria-hidden
          className={cn('w-3.5 rounded-[2px]', LOOKS[markOf(position, current, state)])}
        />
      ))}
      {count > MOST ? <span className="text-[11px] text-ink-3">+{count - MOST}</span> : null}
    </span>
  );
};
