import { createInterface } from 'node:readline';
import type { Supervisor } from './ffmpeg/supervisor.ts';
import type { ChildResult } from './ffmpeg/types.ts';
import { INPUT_URL, UNTRUSTED_INPUT } from './untrusted.ts';

const SCAN_LIMIT_MS = 15 * 60_000;
const NO_PACKET_MS = 60_000;
const SCAN_MEMORY_BYTES = 1024 * 1024 * 1024;

/** One packet of a file, times in seconds as they stand in it. */
export type Packet = {
  stream: number;
  ptsSeconds: number | null;
  dtsSeconds: number | null;
  durationSeconds: number;
  sizeBytes: number;
  key: boolean;
};

type Scan = {
  dir: string;
  /** Only packets from about here on, where the container can be searched; null reads the whole file. */
  fromSeconds?: number | null;
  signal?: AbortSignal | undefined;
  onPacket(packet: Packet): void;
};

/** Tells the packets of the file in `dir` in their order, nothing is decoded; answers how ffprobe ended. */
export async function scanPackets(supervisor: Supervisor, scan: Scan): Promise<ChildResult> {
  const { dir, fromSeconds = null, signal, onPacket } = scan;
  signal?.throwIfAborted();
  const child = supervisor.start({
    label: 'packets',
    program: 'ffprobe',
    args: [
      ...['-hide_banner', '-loglevel', 'error', ...UNTRUSTED_INPUT],
      ...(fromSeconds === null ? [] : ['-read_intervals', `${fromSeconds.toFixed(3)}%`]),
      ...['-show_entries', 'packet=stream_index,pts_time,dts_time,duration_time,size,flags'],
      ...['-of', 'compact=p=0:nk=1', INPUT_URL],
    ],
    cwd: dir,
    stdout: 'bytes',
    timeoutMs: SCAN_LIMIT_MS,
    noProgressMs: NO_PACKET_MS,
    memoryLimitBytes: SCAN_MEMORY_BYTES,
  });
  const stop = () => void child.stop();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    for await (const line of createInterface({ input: child.stdout! })) {
      const packet = packetOf(line);
      if (packet) onPacket(packet);
    }
  } finally {
    await child.stop();
    signal?.removeEventListener('abort', stop);
  }
  signal?.throwIfAborted();
  return await child.done;
}

/** ffprobe writes the fields in an order of its own: stream, pts, dts, duration, size, flags. */
function packetOf(line: string): Packet | null {
  const [stream = '', pts, dts, duration, size, flags = ''] = line.split('|');
  // `D` stands with packets that an edit list leaves out.
  if (!/^\d+$/.test(stream) || flags.includes('D')) return null;
  return {
    stream: Number(stream),
    ptsSeconds: numberOf(pts),
    dtsSeconds: numberOf(dts),
    durationSeconds: numberOf(duration) ?? 0,
    sizeBytes: numberOf(size) ?? 0,
    key: flags.startsWith('K'),
  };
}

function numberOf(text = 'N/A'): number | null {
  const value = Number(text);
  return text !== '' && Number.isFinite(value) ? value : null;
}
