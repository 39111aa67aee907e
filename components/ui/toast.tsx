'use client';

import { CircleCheck, CircleX } from 'lucide-react';
import { Toaster as Sonner, toast } from 'sonner';
import { errorSentence } from '@/lib/client/errors';

/** Where toasts appear: bottom right, above the strip; above the tab bar on a phone. */
export const Toaster = () => (
  <Sonner
    position="bottom-right"
    duration={6000}
    offset={{ bottom: 56, right: 20 }}
    mobileOffset={{ bottom: 76, left: 12, right: 12 }}
    gap={8}
    icons={{
      success: <CircleCheck aria-hidden className="size-4 text-ok" />,
      error: <CircleX aria-hidden className="size-4 text-bad" />,
    }}
    toastOptions={{
      unstyled: true,
      classNames: {
        toast:
          'flex w-full items-center gap-3 rounded-lg border border-line-strong bg-overlay py-2.5 pr-3 pl-3.5 text-body text-ink shadow-(--shadow-3) font-sans',
        title: 'font-[550]',
        content: 'min-w-0 flex-1',
        actionButton: 'rounded-sm px-2 h-8 font-[560] text-accent-ink hover:bg-raised',
      },
    }}
  />
);

type Undo = { label: string; run: () => void };

/** One sentence about what was done, with a way back when there is one. */
export const tell = (sentence: string, undo?: Undo): void => {
  toast.success(sentence, undo ? { action: { label: undo.label, onClick: undo.run } } : undefined);
};

/** One sentence about what did not work. */
export const tellError = (error: unknown): void => {
  toast.error(errorSentence(error));
};

/** The same with a sentence of our own. */
export const tellProblem = (sentence: string): void => {
  toast.error(sentence);
};
