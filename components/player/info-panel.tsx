import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Clapperboard, RadioTower } from 'lucide-react';
import { type RefObject, useEffect, useState } from 'react';
import { get } from '@/lib/client/http';
import { keys } from '@/lib/client/keys';
import type { LiveInfo } from '@/lib/contract/live-info';
import type { PlayerEngine } from './engine';
import { aboutVideo, infoLines, titleOf } from './info-words';
import { PanelFrame } from './panel-frame';
import { ShareDrawing } from './share-drawing';
import type { PlayerSource, PlayerState } from './types';

const READ_MS = 1000;
const ASK_MS = 3000;

type InfoProps = {
  engine: PlayerEngine;
  state: PlayerState;
  source: PlayerSource;
  root: RefObject<HTMLElement | null>;
  onClose: () => void;
};

/** The server's side of a channel; it knows who shares what, and why. */
const useLiveInfo = ({ kind, id }: PlayerSource, quality: string | null): LiveInfo | undefined => {
  const query = useQuery({
    queryKey: keys.liveInfo(id, quality ?? 'auto'),
    queryFn: ({ signal }) =>
      get<LiveInfo>(`/api/live/${id}`, { query: { quality: quality ?? 'auto' }, signal }),
    enabled: kind === 'live',
    refetchInterval: ASK_MS,
    staleTime: 0,
    placeholderData: keepPreviousData,
  });
  return query.data;
};

/** How the stream comes and how well it plays (UX 23). */
export const InfoPanel = ({ engine, state, source, root, onClose }: InfoProps) => {
  const [facts, setFacts] = useState(() => engine.facts);
  useEffect(() => {
    const timer = setInterval(() => setFacts(engine.facts), READ_MS);
    return () => clearInterval(timer);
  }, [engine]);
  const info = useLiveInfo(source, state.quality);
  const about = state.live ? null : aboutVideo(state.mode);
  const Icon = state.live ? RadioTower : Clapperboard;
  return (
    <PanelFrame
      root={root}
      onClose={onClose}
      label="Stream information"
      title={
        <span className="flex items-center gap-2">
          <Icon aria-hidden className="size-4 shrink-0 text-[#B7A4FF]" />
          {about?.title ?? (info ? titleOf(info) : 'Live')}
        </span>
      }
    >
      {info ? (
        <>
          <ShareDrawing viewers={info.viewers} />
          <div className="flex justify-between text-[#A9A3BE] text-label">
            <span>Source</span>
            <span className="-translate-x-3">Siaran</span>
            <span>{info.viewers === 1 ? '1 viewer' : `${info.viewers} viewers`}</span>
          </div>
        </>
      ) : null}
      <p className="mt-2 min-h-[1.2em] text-[#D9D5E8]">{about?.reason ?? info?.reason}</p>
      <dl className="mt-3 grid grid-cols-[auto_1fr] gap-x-3 gap-y-1 border-white/14 border-t pt-3">
        {infoLines(state, facts).map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-[#A9A3BE]">{name}</dt>
            <dd className="data whitespace-nowrap text-right">{value}</dd>
          </div>
        ))}
      </dl>
    </PanelFrame>
  );
};
