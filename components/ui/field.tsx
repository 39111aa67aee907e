import { ChevronDown } from 'lucide-react';
import { type ComponentProps, cloneElement, type ReactElement, type ReactNode, useId } from 'react';
import { cn } from './cn';

const BOX =
  'w-full min-w-0 border bg-canvas text-ink outline-none transition-[border-color,box-shadow] duration-(--duration-fast) ' +
  'placeholder:text-ink-3 focus-visible:border-accent-ink focus-visible:outline-none ' +
  'focus-visible:shadow-[0_0_0_3px_var(--color-accent-soft)] disabled:opacity-60 read-only:bg-surface ' +
  'aria-invalid:border-bad aria-invalid:focus-visible:shadow-[0_0_0_3px_var(--color-bad-soft)]';
const FIELD_SIZE = 'h-11 rounded-[10px] border-line-field px-[13px] text-[14px] max-sm:text-[16px]';

/** A 44 px field of a form. */
export const Input = ({ className, ...rest }: ComponentProps<'input'>) => (
  <input {...rest} className={cn(BOX, FIELD_SIZE, className)} />
);

export const Textarea = ({ className, ...rest }: ComponentProps<'textarea'>) => (
  <textarea
    {...rest}
    className={cn(
      BOX,
      'min-h-28 rounded-[10px] border-line-field px-[13px] py-2.5 text-[14px] leading-5 max-sm:text-[16px]',
      className,
    )}
  />
);

/** The system's own list, dressed like a field: right on every phone and with every keyboard. */
export const Select = ({
  className,
  small = false,
  children,
  ...rest
}: ComponentProps<'select'> & { small?: boolean }) => (
  <span className={cn('relative inline-flex min-w-0', !small && 'w-full', className)}>
    <select
      {...rest}
      className={cn(
        BOX,
        'appearance-none truncate pr-8',
        small ? 'h-8 rounded-md border-line bg-surface pl-2.5 text-body max-sm:h-11' : FIELD_SIZE,
      )}
    >
      {children}
    </select>
    <ChevronDown
      aria-hidden
      className="pointer-events-none absolute top-1/2 right-2.5 size-4 -translate-y-1/2 text-ink-3"
    />
  </span>
);

type FieldProps = {
  label: ReactNode;
  hint?: ReactNode;
  /** Takes the hint's place and says what is valid. */
  error?: string | undefined;
  /** Stands at the right of the label, small. */
  aside?: ReactNode;
  className?: string;
  children: ReactElement<{ id?: string; 'aria-describedby'?: string; 'aria-invalid'?: boolean }>;
};

/** Label above, field, hint or error below; wires the ids between them. */
export const Field = ({ label, hint, error, aside, className, children }: FieldProps) => {
  const id = useId();
  const noteId = `${id}-note`;
  const note = error ?? hint;
  const control = cloneElement(children, {
    id: children.props.id ?? id,
    ...(note ? { 'aria-describedby': noteId } : {}),
    ...(error ? { 'aria-invalid': true } : {}),
  });
  return (
    <div className={cn('grid gap-1.5', className)}>
      <div className="flex items-baseline justify-between gap-3">
        <label htmlFor={children.props.id ?? id} className="font-[560]">
          {label}
        </label>
        {aside ? <span className="text-label text-ink-3">{aside}</span> : null}
      </div>
      {control}
      {note ? (
        <div
          id={noteId}
          role={error ? 'alert' : undefined}
          className={cn('text-label', error ? 'text-bad' : 'text-ink-3')}
        >
          {note}
        </div>
      ) : null}
    </div>
  );
};
