'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { keys } from '@/lib/client/keys';
import { renameStation, stationQuery } from '@/lib/client/settings';
import { Button } from '../ui/button';
import { Input } from '../ui/field';
import { Panel } from '../ui/panel';
import { tell, tellError } from '../ui/toast';

/** The name viewers see; saved by itself, because it is not a setting of the machine. */
export const StationName = () => {
  const id = useId();
  const client = useQueryClient();
  const station = useQuery(stationQuery);
  const [typed, setTyped] = useState<string | null>(null);
  const rename = useMutation({
    mutationFn: renameStation,
    onSuccess: (saved) => {
      tell(`The station is called ${saved.name} now.`);
      client.setQueryData(keys.station, saved);
      void client.invalidateQueries({ queryKey: keys.me });
      void client.invalidateQueries({ queryKey: keys.overview });
      setTyped(null);
    },
    onError: tellError,
  });
  const name = (typed ?? station.data?.name ?? '').trim();
  const changed = typed !== null && name !== station.data?.name;
  return (
    <Panel className="mt-5">
      <form
        className="grid gap-x-8 gap-y-2 px-[18px] py-4 sm:grid-cols-[minmax(0,1fr)_300px]"
        onSubmit={(event) => {
          event.preventDefault();
          if (changed && name !== '') rename.mutate(name);
        }}
      >
        <div>
          <label htmlFor={id} className="font-[560]">
            Station name
          </label>
          <p className="mt-0.5 text-ink-3 text-label">
            Stands on the TV page, on the test card and in playlists.
          </p>
        </div>
        <div className="flex items-center gap-2">
          <Input
            id={id}
            value={typed ?? station.data?.name ?? ''}
            onChange={(event) => setTyped(event.target.value)}
            maxLength={80}
          />
          {changed ? (
            <Button type="submit" tone="primary" busy={rename.isPending} disabled={name === ''}>
              Save
            </Button>
          ) : null}
        </div>
      </form>
    </Panel>
  );
};
