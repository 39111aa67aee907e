'use client';

import { useMemo, useState } from 'react';
import { useMe } from '../shell/session';
import { useUrlState } from '../ui/use-url-state';
import { TvSide } from './tv-side';
import { TvStage } from './tv-stage';
import { useChosen, useTvChannels } from './use-tv-channels';

/** Television: the picture left, the channels right; on a phone the picture above. */
export const TvScreen = () => {
  const me = useMe();
  const { params, change } = useUrlState();
  const [search, setSearch] = useState('');
  const group = params.get('group') ?? '';
  const filter = useMemo(
    () => ({ ...(search ? { search } : {}), ...(group ? { group } : {}) }),
    [search, group],
  );
  const list = useTvChannels(filter);
  const { channels } = list;
  const asked = Number(params.get('ch'));
  const current = Number.isInteger(asked) && asked > 0 ? asked : null;
  const chosen = useChosen(channels, current);
  const step = (by: 1 | -1): void => {
    const at = channels.findIndex((channel) => channel.num === current);
    const next = channels[at + by] ?? (by > 0 ? channels[0] : channels.at(-1));
    if (next) change({ ch: String(next.num) });
  };
  return (
    <div className="grid h-[calc(100dvh-56px)] grid-cols-[minmax(0,1fr)_328px] gap-5 px-6 pt-1 max-lg:grid-cols-[minmax(0,1fr)_280px] max-sm:flex max-sm:h-[calc(100dvh-52px)] max-sm:flex-col max-sm:gap-3 max-sm:px-0 max-sm:pt-0">
      <div className="min-h-0 min-w-0 sm:overflow-y-auto sm:pb-6">
        <TvStage channel={chosen} station={me.stationName} defaultQuality={me.defaultQuality} onStep={step} />
      </div>
      <TvSide
        list={list}
        search={search}
        group={group}
        current={current}
        onSearch={setSearch}
        onGroup={(next) => change({ group: next })}
        onShowAll={() => {
          setSearch('');
          change({ group: null });
        }}
        onPick={(num) => change({ ch: String(num) })}
      />
    </div>
  );
};
