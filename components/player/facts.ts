import type { CorePlayer } from 'video.js/core.es.js';
import type { HlsSession } from './hls-session';
import type { PlayerPhase, PlayerState } from './types';

/** Events after which the player's facts are read again. */
export const FACT_EVENTS = [
  'timeupdate',
  'progress',
  'durationchange',
  'loadedmetadata',
  'loadeddata',
  'canplay',
  'seeking',
  'seeked',
  'volumechange',
  'play',
  'pause',
  'playing',
  'waiting',
  'ended',
];

const last = (ranges: TimeRanges): number => (ranges.length > 0 ? ranges.end(ranges.length - 1) : 0);
const first = (ranges: TimeRanges): number => (ranges.length > 0 ? ranges.start(0) : 0);

/** The end of the buffered piece that holds `at`. */
const bufferedFrom = (ranges: TimeRanges, at: number): number => {
  for (let i = 0; i < ranges.length; i += 1) {
    if (ranges.start(i) <= at + 0.25 && ranges.end(i) >= at) return ranges.end(i);
  }
  return at;
};

type Facts = Pick<
  PlayerState,
  | 'currentTime'
  | 'duration'
  | 'bufferedTo'
  | 'seekFrom'
  | 'seekTo'
  | 'behindSeconds'
  | 'latencySeconds'
  | 'volume'
  | 'muted'
>;

export const readFacts = (player: CorePlayer, session: HlsSession | null, live: boolean): Facts => {
  const currentTime = player.currentTime() || 0;
  const duration = player.duration() || 0;
  const seekable = player.seekable();
  const bounded = !live && Number.isFinite(duration);
  const seekTo = bounded ? duration : last(seekable);
  return {
    currentTime,
    duration,
    bufferedTo: bufferedFrom(player.buffered(), currentTime),
    seekFrom: bounded ? 0 : first(seekable),
    seekTo,
    behindSeconds: live ? (session ? session.behindSeconds : Math.max(0, seekTo - currentTime - 12)) : null,
    latencySeconds: live ? (session?.latencySeconds ?? null) : null,
    volume: player.volume(),
    muted: player.muted(),
  };
};

const HAVE_FUTURE_DATA = 3;

/** The phase that the element itself is in; `failed` and `empty` are the engine's to say. */
export const phaseOf = (player: CorePlayer, before: PlayerPhase): PlayerPhase => {
  if (player.ended()) return 'ended';
  const ready = player.readyState() >= HAVE_FUTURE_DATA && !player.seeking();
  if (player.paused()) return player.readyState() > 0 ? 'paused' : before;
  if (ready) return 'playing';
  return before === 'loading' ? 'loading' : 'waiting';
};
