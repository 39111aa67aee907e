'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { CheckCheck, Eye, Pause, Play, RotateCcw, Trash2, X } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { errorSentence } from '@/lib/client/errors';
import { keys } from '@/lib/client/keys';
import { deleteVideo, pauseVideo, resumeVideo, retryVideo, updateVideo } from '@/lib/client/videos';
import { type Video, Visibility } from '@/lib/contract/videos';
import { formatBytes, formatCount } from '@/lib/units/format';
import { Button, IconButton } from '../ui/button';
import { Confirm } from '../ui/confirm';
import { Menu, MenuItem } from '../ui/menu';
import { tell, tellProblem } from '../ui/toast';
import { type BulkName, bulkSentence, fits, manyVideos, runAll } from './library-filter';
import { VISIBILITY_WORDS } from './words';

type Action = { name: Exclude<BulkName, 'visibility'> } | { name: 'visibility'; to: Video['visibility'] };

const RUN = { retry: retryVideo, pause: pauseVideo, resume: resumeVideo, delete: deleteVideo } as const;

const useBulk = (videos: readonly Video[], onDone: () => void) => {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (action: Action) =>
      runAll(
        videos.filter((video) => fits(action.name, video)),
        ({ id }) =>
          action.name === 'visibility' ? updateVideo(id, { visibility: action.to }) : RUN[action.name](id),
      ),
    onSuccess: ({ done, failed }, { name }) => {
      const [first] = failed;
      const words = bulkSentence(name, done.length, failed.length, first ? errorSentence(first.error) : '');
      if (first) tellProblem(words);
      else tell(words);
      for (const queryKey of [keys.videos, keys.jobs, keys.uploads])
        void client.invalidateQueries({ queryKey });
      if (name === 'delete') onDone();
    },
  });
};

type ActProps = { icon: ReactNode; words: string; onClick: () => void; busy?: boolean; danger?: boolean };

const Act = ({ icon, words, onClick, busy = false, danger = false }: ActProps) => (
  <Button tone="quiet" busy={busy} className={danger ? 'text-bad hover:text-bad' : ''} onClick={onClick}>
    {icon}
    <span className="max-sm:sr-only">{words}</span>
  </Button>
);

/** Left of the tray of uploads where both have room, above it on smaller screens. */
const BESIDE_TRAY =
  'pointer-events-none sticky bottom-4 z-20 mt-4 max-lg:bottom-[calc(16px+var(--tray-space,0px))] lg:pr-[var(--tray-side,0px)]';

type BulkBarProps = { videos: readonly Video[]; shown: number; onAll: () => void; onDone: () => void };

/** What can be done with all selected videos at once; what fits none of them is left out. Escape selects nothing. */
export const BulkBar = ({ videos, shown, onAll, onDone }: BulkBarProps) => {
  const [asking, setAsking] = useState(false);
  const bulk = useBulk(videos, onDone);
  const can = (name: BulkName): boolean => videos.some((video) => fits(name, video));
  const busyWith = (name: BulkName): boolean => bulk.isPending && bulk.variables.name === name;
  const act = (name: 'retry' | 'pause' | 'resume', words: string, icon: ReactNode) =>
    can(name) ? (
      <Act icon={icon} words={words} busy={busyWith(name)} onClick={() => bulk.mutate({ name })} />
    ) : null;
  const bytes = videos.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (
        event.key === 'Escape' &&
        !event.defaultPrevented &&
        !document.querySelector('[role="dialog"],[role="menu"]')
      )
        onDone();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [onDone]);
  return (
    <div className={BESIDE_TRAY}>
      <div
        role="toolbar"
        aria-label="Selected videos"
        className="pointer-events-auto mx-auto flex min-h-11 w-fit max-w-full animate-[rise_160ms_var(--ease-out)] items-center gap-0.5 whitespace-nowrap rounded-lg border border-line-strong bg-overlay pr-1.5 pl-3.5 shadow-(--shadow-3) max-sm:w-full sm:flex-wrap"
      >
        <b className="mr-2 font-semibold" aria-live="polite">
          {formatCount(videos.length)} <span className="max-sm:sr-only">selected</span>
        </b>
        <span aria-hidden className="mr-1 h-5 w-px bg-line max-sm:hidden" />
        {videos.length < shown ? (
          <Act icon={<CheckCheck aria-hidden />} words="All shown" onClick={onAll} />
        ) : null}
        {act('retry', 'Retry', <RotateCcw aria-hidden />)}
        {act('pause', 'Pause', <Pause aria-hidden />)}
        {act('resume', 'Resume', <Play aria-hidden />)}
        <Menu
          side="top"
          align="start"
          trigger={
            <Button tone="quiet" busy={busyWith('visibility')}>
              <Eye aria-hidden />
              <span className="max-sm:sr-only">Who may see</span>
            </Button>
          }
        >
          {Visibility.options.map((to) => (
            <MenuItem key={to} onSelect={() => bulk.mutate({ name: 'visibility', to })}>
              {VISIBILITY_WORDS[to].name}
            </MenuItem>
          ))}
        </Menu>
        <Act icon={<Trash2 aria-hidden />} words="Delete" danger onClick={() => setAsking(true)} />
        <span className="flex-1" />
        <IconButton label="Select nothing" onClick={onDone}>
          <X />
        </IconButton>
      </div>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={`Delete ${manyVideos(videos.length)}?`}
        action="Delete"
        onConfirm={() => bulk.mutateAsync({ name: 'delete' })}
      >
        Their originals{bytes > 0 ? ` (${formatBytes(bytes)})` : ''}, all qualities, pictures and links are
        removed from the server, and work that still runs is stopped. This cannot be taken back.
      </Confirm>
    </div>
  );
};
