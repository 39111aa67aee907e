import { Search, X } from 'lucide-react';
import type { ComponentProps } from 'react';
import { cn } from './cn';

type SearchBoxProps = Omit<ComponentProps<'input'>, 'onChange' | 'value'> & {
  label: string;
  value: string;
  onChange: (value: string) => void;
};

/** Search in a list; Escape empties it. */
export const SearchBox = ({ label, value, onChange, className, ...rest }: SearchBoxProps) => (
  <div
    className={cn(
      'flex h-8 min-w-0 items-center gap-2 rounded-md border border-line bg-surface px-2.5 text-ink-3 max-sm:h-11',
      'focus-within:border-accent-ink focus-within:shadow-[0_0_0_3px_var(--color-accent-soft)]',
      className,
    )}
  >
    <Search aria-hidden className="size-4" />
    <input
      {...rest}
      type="search"
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || value === '') return;
        event.preventDefault();
        onChange('');
      }}
      className="w-full min-w-0 bg-transparent text-ink outline-none placeholder:text-ink-3 max-sm:text-[16px] [&::-webkit-search-cancel-button]:hidden"
    />
    {value === '' ? null : (
      <button
        type="button"
        aria-label="Empty the search"
        onClick={() => onChange('')}
        className="hit relative hover:text-ink"
      >
        <X aria-hidden className="size-3.5" />
      </button>
    )}
  </div>
);
