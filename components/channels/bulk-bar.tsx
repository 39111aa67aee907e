'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { FolderInput, Power, PowerOff, Trash2, X } from 'lucide-react';
import { useState } from 'react';
import { changeChannels } from '@/lib/client/channels';
import { keys } from '@/lib/client/keys';
import { formatCount } from '@/lib/units/format';
import { Button, IconButton } from '../ui/button';
import { Confirm } from '../ui/confirm';
import { lazyPart } from '../ui/lazy-part';
import { tell, tellError } from '../ui/toast';
import { inChunks } from './selection';

const MoveDialog = lazyPart(() => import('./move-dialog').then((m) => m.MoveDialog));

const MOST_PER_REQUEST = 5000;

type BulkAction = Parameters<typeof changeChannels>[0]['action'];

const many = (n: number): string => `${formatCount(n)} ${n === 1 ? 'channel' : 'channels'}`;

const told = (action: BulkAction, changed: number): string => {
  if (action.type === 'delete') return `${many(changed)} deleted.`;
  if (action.type === 'group') return `${many(changed)} moved to ${action.group || 'no group'}.`;
  return `${many(changed)} switched ${action.enabled ? 'on' : 'off'}.`;
};

/** What can be done with all selected channels at once. */
export const BulkBar = ({ ids, onDone }: { ids: readonly string[]; onDone: () => void }) => {
  const client = useQueryClient();
  const [asking, setAsking] = useState<'delete' | 'group' | null>(null);
  const run = useMutation({
    mutationFn: async (action: BulkAction) => {
      let changed = 0;
      for (const part of inChunks(ids, MOST_PER_REQUEST)) {
        changed += (await changeChannels({ ids: part, action })).changed;
      }
      return changed;
    },
    onSuccess: (changed, action) => {
      tell(told(action, changed));
      void client.invalidateQueries({ queryKey: keys.channels });
      if (action.type === 'delete') onDone();
    },
    onError: tellError,
  });
  return (
    <>
      <div
        role="toolbar"
        aria-label="Selected channels"
        className="absolute bottom-[18px] left-1/2 z-20 flex h-11 -translate-x-1/2 animate-[rise_160ms_var(--ease-out)] items-center gap-0.5 whitespace-nowrap rounded-lg border border-line-strong bg-overlay pr-1.5 pl-3.5 shadow-(--shadow-3) max-sm:inset-x-3 max-sm:bottom-3 max-sm:left-3 max-sm:translate-x-0"
      >
        <b className="mr-2 font-semibold">{formatCount(ids.length)} selected</b>
        <span aria-hidden className="mr-1 h-5 w-px bg-line max-sm:hidden" />
        <Button tone="quiet" onClick={() => setAsking('group')}>
          <FolderInput aria-hidden />
          <span className="max-sm:sr-only">Group</span>
        </Button>
        <Button tone="quiet" onClick={() => run.mutate({ type: 'enable', enabled: true })}>
          <Power aria-hidden />
          <span className="max-sm:sr-only">Switch on</span>
        </Button>
        <Button tone="quiet" onClick={() => run.mutate({ type: 'enable', enabled: false })}>
          <PowerOff aria-hidden />
          <span className="max-sm:sr-only">Switch off</span>
        </Button>
        <Button tone="quiet" className="text-bad hover:text-bad" onClick={() => setAsking('delete')}>
          <Trash2 aria-hidden />
          <span className="max-sm:sr-only">Delete</span>
        </Button>
        <span className="flex-1" />
        <IconButton label="Select nothing" onClick={onDone}>
          <X />
        </IconButton>
      </div>
      {asking === 'group' ? (
        <MoveDialog
          count={ids.length}
          onClose={() => setAsking(null)}
          onMove={(group) => run.mutateAsync({ type: 'group', group })}
        />
      ) : null}
      <Confirm
        open={asking === 'delete'}
        onOpenChange={(open) => setAsking(open ? 'delete' : null)}
        title={`Delete ${many(ids.length)}?`}
        action="Delete"
        onConfirm={() => run.mutateAsync({ type: 'delete' })}
      >
        Their sources and addresses go with them, and whoever watches one is cut off. An import brings back
        what its list still has.
      </Confirm>
    </>
  );
};
