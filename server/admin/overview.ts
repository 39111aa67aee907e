import type { StreamsStatus } from '../../lib/contract/streams.ts';
import type { Overview } from '../../lib/contract/system.ts';
import type { Clock } from '../core/clock.ts';
import type { DiskUse } from './disk.ts';

type Ports = {
  clock: Clock;
  streams(): StreamsStatus;
  stationName(): Promise<string>;
  counts(): Promise<{
    channels: number;
    videos: number;
    jobsRunning: number;
    jobsQueued: number;
    demoLoaded: boolean;
  }>;
  failedVideos(): Promise<{ id: string; title: string; message: string }[]>;
  disk(): Promise<DiskUse>;
};

const DISK_AGE_MS = 30_000;
const LOW_SPACE_BYTES = 5_000_000_000;

/** The numbers of the Overview page and of the strip, put together from the parts that know them. */
export function createOverview(ports: Ports): () => Promise<Overview> {
  const startedAt = new Date(ports.clock.now()).toISOString();
  let disk: { use: DiskUse; atMs: number } | null = null;

  const diskNow = async () => {
    if (disk === null || ports.clock.now() - disk.atMs > DISK_AGE_MS)
      disk = { use: await ports.disk(), atMs: ports.clock.now() };
    return disk.use;
  };

  return async () => {
    const [stationName, counts, failed, storage] = await Promise.all([
      ports.stationName(),
      ports.counts(),
      ports.failedVideos(),
      diskNow(),
    ]);
    const { streams } = ports.streams();
    return {
      stationName,
      onAir: streams.filter((s) => s.active).length,
      watching: streams.reduce((sum, s) => sum + s.clients, 0),
      outBitsPerSecond: streams.reduce((sum, s) => sum + s.out_bits_per_second, 0),
      inBitsPerSecond: streams.reduce((sum, s) => sum + s.in_bits_per_second, 0),
      channels: counts.channels,
      videos: counts.videos,
      jobs: { running: counts.jobsRunning, queued: counts.jobsQueued },
      storage,
      needsYou: [
        ...streams.filter((s) => s.state === 'failed').map(failedChannel),
        ...failed.map(failedVideo),
        ...lowSpace(storage),
      ],
      demoLoaded: counts.demoLoaded,
      startedAt,
    };
  };
}

type Need = Overview['needsYou'][number];

const failedChannel = (stream: StreamsStatus['streams'][number]): Need => ({
  id: stream.channel_id,
  kind: 'channel',
  title: stream.name,
  message: 'No source works right now. Siaran keeps trying; check its sources.',
  href: `/channels?channel=${stream.channel_id}`,
});

const failedVideo = (video: { id: string; title: string; message: string }): Need => ({
  id: video.id,
  kind: 'video',
  title: video.title,
  message: video.message,
  href: `/library/${video.id}`,
});

function lowSpace(storage: DiskUse): Need[] {
  if (storage.freeBytes > LOW_SPACE_BYTES) return [];
  const free = (storage.freeBytes / 1e9).toFixed(1);
  return [
    {
      id: 'storage',
      kind: 'storage',
      title: 'Little space left',
      message: `${free} GB are free. Delete videos you no longer need.`,
      href: '/library',
    },
  ];
}
