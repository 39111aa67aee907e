import type { ReactNode } from 'react';
import { cn } from './cn';

type Option<T extends string> = { value: T; label: ReactNode };
type SegmentedProps<T extends string> = {
  label: string;
  options: readonly Option<T>[];
  value: T;
  onChange: (value: T) => void;
  className?: string;
};

/** A few choices side by side, one of them taken. */
export const Segmented = <T extends string>({
  label,
  options,
  value,
  onChange,
  className,
}: SegmentedProps<T>) => (
  <fieldset
    aria-label={label}
    className={cn('inline-flex gap-0.5 rounded-md border border-line p-0.5 light:bg-raised', className)}
  >
    {options.map((option) => (
      <button
        key={option.value}
        type="button"
        aria-pressed={option.value === value}
        onClick={() => onChange(option.value)}
        className={cn(
          'hit relative h-[26px] flex-1 whitespace-nowrap rounded-sm px-2.5 font-[550] text-label transition-colors duration-(--duration-fast)',
          option.value === value
            ? 'bg-raised text-ink light:bg-surface light:shadow-[0_0_0_1px_var(--color-line)]'
            : 'text-ink-3 hover:text-ink',
        )}
      >
        {option.label}
      </button>
    ))}
  </fieldset>
);
