'use client';

import { Ellipsis, ExternalLink, RefreshCw, Square, Trash2 } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { Video } from '@/lib/contract/videos';
import { formatBytes } from '@/lib/units/format';
import { Button, IconButton } from '../ui/button';
import { Confirm } from '../ui/confirm';
import { Menu, MenuItem, MenuSeparator } from '../ui/menu';
import { useVideoActions } from './actions';
import { HoldButton } from './hold-button';

type Question = 'delete' | 'remake' | 'cancel';
type QuestionProps = { video: Video; asked: Question | null; onAsk: (next: Question | null) => void };

const Questions = ({ video, asked, onAsk }: QuestionProps) => {
  const { remake, cancel, remove } = useVideoActions(video);
  const router = useRouter();
  const close = (open: boolean): void => {
    if (!open) onAsk(null);
  };
  const made = video.qualities.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return (
    <>
      <Confirm
        open={asked === 'remake'}
        onOpenChange={close}
        title={`Make the qualities of ${video.title} again?`}
        action="Make them again"
        calm
        onConfirm={() => remake.mutateAsync()}
      >
        Every quality is made anew from the original, with the settings of today. The old ones play on until
        the new ones are complete, and are removed then. Meanwhile both need room on the disk
        {made > 0 ? ` (the old ones take ${formatBytes(made)})` : ''}.
      </Confirm>
      <Confirm
        open={asked === 'cancel'}
        onOpenChange={close}
        title={`Stop the work on ${video.title}?`}
        action="Stop the work"
        onConfirm={() => cancel.mutateAsync()}
      >
        The original and what is already made stay. Retry begins the work again. To hold it for a while only,
        pause it instead.
      </Confirm>
      <Confirm
        open={asked === 'delete'}
        onOpenChange={close}
        title={`Delete ${video.title}?`}
        action="Delete video"
        onConfirm={async () => {
          await remove.mutateAsync();
          router.replace('/library');
        }}
      >
        The original{video.sizeBytes === null ? '' : ` (${formatBytes(video.sizeBytes)})`}, all qualities
        {made > 0 ? ` (${formatBytes(made)})` : ''}, pictures, subtitles and links of it are removed from the
        server, and work that still runs is stopped. This cannot be taken back.
      </Confirm>
    </>
  );
};

/** What can be done with the video, at the top of its page. */
export const DetailActions = ({ video }: { video: Video }) => {
  const [asked, setAsked] = useState<Question | null>(null);
  const busy = video.state === 'processing' || video.state === 'queued';
  return (
    <div className="ml-auto flex items-center gap-2">
      <HoldButton video={video} />
      {video.playable ? (
        <Button asChild>
          <Link href={`/videos/${video.id}`}>
            <ExternalLink aria-hidden />
            As viewers see it
          </Link>
        </Button>
      ) : null}
      <Menu
        trigger={
          <IconButton label="More">
            <Ellipsis />
          </IconButton>
        }
      >
        {busy ? (
          <MenuItem onSelect={() => setAsked('cancel')}>
            <Square aria-hidden />
            Stop the work
          </MenuItem>
        ) : null}
        {video.state === 'ready' ? (
          <MenuItem onSelect={() => setAsked('remake')}>
            <RefreshCw aria-hidden />
            Make the qualities again
          </MenuItem>
        ) : null}
        {busy || video.state === 'ready' ? <MenuSeparator /> : null}
        <MenuItem danger onSelect={() => setAsked('delete')}>
          <Trash2 aria-hidden />
          Delete video
        </MenuItem>
      </Menu>
      <Questions video={video} asked={asked} onAsk={setAsked} />
    </div>
  );
};
