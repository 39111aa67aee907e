'use client';

import { Upload } from 'lucide-react';
import { cn } from '../ui/cn';
import { addUploads } from './add';
import { FilesButton } from './upload-button';

/** The place to drop files on the Uploads page; a button for everybody else. */
export const DropZone = ({ className }: { className?: string }) => (
  <section
    aria-label="Upload videos"
    className={cn(
      'flex items-center gap-4 rounded-lg border border-line-strong px-6 [border-style:dashed] py-5 max-sm:flex-col max-sm:items-stretch max-sm:px-4 max-sm:text-center',
      className,
    )}
  >
    <span className="grid size-11 shrink-0 place-items-center rounded-[10px] bg-accent-soft text-accent-ink max-sm:mx-auto">
      <Upload aria-hidden className="size-5" />
    </span>
    <div className="min-w-0 flex-1">
      <p className="font-semibold text-lead max-sm:hidden">
        Drop videos or folders, here or on any other page
      </p>
      <p className="font-semibold text-lead sm:hidden">Videos from this phone</p>
      <p className="text-ink-2">
        MP4, MOV, MKV, AVI, WebM, FLV, TS and most others, of any size. An upload that is cut goes on where it
        stopped.
      </p>
    </div>
    <FilesButton tone="primary" size="lg" onFiles={addUploads}>
      <Upload aria-hidden />
      Choose files
    </FilesButton>
  </section>
);
