import type { StreamConfig } from '../../../lib/contract/videos.ts';
import { languageTag } from '../../media/languages.ts';
import { browserType } from '../../media/needs-transcoding.ts';
import { aroundOf } from '../around.ts';
import { type Generation, knownCount } from '../generation.ts';
import { soundName } from '../grid/lists.ts';
import { posterAddress, qualityOf, type VideoRow } from '../queries.ts';
import { factsOf } from '../stage.ts';

type Options = {
  /** Null while there is none, and where HLS is switched off it still tells of the MP4s. */
  generation: Generation | null;
  hlsEnabled: boolean;
};

/** All addresses of a video as far as it is; relative and unsigned (contracts.md §2). */
export function toStreamConfig(row: VideoRow, { generation, hlsEnabled }: Options): StreamConfig {
  const { id, title, playable, state, durationSeconds } = row;
  const complete = generation?.complete === true;
  const mp4Of = (quality: string): string => `/stream/${id}/${quality}`;
  const isListed = generation !== null && (knownCount(generation) !== null || playable);
  return {
    ...{ id, title, playable, complete, state, durationSeconds },
    hls: playable && hlsEnabled && isListed ? `/hls/${id}/master.m3u8` : null,
    mp4: row.mp4Quality ? mp4Of(row.mp4Quality) : null,
    original: isOriginalPlayable(row) ? mp4Of('original') : null,
    thumbnail: posterAddress(row),
    qualities: (generation?.renditions ?? []).map((rendition) => ({
      ...qualityOf(rendition, durationSeconds),
      mp4: complete ? mp4Of(rendition.rung) : null,
      ts: complete ? `${mp4Of(rendition.rung)}.ts` : null,
    })),
    audioTracks: (generation?.plan.tracks ?? []).map((sound, track) => ({
      ...{ track, language: languageTag(sound.language) },
      name: soundName(sound, track),
    })),
    chapters: row.chapters ?? [],
    ...aroundOf(row),
    positionSeconds: null,
    expiresAt: null,
  };
}

const isOriginalPlayable = (row: VideoRow): boolean =>
  row.ingest === 'stored' && row.facts !== null && browserType(factsOf(row)) !== null;
