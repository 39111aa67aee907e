'use client';

import { LoaderCircle, RotateCcw } from 'lucide-react';
import { currentUpload } from '@/lib/client/current-upload';
import { partsState } from '@/lib/client/parts';
import { Button } from '../ui/button';
import { useStore } from './use-store';

const Updated = () => {
  const uploading = useStore(currentUpload) !== null;
  return (
    <>
      <p className="min-w-0 flex-1">
        <b className="font-semibold">Siaran was updated.</b> A part of this page is only in the new version.
        {uploading ? ' The upload goes on meanwhile.' : ''}
      </p>
      <Button size="sm" tone="primary" onClick={() => window.location.reload()}>
        <RotateCcw aria-hidden />
        Reload the page
      </Button>
    </>
  );
};

/** Says that a part of the page has not come yet, or never will, whatever part it is. */
export const PartsNote = () => {
  const { waiting, gone } = useStore(partsState);
  if (waiting === 0 && !gone) return null;
  return (
    <div
      role="status"
      className="fixed top-3 left-1/2 z-50 flex w-max max-w-[min(560px,calc(100vw-24px))] -translate-x-1/2 items-center gap-3 rounded-lg border border-line-strong bg-overlay py-2.5 pr-3 pl-3.5 shadow-(--shadow-3) max-sm:top-[60px] max-sm:flex-wrap"
    >
      {gone ? (
        <Updated />
      ) : (
        <>
          <LoaderCircle aria-hidden className="size-4 animate-spin text-accent-ink" />
          <p className="min-w-0 flex-1">
            A part of this page did not arrive. It comes by itself as soon as the server answers.
          </p>
        </>
      )}
    </div>
  );
};
