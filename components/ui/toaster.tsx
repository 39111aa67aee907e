'use client';

import { CircleCheck, CircleX } from 'lucide-react';
import { useEffect, useSyncExternalStore } from 'react';
import { Toaster as Sonner, toast } from 'sonner';
import { type Notice, notices } from './notices';
import { useIsPhone } from './use-media';

const show = ({ kind, sentence, undo }: Notice): void => {
  const extra = undo ? { action: { label: undo.label, onClick: undo.run } } : undefined;
  if (kind === 'done') toast.success(sentence, extra);
  else toast.error(sentence, extra);
};

/** Bottom right, above the strip and the tray of uploads; on a phone at the top, where no bar or sheet has its buttons. */
export const Toaster = () => {
  const waiting = useSyncExternalStore(notices.subscribe, notices.get, notices.get);
  const phone = useIsPhone();
  useEffect(() => {
    if (waiting.length === 0) return;
    notices.set([]);
    for (const notice of waiting) show(notice);
  }, [waiting]);
  return (
    <Sonner
      position={phone ? 'top-center' : 'bottom-right'}
      duration={6000}
      offset={{ bottom: 'calc(56px + var(--tray-space, 0px))', right: 20 }}
      mobileOffset={{ top: 60, left: 12, right: 12 }}
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
};
