import { LoaderCircle } from 'lucide-react';
import { Children, type ComponentProps, cloneElement, isValidElement } from 'react';
import { cn } from './cn';

const TONES = {
  default: 'border-line bg-surface text-ink hover:border-line-strong hover:bg-raised',
  primary:
    'border-transparent bg-accent text-on-accent shadow-[inset_0_1px_0_rgb(255_255_255/.14)] hover:bg-accent-hover active:bg-accent-press',
  quiet: 'border-transparent bg-transparent text-ink-2 hover:bg-raised hover:text-ink',
  danger: 'border-line bg-surface text-bad hover:border-line-strong hover:bg-raised',
} as const;

const SIZES = {
  sm: 'h-[26px] gap-[5px] rounded-sm px-[9px] text-label [&_svg]:size-3.5',
  md: 'h-8 gap-[7px] rounded-md px-3 text-body [&_svg]:size-4',
  lg: 'h-11 gap-2 rounded-[10px] px-[18px] text-[14px] leading-5 [&_svg]:size-4',
} as const;

type ButtonProps = ComponentProps<'button'> & {
  tone?: keyof typeof TONES;
  size?: keyof typeof SIZES;
  /** Shows a ring and ignores clicks while the work runs. */
  busy?: boolean;
  /** Gives its looks to the only child (a link). */
  asChild?: boolean;
};

/** The one button. Violet (`primary`) at most once in a view. */
export const Button = ({
  tone = 'default',
  size = 'md',
  busy = false,
  asChild = false,
  className,
  disabled,
  children,
  ...rest
}: ButtonProps) => {
  const looks = cn(
    'hit relative inline-flex shrink-0 select-none items-center justify-center whitespace-nowrap border font-[560]',
    'transition-[background-color,border-color,color] duration-(--duration-fast) active:translate-y-px',
    'disabled:pointer-events-none disabled:opacity-50',
    TONES[tone],
    SIZES[size],
    className,
  );
  if (asChild) {
    const child = Children.only(children);
    return isValidElement<{ className?: string }>(child)
      ? cloneElement(child, { ...rest, className: cn(looks, child.props.className) })
      : null;
  }
  return (
    <button
      type="button"
      {...rest}
      className={looks}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
    >
      {busy ? <LoaderCircle className="animate-spin" aria-hidden /> : null}
      {children}
    </button>
  );
};

type IconButtonProps = ComponentProps<'button'> & { label: string; size?: 'sm' | 'md' };

/** A square with an icon; `label` is its name for those who do not see it, and its tooltip. */
export const IconButton = ({ label, size = 'md', className, ...rest }: IconButtonProps) => (
  <button
    type="button"
    aria-label={label}
    title={label}
    {...rest}
    className={cn(
      'hit relative inline-grid shrink-0 place-items-center text-ink-2 transition-colors duration-(--duration-fast)',
      'hover:bg-raised hover:text-ink disabled:pointer-events-none disabled:opacity-40',
      size === 'sm' ? 'size-[26px] rounded-sm [&_svg]:size-3.5' : 'size-8 rounded-md [&_svg]:size-4',
      className,
    )}
  />
);
