'use client';

import { useMutation } from '@tanstack/react-query';
import { ChevronDown, CodeXml } from 'lucide-react';
import { useState } from 'react';
import { embedChannel } from '@/lib/client/channels';
import { EMBED_DAYS, type Embed, type EmbedRequest } from '@/lib/contract/embed';
import { Button } from '../ui/button';
import { CopyButton } from '../ui/copy';
import { Segmented } from '../ui/segmented';
import { tellError } from '../ui/toast';
import { whereItPlays, whoMayWatch } from './embed-words';

type Days = `${EmbedRequest['days']}`;

const WORDS: Record<Days, string> = { '1': '1 day', '7': '7 days', '30': '30 days', '365': '1 year' };
const OPTIONS = EMBED_DAYS.map((days) => ({ value: `${days}` as Days, label: WORDS[`${days}`] }));

const Snippet = ({ embed }: { embed: Embed }) => {
  const where = whereItPlays(embed);
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-2">
      <p className="text-ink-2 text-label">
        {whoMayWatch(embed)}
        {where ? ` ${where}` : ''}
      </p>
      <textarea
        aria-label="The snippet"
        readOnly
        value={embed.html}
        spellCheck={false}
        onFocus={(event) => event.target.select()}
        className="mono h-36 w-full resize-none whitespace-pre rounded-md border border-line bg-sunken p-2.5 text-ink-2"
      />
      <div className="flex flex-wrap gap-2">
        <CopyButton size="md" text={embed.html} what="the snippet" />
        <CopyButton
          size="md"
          text={embed.hlsUrl}
          what="the HLS address of the snippet"
          label="Only the address"
        />
      </div>
    </div>
  );
};

/** A player for web pages: choose how long it may play, copy the snippet. */
export const EmbedPanel = ({ channelId }: { channelId: string }) => {
  const [days, setDays] = useState<Days>('30');
  const make = useMutation({
    mutationFn: (wanted: Days) => embedChannel(channelId, Number(wanted) as EmbedRequest['days']),
    onError: tellError,
  });
  return (
    <details className="group mt-3.5 border-line-soft border-t pt-2.5">
      <summary className="-mx-1 flex min-h-8 list-none items-center gap-2 rounded-sm px-1 [&::-webkit-details-marker]:hidden">
        <CodeXml aria-hidden className="size-4 text-ink-3" />
        <b className="font-[560]">Embed in a web page</b>
        <ChevronDown
          aria-hidden
          className="ml-auto size-4 text-ink-3 transition-transform duration-(--duration-fast) group-open:rotate-180"
        />
      </summary>
      <div className="mt-2 grid grid-cols-[minmax(0,1fr)] gap-3">
        <Segmented
          label="How long the snippet plays"
          options={OPTIONS}
          value={days}
          onChange={(next) => {
            setDays(next);
            make.reset();
          }}
          className="w-full"
        />
        {make.data ? (
          <Snippet embed={make.data} />
        ) : (
          <Button busy={make.isPending} onClick={() => make.mutate(days)}>
            Make the snippet
          </Button>
        )}
      </div>
    </details>
  );
};
