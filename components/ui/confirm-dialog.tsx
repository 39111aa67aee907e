'use client';

import { type ReactNode, useState } from 'react';
import { Button } from './button';
import { Dialog } from './dialog';

export type ConfirmProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** A question that names the thing: "Delete Arena 1?" */
  title: ReactNode;
  /** What is lost and what stays. */
  children: ReactNode;
  /** The verb on the button. */
  action: string;
  onConfirm: () => Promise<unknown>;
  /** Nothing is lost by it: the button is no warning. */
  calm?: boolean;
};

/** Asks before something that cannot be taken back; stays open and lets go when the work failed. */
export const ConfirmDialog = ({
  open,
  onOpenChange,
  title,
  children,
  action,
  onConfirm,
  calm = false,
}: ConfirmProps) => {
  const [busy, setBusy] = useState(false);
  const run = async (): Promise<void> => {
    setBusy(true);
    try {
      await onConfirm();
      onOpenChange(false);
    } catch {
      // The caller told the reason in a toast; the question stays open for another try.
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={title}
      width="sm"
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>{calm ? 'Not now' : 'Keep'}</Button>
          <Button tone={calm ? 'primary' : 'danger'} busy={busy} onClick={() => void run()}>
            {action}
          </Button>
        </>
      }
    >
      <div className="text-ink-2">{children}</div>
    </Dialog>
  );
};
