import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { systemClock } from '../../server/core/clock.ts';
import { silentLog } from '../../server/core/log.ts';
import { HlsOutput } from '../../server/live/outputs/hls.ts';
import { Normaliser } from '../../server/live/relay/normaliser.ts';
import { TsDemuxer } from '../../server/media/ts/demuxer.ts';
import type { Program } from '../../server/media/ts/streams.ts';

/** Cuts a file into live segments, or only parses it, as often as it is asked; answers what that cost. */
export type SegmenterInput = { file: string };
export type SegmenterAnswer = { cpuS: number; wallS: number; bytes: number; made: number };

const CHUNK_BYTES = 64 * 1024;
const YIELD_BYTES = 1024 * 1024;

const [{ file }] = (await once(process, 'message')) as [SegmenterInput];
const bytes = readFileSync(file);

function feed(demuxer: TsDemuxer, from: number, to: number): void {
  for (let at = from; at < to; at += CHUNK_BYTES)
    demuxer.push(bytes.subarray(at, Math.min(to, at + CHUNK_BYTES)));
}

function parse(): number {
  let units = 0;
  const demuxer = new TsDemuxer({ onUnit: () => units++, borrowed: true });
  feed(demuxer, 0, bytes.length);
  demuxer.flush();
  return units;
}

/** Nobody asks for another quality here. */
const nobody = (): never => {
  throw new Error('Only the source is cut here');
};

function openOutput({ video, audio }: Program, folder: string): HlsOutput {
  return new HlsOutput({ layout: { video, audio }, codec: video?.codec ?? null, gridTicks: null }, null, {
    channelId: 'bench',
    folder,
    log: silentLog(),
    clock: systemClock,
    ffmpeg: { start: nobody },
    governor: { take: nobody },
    encoders: { current: nobody, failed: nobody },
    targetS: 4,
    firstNumber: 1,
    maxHeight: () => 1080,
    fps: () => 25,
    soundIsLate: () => false,
    onRungEvent: nobody,
  });
}

async function segment(): Promise<number> {
  const folder = mkdtempSync(path.join(tmpdir(), 'siaran-bench-'));
  let hls: HlsOutput | null = null;
  const normaliser = new Normaliser({
    onSplice: ({ program }) => {
      hls ??= openOutput(program, folder);
    },
    onVideo: (unit) => hls?.video(unit),
    onAudio: (unit) => hls?.audio(unit),
  });
  normaliser.use();
  const demuxer = new TsDemuxer({
    onProgram: (program) => normaliser.program(program),
    onUnit: (unit) => normaliser.unit(unit),
    // As on the live path: bytes are lent, not copied.
    borrowed: true,
  });
  for (let at = 0; at < bytes.length; at += YIELD_BYTES) {
    feed(demuxer, at, Math.min(bytes.length, at + YIELD_BYTES));
    await nextTurn();
  }
  const output = hls as HlsOutput | null;
  const made = (output?.nextNumber ?? 1) - 1;
  await output?.close();
  rmSync(folder, { recursive: true, force: true });
  return made;
}

process.on('message', async (task: 'parse' | 'segment') => {
  const begun = performance.now();
  const before = process.cpuUsage();
  const made = task === 'parse' ? parse() : await segment();
  const { user, system } = process.cpuUsage(before);
  const wallS = (performance.now() - begun) / 1000;
  process.send?.({ cpuS: (user + system) / 1e6, wallS, bytes: bytes.length, made } satisfies SegmenterAnswer);
});
process.send?.({});
process.on('disconnect', () => process.exit(0));
