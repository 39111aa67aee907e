import type { ComponentProps } from 'react';
import { cn } from '../ui/cn';

/** A square button over the picture. */
export const PlayerButton = ({ label, className, ...rest }: ComponentProps<'button'> & { label: string }) => (
  <button
    type="button"
    aria-label={label}
    title={label}
    {...rest}
    className={cn(
      'hit relative grid size-9 shrink-0 place-items-center rounded-md text-white transition-colors duration-(--duration-fast)',
      'hover:bg-white/12 focus-visible:outline-white [&_svg]:size-5',
      className,
    )}
  />
);
