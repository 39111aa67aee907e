'use client';

import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { IconButton } from './button';
import { cn } from './cn';

type DialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  description?: ReactNode;
  children: ReactNode;
  /** Buttons at the foot; the primary one last. */
  footer?: ReactNode;
  width?: 'sm' | 'md' | 'lg';
};

const WIDTHS = { sm: 'sm:max-w-[420px]', md: 'sm:max-w-[560px]', lg: 'sm:max-w-[760px]' } as const;

/** A window over the page; at 390 px a sheet from below. Escape and the cross close it. */
export const Dialog = ({
  open,
  onOpenChange,
  title,
  description,
  children,
  footer,
  width = 'md',
}: DialogProps) => (
  <Radix.Root open={open} onOpenChange={onOpenChange}>
    <Radix.Portal>
      <Radix.Overlay className="fixed inset-0 z-40 bg-scrim" />
      <Radix.Content
        {...(description === undefined ? { 'aria-describedby': undefined } : {})}
        className={cn(
          'fixed z-50 flex flex-col border border-line-strong bg-overlay shadow-(--shadow-3) outline-none light:bg-surface',
          'max-sm:inset-x-0 max-sm:bottom-0 max-sm:max-h-[92dvh] max-sm:animate-[slide-up_280ms_var(--ease-out)] max-sm:rounded-t-xl max-sm:border-x-0 max-sm:border-b-0 max-sm:pb-[env(safe-area-inset-bottom)]',
          'sm:top-[10dvh] sm:left-1/2 sm:max-h-[80dvh] sm:w-[calc(100vw-32px)] sm:-translate-x-1/2 sm:animate-[rise_160ms_var(--ease-out)] sm:rounded-xl',
          WIDTHS[width],
        )}
      >
        <header className="flex items-start gap-3 px-5 pt-4 pb-3">
          <div className="min-w-0 flex-1">
            <Radix.Title className="wide font-[640] text-[17px] leading-6">{title}</Radix.Title>
            {description === undefined ? null : (
              <Radix.Description className="mt-0.5 text-ink-2">{description}</Radix.Description>
            )}
          </div>
          <Radix.Close asChild>
            <IconButton label="Close" className="-mr-1.5">
              <X />
            </IconButton>
          </Radix.Close>
        </header>
        <div className="min-h-0 flex-1 overflow-y-auto px-5 pb-5">{children}</div>
        {footer ? (
          <footer className="flex flex-wrap items-center justify-end gap-2 border-line border-t px-5 py-3.5 max-sm:[&>button]:h-11 max-sm:[&>button]:flex-1">
            {footer}
          </footer>
        ) : null}
      </Radix.Content>
    </Radix.Portal>
  </Radix.Root>
);
