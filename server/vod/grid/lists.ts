import { fpsOf } from '../../media/frame-rate.ts';
import { type AudioLine, targetDurationOf, writeVodPlaylist } from '../../media/hls/playlists.ts';
import { languageTag, trackName } from '../../media/languages.ts';
import { segmentSeconds } from './join.ts';
import { frameAt, type GridPlan } from './plan.ts';
import { soundRow } from './store.ts';

const AUDIO_GROUP = 'sound';

type MediaList = {
  /** Segments from the first one on. */
  count: number;
  /** Pictures in all; null while that is not known. */
  frames: number | null;
  /** No more will follow. */
  ended: boolean;
  uriOf(k: number): string;
};

/** The target duration of all lists of a plan, in seconds; no segment is longer by more than a picture. */
export const targetSeconds = ({ segmentSeconds, rate }: Pick<GridPlan, 'segmentSeconds' | 'rate'>): number =>
  targetDurationOf([segmentSeconds + 1 / fpsOf(rate)]);

/** The playlist of one row: true lengths by the grid, and a target duration that stays the same while the list grows. */
export function mediaList(plan: GridPlan, { count, frames, ended, uriOf }: MediaList): string {
  const most = frames ?? frameAt(plan, count);
  return writeVodPlaylist({
    targetDurationS: targetSeconds(plan),
    type: ended ? 'VOD' : 'EVENT',
    ended,
    independent: true,
    segments: Array.from({ length: count }, (_, k) => ({
      uri: uriOf(k),
      durationS: segmentSeconds(plan, k, most),
    })),
  });
}

/** What viewers call a track; its number tells two of one language apart (NAME, RFC 8216 §4.3.4.1.1). */
export const soundName = ({ language }: GridPlan['tracks'][number], track: number): string => {
  const name = trackName('Sound', { language, title: null }, track + 1);
  return languageTag(language) === null ? name : `${track + 1} ${name}`;
};

/** The sound tracks in a master playlist; a single one is in the segments alone. */
export const audioLines = ({ tracks }: GridPlan): AudioLine[] =>
  tracks.length < 2
    ? []
    : tracks.map((sound, track) => ({
        groupId: AUDIO_GROUP,
        name: soundName(sound, track),
        language: languageTag(sound.language),
        uri: `${soundRow(track)}/playlist.m3u8`,
        isDefault: track === 0,
      }));

/** Names the group of the sound tracks in each variant. */
export const audioGroup = ({ tracks }: GridPlan): { audioGroup?: string } =>
  tracks.length < 2 ? {} : { audioGroup: AUDIO_GROUP };
