'use client';

import { useQuery } from '@tanstack/react-query';
import { ListPlus } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { providersQuery } from '@/lib/client/providers';
import { formatCount } from '@/lib/units/format';
import { Button } from '../ui/button';
import { Empty, ErrorBox, HelpLink } from '../ui/feedback';
import { lazyPart } from '../ui/lazy-part';
import { Page, PageHead, Panel } from '../ui/panel';
import { Skeleton } from '../ui/state';
import { ProviderRow } from './provider-row';

const ProviderDialog = lazyPart(() => import('./provider-dialog').then((m) => m.ProviderDialog));

const ImportLink = ({ primary = false }: { primary?: boolean }) => (
  <Button asChild tone={primary ? 'primary' : 'default'}>
    <Link href="/channels?import=1">
      <ListPlus aria-hidden />
      Import a list
    </Link>
  </Button>
);

/** Where channels come from: the imported lists, and how many connections each account allows. */
export const ProvidersScreen = () => {
  const query = useQuery(providersQuery);
  const [editingId, setEditingId] = useState<string | null>(null);
  const providers = query.data?.items ?? [];
  const editing = providers.find((provider) => provider.id === editingId);
  return (
    <Page className="max-w-[1000px]">
      <PageHead
        title="Providers"
        count={query.data ? formatCount(query.data.total) : undefined}
        sub="Where channels come from, and how many connections each account allows."
      >
        {providers.length > 0 ? <ImportLink /> : null}
      </PageHead>
      <Panel className="mt-4">
        {query.isPending ? (
          <div className="grid gap-3 p-4">
            <Skeleton className="h-10" />
            <Skeleton className="h-10" />
          </div>
        ) : null}
        {query.error && !query.data ? (
          <ErrorBox
            title="The providers could not be read"
            error={query.error}
            onRetry={() => void query.refetch()}
            className="m-4"
          />
        ) : null}
        {query.data && providers.length === 0 ? (
          <Empty
            title="No provider yet"
            actions={<ImportLink primary />}
            help={<HelpLink href="/api/docs">How to import from a script</HelpLink>}
          >
            An M3U list that you import becomes a provider: its channels stay together, and a later import of
            the same list brings them up to date.
          </Empty>
        ) : null}
        {providers.length > 0 ? (
          <ul aria-label="Providers">
            {providers.map((provider) => (
              <ProviderRow key={provider.id} provider={provider} onEdit={() => setEditingId(provider.id)} />
            ))}
          </ul>
        ) : null}
      </Panel>
      {editing ? (
        <ProviderDialog key={editing.id} provider={editing} onClose={() => setEditingId(null)} />
      ) : null}
    </Page>
  );
};
