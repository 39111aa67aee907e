'use client';

import { Upload } from 'lucide-react';
import { type ReactNode, useRef } from 'react';
import { Button } from '../ui/button';
import { addUploads } from './add';
import { filesOfInput, pickWithHandles, VIDEO_TYPES } from './pick';
import type { Picked } from './types';

type FilesButtonProps = {
  tone?: 'primary' | 'default';
  size?: 'sm' | 'md' | 'lg';
  multiple?: boolean;
  onFiles: (files: Picked[]) => void;
  children: ReactNode;
  className?: string;
};

/** Opens the system's dialog; where the browser can, the files are found again after a reload. */
export const FilesButton = ({ multiple = true, onFiles, children, ...looks }: FilesButtonProps) => {
  const input = useRef<HTMLInputElement>(null);
  const choose = async (): Promise<void> => {
    const picked = await pickWithHandles(multiple);
    if (picked === null) input.current?.click();
    else if (picked.length > 0) onFiles(picked);
  };
  return (
    <>
      <Button {...looks} onClick={() => void choose()}>
        {children}
      </Button>
      <input
        ref={input}
        type="file"
        multiple={multiple}
        accept={VIDEO_TYPES}
        aria-label="Video files"
        tabIndex={-1}
        className="hidden"
        onChange={(event) => {
          onFiles(filesOfInput(event.target.files));
          event.target.value = '';
        }}
      />
    </>
  );
};

/** The primary action of Library and Uploads. */
export const UploadButton = ({ size = 'md' }: { size?: 'md' | 'lg' }) => (
  <FilesButton tone="primary" size={size} onFiles={addUploads}>
    <Upload aria-hidden />
    Upload
  </FilesButton>
);
