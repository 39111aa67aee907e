'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { keys } from '@/lib/client/keys';
import { lineQuery, renewLine } from '@/lib/client/session';
import { Button } from '../ui/button';
import { Confirm } from '../ui/confirm';
import { CopyButton } from '../ui/copy';
import { ErrorBox } from '../ui/feedback';
import { Skeleton } from '../ui/state';
import { tell, tellError } from '../ui/toast';

const Address = ({ label, hint, url }: { label: string; hint: string; url: string }) => (
  <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-1.5">
    <p>
      <b className="font-[560]">{label}</b> <span className="text-ink-3 text-label">{hint}</span>
    </p>
    <div className="flex items-center gap-2">
      <code
        className="mono min-w-0 flex-1 truncate rounded-sm bg-sunken px-2.5 py-1.5 text-ink-2"
        title={url}
      >
        {url}
      </code>
      <CopyButton text={url} what={`the ${label} address`} size="md" />
    </div>
  </div>
);

/** The signed-in person's own playlist addresses, with Copy and a way to make old ones stop working. */
export const LineCard = () => {
  const line = useQuery(lineQuery);
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const renew = useMutation({
    mutationFn: renewLine,
    onSuccess: (next) => {
      client.setQueryData(keys.line, next);
      tell('New addresses are ready. The old ones stopped working.');
    },
    onError: tellError,
  });
  if (line.error)
    return (
      <ErrorBox
        title="The address could not be read"
        error={line.error}
        onRetry={() => void line.refetch()}
      />
    );
  if (!line.data) {
    return (
      <div className="grid gap-4">
        <Skeleton className="h-14" />
        <Skeleton className="h-14" />
      </div>
    );
  }
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <Address label="M3U" hint="MPEG-TS, for VLC, Kodi and TV apps" url={line.data.m3u.ts} />
      <Address label="M3U with HLS" hint="for phones and browsers" url={line.data.m3u.hls} />
      <div>
        <Button tone="quiet" className="-ml-3" onClick={() => setAsking(true)}>
          <RefreshCw aria-hidden />
          Renew addresses
        </Button>
      </div>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title="Renew your addresses?"
        action="Renew"
        onConfirm={() => renew.mutateAsync()}
      >
        Every player that uses the old addresses stops within a minute. Give them the new ones afterwards.
      </Confirm>
    </div>
  );
};
