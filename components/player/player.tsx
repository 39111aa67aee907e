'use client';

import dynamic from 'next/dynamic';
import type { PlayerViewProps } from './player-view';

/** The engines (video.js core and hls.js) come with the first player, not with the panel. */
const PlayerView = dynamic(() => import('./player-view').then((m) => m.PlayerView), {
  ssr: false,
  loading: () => <div className="aspect-video w-full rounded-lg bg-black" />,
});

/**
 * The player. Give it a source with signed addresses and, for playback longer than their life, `refresh`.
 * State can be read from `data-state`, `data-mode`, `data-quality`, `data-choice`, `data-current-time`, `data-duration`.
 */
export const Player = (props: PlayerViewProps) => <PlayerView {...props} />;
