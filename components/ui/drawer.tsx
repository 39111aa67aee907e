'use client';

import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { IconButton } from './button';
import { useClosing } from './use-closing';

type DrawerProps = {
  label: string;
  onClose: () => void;
  /** Stands on top of the header, behind the cross. */
  header: ReactNode;
  /** The header is dark in both themes, so the cross on it is light. */
  darkHeader?: boolean;
  children: ReactNode;
  footer?: ReactNode;
};

/**
 * 376 px at the right that push the page aside, never a scrim; at 390 px a sheet over the page's lower part.
 * Put it as the second child of a `flex` row. Escape closes it, and focus goes back where it came from.
 */
export const Drawer = ({ label, onClose, header, darkHeader = false, children, footer }: DrawerProps) => {
  const ref = useClosing(onClose);
  return (
    <aside
      ref={ref}
      tabIndex={-1}
      aria-label={label}
      className={
        'z-30 flex min-h-0 flex-col bg-surface outline-none ' +
        'sm:w-(--size-drawer) sm:shrink-0 sm:animate-[slide-in_280ms_var(--ease-out)] sm:border-line sm:border-l ' +
        'max-lg:sm:absolute max-lg:sm:inset-y-0 max-lg:sm:right-0 max-lg:sm:shadow-(--shadow-3) ' +
        'max-sm:fixed max-sm:inset-x-0 max-sm:bottom-0 max-sm:max-h-[86dvh] max-sm:animate-[slide-up_280ms_var(--ease-out)] ' +
        'max-sm:overflow-hidden max-sm:rounded-t-xl max-sm:border-line-strong max-sm:border-t max-sm:pb-[env(safe-area-inset-bottom)] max-sm:shadow-(--shadow-3)'
      }
    >
      <div className="relative flex-none">
        {header}
        <IconButton
          label="Close"
          onClick={onClose}
          data-theme={darkHeader ? 'dark' : undefined}
          className="absolute top-2.5 right-2.5"
        >
          <X />
        </IconButton>
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto">{children}</div>
      {footer ? (
        <div className="flex flex-none gap-2 border-line-soft border-t px-[18px] py-3.5 [&>*]:flex-1">
          {footer}
        </div>
      ) : null}
    </aside>
  );
};
