import { type ComponentProps, useEffect, useRef } from 'react';
import { cn } from './cn';

type CheckboxProps = Omit<ComponentProps<'input'>, 'type'> & { indeterminate?: boolean };

/** A 16 px box; give it a label or an `aria-label`. */
export const Checkbox = ({ indeterminate = false, className, ...rest }: CheckboxProps) => {
  const ref = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (ref.current) ref.current.indeterminate = indeterminate;
  }, [indeterminate]);
  return (
    <span className={cn('relative inline-grid size-4 shrink-0 place-items-center', className)}>
      <input
        {...rest}
        ref={ref}
        type="checkbox"
        className={cn(
          'peer hit size-4 appearance-none rounded-[4px] border-[1.5px] border-line-field bg-transparent',
          'checked:border-accent checked:bg-accent indeterminate:border-accent indeterminate:bg-accent',
        )}
      />
      <svg
        aria-hidden
        viewBox="0 0 16 16"
        fill="none"
        stroke="#fff"
        strokeWidth="2"
        strokeLinecap="round"
        strokeLinejoin="round"
        className="pointer-events-none absolute inset-0 opacity-0 peer-checked:opacity-100 peer-indeterminate:opacity-100"
      >
        {indeterminate ? <path d="M4.5 8h7" /> : <path d="m4.2 8.3 2.6 2.6 5-5.6" />}
      </svg>
    </span>
  );
};

type SwitchProps = Omit<ComponentProps<'button'>, 'onChange'> & {
  checked: boolean;
  onChange: (checked: boolean) => void;
};

/** On or off, at once. */
export const Switch = ({ checked, onChange, className, ...rest }: SwitchProps) => (
  <button
    {...rest}
    type="button"
    role="switch"
    aria-checked={checked}
    onClick={() => onChange(!checked)}
    className={cn(
      'hit relative inline-flex h-5 w-9 shrink-0 items-center rounded-[10px] border p-0.5 transition-colors duration-(--duration-base)',
      checked ? 'border-accent bg-accent' : 'border-line-field bg-transparent',
      'disabled:pointer-events-none disabled:opacity-50',
      className,
    )}
  >
    <span
      className={cn(
        'size-3.5 rounded-full transition-transform duration-(--duration-base) ease-out',
        checked ? 'translate-x-4 bg-white' : 'bg-ink-3',
      )}
    />
  </button>
);
