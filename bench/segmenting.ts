import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { SegmenterAnswer, SegmenterInput } from './children/segmenter.ts';
import { atLeast, atMost, type Bench, type BenchOptions, median, type Row } from './support/bench.ts';
import { askChild, startChild } from './support/children.ts';
import { makeLoopClip, repetition } from './support/clip.ts';

const CLIP_S = 16;
const LARGEST_RATIO = 1.3;
const LEAST_GIGABYTES = 1;

/** CPU seconds of ffmpeg for the same work, by its own word. */
function ffmpegCpuS(file: string, folder: string): number {
  const input = ['-nostdin', '-v', 'info', '-nostats', '-benchmark', '-i', file];
  const output = ['-c', 'copy', '-f', 'hls', '-hls_time', '4', '-hls_list_size', '6'];
  const list = path.join(folder, 'list.m3u8');
  const { stderr } = spawnSync('ffmpeg', [...input, ...output, '-hls_flags', 'delete_segments', list], {
    encoding: 'utf8',
  });
  const found = /bench: utime=([\d.]+)s stime=([\d.]+)s/.exec(stderr);
  if (!found) throw new Error(`ffmpeg did not say what it cost: ${stderr.slice(-500)}`);
  return Number(found[1]) + Number(found[2]);
}

async function compare(folder: string, { quick, say }: BenchOptions): Promise<Row[]> {
  const clip = makeLoopClip(CLIP_S);
  const count = quick ? 15 : 60;
  const file = path.join(folder, 'input.ts');
  writeFileSync(file, Buffer.concat(Array.from({ length: count }, (_, n) => repetition(clip, n))));
  const ours = await startChild('segmenter.ts', { file } satisfies SegmenterInput);
  try {
    const parses: number[] = [];
    const own: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < (quick ? 6 : 12); round++) {
      const parsed = await askChild<SegmenterAnswer>(ours, 'parse');
      const cut = await askChild<SegmenterAnswer>(ours, 'segment');
      const cpuS = ffmpegCpuS(file, folder);
      if (round === 0) say(`${Math.round(cut.bytes / 1e6)} MB, ${cut.made} segments`);
      // The first round only warms up: the server has been running for long.
      if (round === 0) continue;
      parses.push(parsed.bytes / 1e9 / parsed.cpuS);
      own.push(cut.cpuS);
      theirs.push(cpuS);
    }
    return [
      atMost(
        'segmenting: CPU, ffmpeg -c copy -f hls = 1',
        median(own) / median(theirs),
        LARGEST_RATIO,
        '',
        2,
      ),
      {
        what: 'segmenting: CPU seconds, ours / ffmpeg',
        value: `${median(own).toFixed(2)} / ${median(theirs).toFixed(2)}`,
      },
      atLeast('parsing a transport stream', median(parses), LEAST_GIGABYTES, 'GB/s', 2),
    ];
  } finally {
    await ours.stop();
  }
}

export const bench: Bench = {
  about: 'CPU of cutting H.264 + AAC into HLS beside ffmpeg -c copy, and the speed of the TS parser',
  async run(options) {
    const folder = mkdtempSync(path.join(tmpdir(), 'siaran-bench-'));
    try {
      return await compare(folder, options);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
