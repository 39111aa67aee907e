import type { Progress } from './types.ts';

/** Parser of ffmpeg's `-progress pipe:1`: key=value lines in blocks that end with `progress=continue|end`. */
export function createProgressParser(onBlock: (progress: Progress) => void): (chunk: Buffer) => void {
  let rest = '';
  let block = new Map<string, string>();
  return (chunk) => {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = (lines.pop() ?? '').slice(-4096);
    for (const line of lines) {
      const at = line.indexOf('=');
      if (at < 1) continue;
      const key = line.slice(0, at).trim();
      block.set(key, line.slice(at + 1).trim());
      if (key !== 'progress') continue;
      onBlock(toProgress(block));
      block = new Map();
    }
  };
}

function toProgress(block: Map<string, string>): Progress {
  // out_time_ms carries microseconds as well, so only out_time_us is read.
  const outTimeUs = numberOf(block.get('out_time_us'));
  return {
    outTimeMs: outTimeUs === null ? null : outTimeUs / 1000,
    frame: numberOf(block.get('frame')),
    fps: numberOf(block.get('fps')),
    speed: numberOf(block.get('speed')?.replace(/x$/, '')),
    totalSizeBytes: numberOf(block.get('total_size')),
    ended: block.get('progress') === 'end',
  };
}

function numberOf(text: string | undefined): number | null {
  if (text === undefined || text === '' || text === 'N/A') return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}
