import { AppError } from '../core/errors.ts';
import { singleFlight } from '../core/single-flight.ts';
import { browserType } from '../media/needs-transcoding.ts';
import type { EvictableFiles } from './evictable.ts';
import type { OpenGrids } from './open-grids.ts';
import type { VodPorts } from './ports.ts';
import { madeRenditions, type RenditionRow, type VideoRow } from './queries.ts';
import { mp4Key, remux } from './remux.ts';
import { factsOf, rawKey } from './stage.ts';
import { thumbnailKey } from './stage-thumbnail.ts';

/** A file that may be sent as it is. */
export type MediaFile = {
  path: string;
  sizeBytes: number;
  contentType: string;
  etag: string;
  /** Says that it is being read, until the answer is called: nobody removes it meanwhile. */
  reading?(): () => void;
};

export type Files = {
  original(video: VideoRow): Promise<MediaFile>;
  mp4(video: VideoRow, quality: string): Promise<MediaFile | null>;
  thumbnail(video: VideoRow): Promise<MediaFile | null>;
};

type Options = {
  grids: OpenGrids;
  evictable: EvictableFiles;
  /** Ends remuxes that run when the server stops. */
  signal: AbortSignal;
};

/** The files of videos as viewers get them. */
export function createFiles(ports: VodPorts, { grids, evictable, signal }: Options): Files {
  const { store } = ports;
  const once = singleFlight<void>();
  const fileAt = async (key: string, contentType: string, tag: string): Promise<MediaFile | null> => {
    const sizeBytes = await store.size(key);
    return sizeBytes === null
      ? null
      : { path: store.path(key), sizeBytes, contentType, etag: `"${tag}-${sizeBytes}"` };
  };
  const mp4File = async (row: RenditionRow): Promise<MediaFile | null> => {
    const key = mp4Key(row.videoId, row.gen, row.rung);
    const file = (await evictable.use(key)) ? await fileAt(key, 'video/mp4', `${row.gen}-${row.rung}`) : null;
    return file && { ...file, reading: () => evictable.reading(key) };
  };
  const makeMp4 = async (row: RenditionRow): Promise<void> => {
    const roomDir = store.path(`temp/work/${ports.owner.roomName()}`);
    await remux(ports, row, { grids, roomDir, signal });
    await evictable.keepBudget();
  };

  const mp4 = async (video: VideoRow, quality: string): Promise<MediaFile | null> => {
    if (quality === 'original') return original(video);
    const rows = await madeRenditions(ports.db, video.id);
    const row = rows.find((candidate) => candidate.rung === quality);
    if (!row) {
      if (rows.length === 0) throw new AppError('NOT_READY', { retryAfterSeconds: 5 });
      throw new AppError('RENDITION_UNKNOWN');
    }
    const known = await mp4File(row);
    if (known) return known;
    await once(`${row.videoId}/${row.gen}/${row.rung}`, () => makeMp4(row));
    return mp4File(row);
  };

  const original = async (video: VideoRow): Promise<MediaFile> => {
    const type = video.ingest === 'stored' && video.facts ? browserType(factsOf(video)) : null;
    const raw = type ? await fileAt(rawKey(video.id), type, 'raw') : null;
    const made = raw ?? (video.mp4Quality ? await mp4(video, video.mp4Quality) : null);
    if (!made) throw new AppError('NOT_READY', { retryAfterSeconds: 5 });
    return made;
  };

  return {
    original,
    mp4,
    async thumbnail(video) {
      const version = video.thumbnailVersion;
      return version > 0 ? fileAt(thumbnailKey(video.id, version), 'image/jpeg', `thumb-${version}`) : null;
    },
  };
}
