'use client';

import { Upload } from 'lucide-react';
import { useEffect, useState } from 'react';
import { loadPart } from '@/lib/client/parts';
import { filesOfDrop } from './pick';

/** A window over the page may have a place of its own for files, such as a playlist. */
const isCovered = (): boolean => document.querySelector('[role="dialog"]') !== null;

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;

/** True while files are dragged over the page; the whole page takes them. */
const useDrop = (): boolean => {
  const [over, setOver] = useState(false);
  useEffect(() => {
    let depth = 0;
    const enter = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      depth += 1;
      setOver(!isCovered());
    };
    const leave = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      depth = Math.max(0, depth - 1);
      if (depth === 0) setOver(false);
    };
    const stay = (event: DragEvent): void => {
      if (hasFiles(event)) event.preventDefault();
    };
    const drop = (event: DragEvent): void => {
      if (!hasFiles(event) || !event.dataTransfer) return;
      depth = 0;
      setOver(false);
      const taken = event.defaultPrevented || isCovered();
      event.preventDefault();
      if (taken) return;
      const dropped = filesOfDrop(event.dataTransfer);
      // What sends them is loaded when there is something to send.
      loadPart(() => import('./add')).then(
        async ({ addDropped }) => addDropped(await dropped),
        () => undefined,
      );
    };
    document.addEventListener('dragenter', enter);
    document.addEventListener('dragleave', leave);
    document.addEventListener('dragover', stay);
    document.addEventListener('drop', drop);
    return () => {
      document.removeEventListener('dragenter', enter);
      document.removeEventListener('dragleave', leave);
      document.removeEventListener('dragover', stay);
      document.removeEventListener('drop', drop);
    };
  }, []);
  return over;
};

/**
 * Lets every page take dropped files and folders, and says so while they hover. It is part of the page from its first moment:
 * a file that is dropped before anybody listens would be opened by the browser instead of the page.
 */
export const DropAnywhere = () =>
  useDrop() ? (
    <div className="pointer-events-none fixed inset-0 z-40 grid place-items-center bg-scrim p-6">
      <div className="grid animate-[rise_160ms_var(--ease-out)] justify-items-center gap-2 rounded-xl border-2 border-accent-line border-dashed bg-overlay px-16 py-12 text-center shadow-(--shadow-3)">
        <Upload aria-hidden className="size-8 text-accent-ink" />
        <p className="wide font-[640] text-title">Drop to upload</p>
        <p className="text-ink-2">Videos, or folders of them; each is made ready for every screen.</p>
      </div>
    </div>
  ) : null;
