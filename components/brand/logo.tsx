import { cn } from '../ui/cn';

/** Two arcs that answer each other around a source: the letter S, sent and received. */
export const LogoMark = ({ className }: { className?: string }) => (
  <svg viewBox="0 0 24 24" fill="none" aria-hidden className={cn('block size-[22px]', className)}>
    <g stroke="var(--color-accent-ink)" strokeWidth="3" strokeLinecap="round">
      <path d="M18.9 7.1A8.2 8.2 0 0 0 4.6 9.7c-.8 2.7 1 4.5 3.7 4.9" />
      <path d="M5.1 16.9a8.2 8.2 0 0 0 14.3-2.6c.8-2.7-1-4.5-3.7-4.9" />
    </g>
    <circle cx="12" cy="12" r="2.1" fill="var(--color-ink)" />
  </svg>
);

/** The mark with the name beside it. */
export const Logo = ({ className }: { className?: string }) => (
  <span
    className={cn(
      'inline-flex items-center gap-[9px] font-[680] text-[16px] tracking-[-0.03em] [font-stretch:120%]',
      className,
    )}
  >
    <LogoMark />
    siaran
  </span>
);
