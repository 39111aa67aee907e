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
  'ratechange',
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
  | 'growing'
  | 'rate'
  | 'behindSeconds'
  | 'latencySeconds'
  | 'volume'
  | 'muted'
>;

/** Where the facts are read; the player tells of a new speed only after its event, the element at once. */
type Sources = { player: CorePlayer; video: HTMLVideoElement; session: HlsSession | null };

const readFacts = ({ player, video, session }: Sources, live: boolean): Facts => {
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
    growing: session?.growing ?? false,
    rate: video.playbackRate,
    behindSeconds: live ? (session ? session.behindSeconds : Math.max(0, seekTo - currentTime - 12)) : null,
    latencySeconds: live ? (session?.latencySeconds ?? null) : null,
    volume: player.volume(),
    muted: player.muted(),
  };
};

const HAVE_FUTURE_DATA = 3;

/** The phase that the element itself is in; `failed` and `empty` are the engine's to say. */
const phaseOf = (player: CorePlayer, before: PlayerPhase): PlayerPhase => {
  if (player.ended()) return 'ended';
  const ready = player.readyState() >= HAVE_FUTURE_DATA && !player.seeking();
  if (player.paused()) return player.readyState() > 0 ? 'paused' : before;
  if (ready) return 'playing';
  return before === 'loading' ? 'loading' : 'waiting';
};

/** "Resumed at …" is old news after so much film. */
const RESUMED_SECONDS = 8;
const PREPARING = 'Preparing this part…';

/** The segment that comes next is still being made. */
export const PREPARES: Pick<PlayerState, 'notice' | 'noticeFromServer'> = {
  notice: PREPARING,
  noticeFromServer: false,
};

type Told = Facts & Pick<PlayerState, 'phase' | 'started' | 'resumedAt' | 'notice'>;

/** Everything that the element itself tells, and what follows from it. */
export const readState = (from: Sources, before: PlayerState): Told => {
  const phase = phaseOf(from.player, before.phase);
  const facts = readFacts(from, before.live);
  const { currentTime, bufferedTo, growing } = facts;
  const atEnd = growing && phase === 'waiting' && bufferedTo - currentTime < 0.5;
  const isOld = before.resumedAt !== null && currentTime > before.resumedAt + RESUMED_SECONDS;
  return {
    ...facts,
    phase,
    started: before.started || phase === 'playing',
    resumedAt: isOld ? null : before.resumedAt,
    notice: phase === 'playing' ? null : (before.notice ?? (atEnd ? PREPARING : null)),
  };
};
