import type { ReactNode } from 'react';
import { cn } from './cn';

const SHAPES = {
  active: 'bg-ok',
  starting:
    'animate-[spin_1s_linear_infinite] rounded-full border-[1.5px] border-accent-ink border-r-transparent',
  failing: 'animate-[blink_1s_steps(2)_infinite] bg-warn',
  lowered: 'h-1 bg-warn',
  idle: 'shadow-[inset_0_0_0_1.5px_var(--color-ink-3)]',
  stopping: 'h-0.5 animate-[pulse-live_1.8s_ease-in-out_infinite] rounded-[1px] bg-ink-3',
  stopped: 'h-0.5 rounded-[1px] bg-ink-3',
  failed: 'bg-bad',
} as const;

const WORDS = {
  active: 'text-ink',
  starting: 'text-accent-ink',
  failing: 'text-warn',
  lowered: 'text-warn',
  idle: 'text-ink-3',
  stopping: 'text-ink-3',
  stopped: 'text-ink-3',
  failed: 'text-bad',
} as const;

export type PillShape = keyof typeof SHAPES;

/** A state as a shape and a word; colour is the third hint. */
export const Pill = ({
  shape,
  children,
  className,
}: {
  shape: PillShape;
  children: ReactNode;
  className?: string;
}) => (
  <span
    className={cn(
      'inline-flex h-5 items-center gap-1.5 whitespace-nowrap font-[560] text-label',
      WORDS[shape],
      className,
    )}
  >
    <i aria-hidden className={cn('size-2 shrink-0 rounded-[2px]', SHAPES[shape])} />
    {children}
  </span>
);

const TAGS = {
  plain: 'bg-raised text-ink-2',
  accent: 'bg-accent-soft text-accent-ink',
  ok: 'bg-ok-soft text-ok',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
} as const;

/** A small filled word, on pictures and for attributes. */
export const Tag = ({
  tone = 'plain',
  children,
  className,
}: {
  tone?: keyof typeof TAGS;
  children: ReactNode;
  className?: string;
}) => (
  <span
    className={cn(
      'inline-flex h-5 items-center gap-[5px] whitespace-nowrap rounded-[5px] px-[7px] font-semibold text-[11px] leading-none',
      TAGS[tone],
      className,
    )}
  >
    {children}
  </span>
);

/** The red Live sign; white on the same red in both themes. */
export const LiveTag = ({ children = 'Live', className }: { children?: ReactNode; className?: string }) => (
  <span
    className={cn(
      'inline-flex h-5 items-center gap-1.5 rounded-[4px] bg-[#D5163A] px-[7px] font-[650] text-[11px] text-white leading-none [font-stretch:112%]',
      className,
    )}
  >
    <i
      aria-hidden
      className="size-1.5 animate-[pulse-live_1.8s_var(--ease-in-out)_infinite] rounded-full bg-white"
    />
    {children}
  </span>
);

/** A thin bar of progress; `label` names it, a missing share shows it as waiting. */
export const Bar = ({
  share,
  label,
  className,
}: {
  share: number | null;
  label: string;
  className?: string;
}) => {
  const percent = share === null ? 0 : Math.round(Math.min(1, Math.max(0, share)) * 1000) / 10;
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(share === null ? {} : { 'aria-valuenow': Math.floor(percent) })}
      className={cn('h-1 overflow-hidden rounded-[2px] bg-seg-wait', className)}
    >
      <div
        className="h-full bg-seg transition-[width] duration-(--duration-slow)"
        style={{ width: `${percent}%` }}
      />
    </div>
  );
};

/** Some grey where text or a picture will be; invisible for the first 300 ms. */
export const Skeleton = ({ className }: { className?: string }) => (
  <span aria-hidden className="late block">
    <span className={cn('skeleton block rounded-sm', className)} />
  </span>
);
