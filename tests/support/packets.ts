import { execFile } from 'node:child_process';

export type Packet = { kind: 'video' | 'audio'; ptsSeconds: number; key: boolean };

/** The packets of a piece of MPEG-TS as ffprobe sees them, in the order of the file. */
export function packetsOf(bytes: Buffer): Promise<Packet[]> {
  return new Promise((resolve, reject) => {
    const args = [
      '-v',
      'error',
      '-f',
      'mpegts',
      '-show_entries',
      'packet=codec_type,pts_time,flags',
      '-of',
      'csv=p=0',
      '-i',
      'pipe:0',
    ];
    const child = execFile('ffprobe', args, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout) =>
      error ? reject(error) : resolve(parse(stdout)),
    );
    child.stdin?.on('error', () => undefined); // ffprobe may close its input when it knows enough
    child.stdin?.end(bytes);
  });
}

function parse(csv: string): Packet[] {
  const rows = csv
    .split('\n')
    .filter(Boolean)
    .map((row) => row.split(','));
  return rows
    .filter(([kind]) => kind === 'video' || kind === 'audio')
    .map(([kind, pts, flags]) => ({
      kind: kind as Packet['kind'],
      ptsSeconds: Number(pts),
      key: (flags ?? '').startsWith('K'),
    }));
}

export const videoStart = (packets: Packet[]): number =>
  Math.min(...packets.filter((p) => p.kind === 'video').map((p) => p.ptsSeconds));
