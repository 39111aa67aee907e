'use client';

import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { ChannelFilter } from '@/lib/client/channels';
import { groupsQuery } from '@/lib/client/channels';
import { LIVE_WORDS } from '@/lib/client/live-words';
import { providersQuery } from '@/lib/client/providers';
import type { LiveState } from '@/lib/contract/channels';
import { formatCount } from '@/lib/units/format';
import { Button } from '../ui/button';
import { Select } from '../ui/field';
import { SearchBox } from '../ui/search-box';

const SORTS = { number: 'By number', name: 'By name', group: 'By group', created: 'Newest first' } as const;

/** The filter as it stands in the address. */
export const filterOf = (params: URLSearchParams): ChannelFilter => {
  const filter: ChannelFilter = {};
  const search = params.get('q');
  const group = params.get('group');
  const provider = params.get('provider');
  const state = params.get('state');
  const sort = params.get('sort');
  if (search) filter.search = search;
  if (group) filter.group = group;
  if (provider) filter.providerId = provider;
  if (state !== null && state in LIVE_WORDS) filter.state = state as LiveState;
  if (sort !== null && sort in SORTS) filter.sort = sort as keyof typeof SORTS;
  return filter;
};

type FiltersProps = { filter: ChannelFilter; change: (changes: Record<string, string | null>) => void };

/** Which provider's channels are shown; a click shows all of them. */
const ProviderChip = ({ id, onClear }: { id: string; onClear: () => void }) => {
  const providers = useQuery(providersQuery);
  const name = providers.data?.items.find((provider) => provider.id === id)?.name;
  return (
    <Button onClick={onClear} aria-label="Show the channels of all providers">
      <span className="text-ink-3">Provider</span>
      <span className="max-w-40 truncate">{name ?? '…'}</span>
      <X aria-hidden />
    </Button>
  );
};

const OrderSelect = ({ filter, change }: FiltersProps) => (
  <Select
    small
    aria-label="Order"
    value={filter.sort ?? 'number'}
    onChange={(event) => change({ sort: event.target.value === 'number' ? null : event.target.value })}
    className="w-32 max-sm:hidden"
  >
    {Object.entries(SORTS).map(([value, label]) => (
      <option key={value} value={value}>
        {label}
      </option>
    ))}
  </Select>
);

/** Search, group, state and order; all of them live in the address. */
export const ChannelFilters = ({ filter, change }: FiltersProps) => {
  const groups = useQuery(groupsQuery);
  const [text, setText] = useState(filter.search ?? '');
  const sent = useRef(filter.search ?? '');
  useEffect(() => {
    if (text === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = text;
      change({ q: text });
    }, 250);
    return () => clearTimeout(timer);
  }, [text, change]);
  const active = filter.search || filter.group || filter.state || filter.providerId;
  return (
    <div className="flex flex-wrap gap-2">
      <SearchBox
        label="Search channels"
        placeholder="Name, number, tvg-id"
        value={text}
        onChange={setText}
        className="min-w-40 flex-1 max-sm:basis-full"
      />
      <Select
        small
        aria-label="Group"
        value={filter.group ?? ''}
        onChange={(event) => change({ group: event.target.value })}
        className="w-40 max-sm:flex-1"
      >
        <option value="">All groups</option>
        {groups.data?.items.map((group) => (
          <option key={group.name} value={group.name}>
            {group.name || 'No group'} ({formatCount(group.channels)})
          </option>
        ))}
      </Select>
      <Select
        small
        aria-label="State"
        value={filter.state ?? ''}
        onChange={(event) => change({ state: event.target.value })}
        className="w-32 max-sm:flex-1"
      >
        <option value="">Any state</option>
        {(['active', 'starting', 'failing-over', 'failed', 'idle'] as const).map((state) => (
          <option key={state} value={state}>
            {LIVE_WORDS[state]}
          </option>
        ))}
      </Select>
      <OrderSelect filter={filter} change={change} />
      {filter.providerId ? (
        <ProviderChip id={filter.providerId} onClear={() => change({ provider: null })} />
      ) : null}
      {active ? (
        <Button
          tone="quiet"
          onClick={() => {
            sent.current = '';
            setText('');
            change({ q: null, group: null, state: null, provider: null });
          }}
        >
          <X aria-hidden />
          Clear
        </Button>
      ) : null}
    </div>
  );
};
