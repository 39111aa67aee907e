import type { Page } from '../../lib/contract/common.ts';
import type { ErrorCode } from '../../lib/contract/errors.ts';
import type { Job, SegmentMap, Video, VideoServerStatus } from '../../lib/contract/videos.ts';
import { AppError } from '../core/errors.ts';
import { type Around, createAround } from './around.ts';
import { begin, createCommands, needVideo, type VideoPatch } from './commands.ts';
import { createDemoVideo, findDemoVideo } from './demo.ts';
import { createEvictableFiles, sweepEvictable } from './evictable.ts';
import { createFiles, type MediaFile } from './files.ts';
import { followEvents } from './follow.ts';
import { madeParts } from './made-parts.ts';
import { createOpenGrids } from './open-grids.ts';
import { livingOwners } from './owner.ts';
import { createPieceWorker } from './pieces/worker.ts';
import { createPipeline } from './pipeline.ts';
import type { VodPorts } from './ports.ts';
import { createPositions, type Positions } from './positions.ts';
import { choosePoster } from './poster.ts';
import type { JobListQuery, VideoListQuery, VideoRow } from './queries.ts';
import * as queries from './queries.ts';
import { recover, recoverAgain } from './recovery.ts';
import { videosRevision } from './revision.ts';
import { segmentMap } from './segment-map.ts';
import { serverStatus } from './status.ts';
import { sweep } from './sweep.ts';
import { createWatching, type Watching } from './watching/index.ts';

export type { MediaFile } from './files.ts';
export type { VodPorts } from './ports.ts';
export type { JobListQuery, VideoListQuery, VideoRow } from './queries.ts';

/** Video on demand: from a whole file in `raw/` to renditions that play. Addresses in answers are relative and unsigned. */
export type Vod = Positions &
  Around &
  Watching & {
    /** Puts right what an earlier run left; call it before `jobs.start()` and before requests come. */
    start(): Promise<void>;
    /** A whole file is in `raw/`: the video goes on its way. Calling it again changes nothing. */
    accept(videoId: string): Promise<void>;
    /** An upload will not come to its end. */
    abandon(videoId: string, code: ErrorCode): Promise<void>;
    find(idOrNum: string): Promise<VideoRow | null>;
    list(query: VideoListQuery): Promise<Page<Video>>;
    /** A text that changes whenever a list of finished videos may have changed. */
    revision(): Promise<string>;
    view(id: string): Promise<Video>;
    update(id: string, patch: VideoPatch): Promise<Video>;
    remove(id: string): Promise<void>;
    cancel(id: string): Promise<void>;
    retry(id: string): Promise<void>;
    /** Holds the work on a video where it is, until it is resumed; also over a restart. */
    pause(id: string): Promise<void>;
    resume(id: string): Promise<void>;
    /** What is there of a video, and what is being made. */
    segments(id: string): Promise<SegmentMap>;
    generateHls(id: string): Promise<void>;
    /** The raw file if browsers play it, else the best MP4; throws NOT_READY while there is neither. */
    original(id: string): Promise<MediaFile | null>;
    /** A fast-start MP4 of one quality, made on its first request. */
    mp4(id: string, quality: string): Promise<MediaFile | null>;
    thumbnail(id: string): Promise<MediaFile | null>;
    /** Takes the picture that is shown at a time as the poster. */
    choosePoster(id: string, atSeconds: number): Promise<void>;
    listJobs(query: JobListQuery): Promise<Page<Job>>;
    status(): Promise<VideoServerStatus>;
    /** The demo video, made by ffmpeg; the one that is there already is answered. */
    createDemo(ownerId: string): Promise<string>;
    findDemo(): Promise<string | null>;
    close(): Promise<void>;
  };

export function createVod(ports: VodPorts): Vod {
  const { db } = ports;
  const closing = new AbortController();
  const grids = createOpenGrids(ports, closing.signal);
  const worker = createPieceWorker(ports, grids);
  const pipeline = createPipeline(ports, { grids, worker });
  const commands = createCommands(ports, pipeline, { grids, worker });
  const stopFollowing = followEvents(ports, { grids, worker });
  const evictable = createEvictableFiles(ports);
  ports.store.whenShort((bytes) => evictable.giveBack(bytes));
  const partsOf: queries.PartsOf = (row) => madeParts(grids, row);
  const goOn = () => recover(ports, pipeline, (videoId) => begin(ports, pipeline, videoId, 'probe'));
  let stopSweeping = async (): Promise<void> => undefined;
  let stopRecovering = async (): Promise<void> => undefined;
  const view = async (id: string): Promise<Video> => {
    const found = await queries.videoView(db, partsOf, (await needVideo(ports, id)).id);
    if (!found) throw new AppError('NOT_FOUND');
    return found;
  };
  return {
    ...commands,
    ...createReads(ports, { grids, evictable, signal: closing.signal }),
    ...createWatching(ports, grids, closing.signal),
    ...createPositions(db),
    ...createAround(ports),
    async start() {
      await ports.store.open();
      await ports.jobs.open();
      await sweep(ports, await livingOwners(ports.db), commands.generateHls);
      await goOn();
      stopRecovering = recoverAgain(ports, goOn);
      if (ports.role !== 'web') worker.start();
      if (ports.role !== 'worker') stopSweeping = sweepEvictable(ports, evictable);
    },
    segments: async (id) => segmentMap(ports, grids, (await needVideo(ports, id)).id),
    list: (query) => queries.listVideos(db, partsOf, query),
    revision: () => videosRevision(db),
    view,
    choosePoster: (id, atSeconds) => choosePoster(ports, id, atSeconds, closing.signal),
    createDemo: (ownerId) => createDemoVideo(ports, commands.accept, ownerId),
    findDemo: () => findDemoVideo(ports),
    update: async (id, patch) => view(await commands.update(id, patch)),
    async close() {
      await stopFollowing();
      await stopSweeping();
      await stopRecovering();
      await worker.close();
      closing.abort();
    },
  };
}

function createReads(ports: VodPorts, options: Parameters<typeof createFiles>[1]) {
  const { db } = ports;
  const files = createFiles(ports, options);
  return {
    find: (idOrNum: string) => queries.findVideo(db, idOrNum),
    listJobs: (query: JobListQuery) => queries.listJobs(db, query),
    status: () => serverStatus(ports),
    async original(id: string) {
      const row = await queries.findVideo(db, id);
      return row && files.original(row);
    },
    async mp4(id: string, quality: string) {
      const row = await queries.findVideo(db, id);
      return row && files.mp4(row, quality);
    },
    async thumbnail(id: string) {
      const row = await queries.findVideo(db, id);
      return row && files.thumbnail(row);
    },
  };
}
