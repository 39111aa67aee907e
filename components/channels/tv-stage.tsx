'use client';

import { useMemo } from 'react';
import type { Channel } from '@/lib/contract/channels';
import { formatCount } from '@/lib/units/format';
import { Monogram } from '../brand/monogram';
import { TestCard } from '../brand/test-card';
import { Player } from '../player/player';
import type { PlayerLinks, PlayerSource } from '../player/types';

/**
 * The panel's own cookie opens the stream, and the server signs every address in its playlist, so the address itself
 * needs no signature and never ends.
 */
const linksOf = (channel: Pick<Channel, 'num'>): PlayerLinks => ({ hls: `/stream/${channel.num}/hls` });

type TvStageProps = {
  channel: Channel | null;
  station: string;
  defaultQuality: string;
  onStep: (step: 1 | -1) => void;
};

/** The picture and what it shows; the test card while nothing is chosen. */
export const TvStage = ({ channel, station, defaultQuality, onStep }: TvStageProps) => {
  const id = channel?.id;
  const num = channel?.num;
  const name = channel?.name;
  const source = useMemo<PlayerSource | null>(
    () =>
      id === undefined || num === undefined || name === undefined
        ? null
        : { kind: 'live', id, title: name, defaultQuality, ...linksOf({ num }) },
    [id, num, name, defaultQuality],
  );
  if (channel === null || source === null) {
    return (
      <div>
        <TestCard station={station} className="max-sm:rounded-none sm:rounded-lg" />
        <div className="pt-4 max-sm:px-4">
          <h1 className="wide font-[640] text-title">{station}</h1>
          <p className="text-ink-2">Choose a channel. It starts with its first viewer.</p>
        </div>
      </div>
    );
  }
  return (
    <div>
      <Player
        source={source}
        autoplay
        refresh={() => Promise.resolve(linksOf(channel))}
        channel={{ label: `CH ${channel.chno ?? channel.num}`, onStep }}
        className="max-sm:rounded-none"
      />
      <div className="flex items-center gap-3.5 pt-4 max-sm:px-4 max-sm:pt-3">
        <Monogram name={channel.name} className="size-12 rounded-[10px]" />
        <div className="min-w-0">
          <h1 className="wide truncate font-[640] text-title">{channel.name}</h1>
          <p className="truncate text-ink-2">
            {channel.chno ?? channel.num}
            {channel.group ? ` · ${channel.group}` : ''}
            {channel.viewers > 1 ? ` · relay, shared by ${formatCount(channel.viewers)}` : ''}
          </p>
        </div>
      </div>
    </div>
  );
};
