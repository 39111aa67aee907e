'use client';

import { Pencil } from 'lucide-react';
import Link from 'next/link';
import type { Provider } from '@/lib/contract/channels';
import { formatCount } from '@/lib/units/format';
import { formatAgo } from '@/lib/units/time';
import { Monogram } from '../brand/monogram';
import { IconButton } from '../ui/button';
import { Tag } from '../ui/state';
import { connectionWords } from './connections';

const channelWords = (count: number): string =>
  `${formatCount(count)} ${count === 1 ? 'channel' : 'channels'}`;

/** One provider: where its list is, what it brought, when it was read, how many connections it allows. */
export const ProviderRow = ({ provider, onEdit }: { provider: Provider; onEdit: () => void }) => (
  <li className="flex min-h-[64px] items-center gap-3 border-line-soft border-b px-4 py-2.5 last:border-b-0">
    <Monogram name={provider.name} className="size-9" />
    <div className="min-w-0 flex-1">
      <p className="flex items-center gap-2">
        <b className="truncate font-semibold">{provider.name}</b>
        {provider.missing > 0 ? <Tag tone="warn">{formatCount(provider.missing)} missing</Tag> : null}
      </p>
      <p className="truncate text-ink-3 text-label" title={provider.url ?? undefined}>
        {provider.url ?? 'A pasted or uploaded list'}
      </p>
      <p className="text-ink-2 text-label sm:hidden">
        {channelWords(provider.channels)}, {connectionWords(provider.maxConnections).toLowerCase()}
      </p>
    </div>
    <Link
      href={`/channels?provider=${provider.id}`}
      className="w-28 font-[560] text-accent-ink hover:underline max-sm:hidden"
    >
      {channelWords(provider.channels)}
    </Link>
    <span className="w-40 max-sm:hidden">{connectionWords(provider.maxConnections)}</span>
    <span className="w-32 text-right text-ink-3 text-label max-md:hidden">
      {provider.importedAt === null ? 'Never read' : `Read ${formatAgo(provider.importedAt, Date.now())}`}
    </span>
    <IconButton label={`Edit ${provider.name}`} onClick={onEdit}>
      <Pencil />
    </IconButton>
  </li>
);
