'use client';

import { useState } from 'react';
import type { VideoError } from '@/lib/contract/videos';
import { cn } from '../ui/cn';

const SHORT = 4;

/** The last lines of ffmpeg, a few first, all on demand; the code small. */
export const FailureLog = ({ error, className }: { error: VideoError; className?: string }) => {
  const [all, setAll] = useState(false);
  const log = error.log ?? [];
  const lines = all ? log : log.slice(-SHORT);
  return (
    <div className={cn('grid gap-1', className)}>
      {lines.length > 0 ? (
        <pre className="mono max-h-72 overflow-auto rounded-md bg-sunken px-3 py-2 text-ink-2 [overflow-wrap:anywhere] [white-space:pre-wrap]">
          {lines.join('\n')}
        </pre>
      ) : null}
      <p className="flex flex-wrap items-center gap-x-3 text-ink-3">
        <span className="mono">{error.code}</span>
        {log.length > SHORT ? (
          <button
            type="button"
            onClick={() => setAll(!all)}
            className="hit relative font-[560] text-accent-ink text-label hover:underline"
          >
            {all ? 'Fewer lines' : `All ${log.length} lines`}
          </button>
        ) : null}
      </p>
    </div>
  );
};
