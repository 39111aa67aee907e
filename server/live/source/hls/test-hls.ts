import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import type http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseAddressRules } from '../../../core/address-rules.ts';
import { systemClock } from '../../../core/clock.ts';
import { type AppError, isAppError } from '../../../core/errors.ts';
import { createSupervisor } from '../../../media/ffmpeg/supervisor.ts';
import { TICKS_PER_SECOND } from '../../../media/ts/packet.ts';
import { BufferSink } from '../../../media/ts/packet-sink.ts';
import { PacketWriter } from '../../../media/ts/packet-writer.ts';
import type { Program, Unit } from '../../../media/ts/streams.ts';
import { createNet } from '../../../net/net.ts';
import { Normaliser } from '../../relay/normaliser.ts';
import type { Handler } from '../../test-source.ts';
import { runSource } from '../open.ts';

/** The files of an HLS stream by their names. */
export type Files = Map<string, Buffer>;

/** Cuts a file into HLS without encoding; playlists and segments by name. */
export function hlsOf(file: string, args: readonly string[], list = 'index.m3u8'): Files {
  const folder = mkdtempSync(path.join(tmpdir(), 'siaran-hls-'));
  try {
    const run = ['-nostdin', '-v', 'error', '-i', file, '-c', 'copy', '-f', 'hls', '-hls_list_size', '0'];
    execFileSync('ffmpeg', [...run, '-hls_time', '2', ...args, list], { cwd: folder, stdio: 'pipe' });
    const names = readdirSync(folder);
    return new Map(names.map((name) => [name, readFileSync(path.join(folder, name))]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Serves files below a folder; ranges are known. */
export function filesAt(base: string, files: Files): Record<string, Handler> {
  return Object.fromEntries([...files].map(([name, bytes]) => [`${base}/${name}`, sending(bytes)]));
}

/** Answers with bytes, or with the part of them that is asked for. */
export function sending(bytes: Buffer | string): Handler {
  return (req: http.IncomingMessage, res: http.ServerResponse) => {
    const body = Buffer.from(bytes);
    const range = /^bytes=(\d+)-(\d+)$/.exec(req.headers.range ?? '');
    if (!range) {
      res.writeHead(200, { 'Content-Length': body.length }).end(body);
      return;
    }
    const [from, to] = [Number(range[1]), Math.min(Number(range[2]), body.length - 1)];
    res.writeHead(206, { 'Content-Range': `bytes ${from}-${to}/${body.length}` });
    res.end(body.subarray(from, to + 1));
  };
}

export type Played = {
  error: AppError;
  units: Unit[];
  programs: Program[];
  /** What viewers would get. */
  output: Buffer;
  /** Distances between the pictures that leave, in ticks of decoding time. */
  steps: number[];
  begunMs: number;
  tookMs: number;
};

type Options = {
  headers?: Record<string, string>;
  maxHeight?: number;
  headersLimitMs?: number;
  /** Stops the source when so much media has left, in seconds. */
  stopAfterS?: number;
};

/** Reads a source as the engine does until it ends, and makes its output. */
export async function playSource(
  url: string,
  ports: readonly number[],
  options: Options = {},
): Promise<Played> {
  const rules = ports.map((port) => `127.0.0.1/32:${port}`).join(',');
  const net = createNet({ allow: parseAddressRules(rules) ?? [] });
  const runDir = mkdtempSync(path.join(tmpdir(), 'siaran-run-'));
  const ffmpeg = createSupervisor({ ffmpegPath: 'ffmpeg', ffprobePath: 'ffprobe', runDir });
  const abort = new AbortController();
  const made = output();
  const stopTicks = (options.stopAfterS ?? Number.POSITIVE_INFINITY) * TICKS_PER_SECOND;
  const begun = performance.now();
  try {
    await runSource({
      source: {
        id: 'source',
        kind: 'url',
        url,
        headers: options.headers ?? {},
        label: 'source',
        account: null,
      },
      signal: abort.signal,
      headersLimitMs: options.headersLimitMs ?? 2500,
      ports: { net, ffmpeg, clock: systemClock, maxHeight: () => options.maxHeight ?? 1080 },
      sink: {
        opened: () => undefined,
        bytes: () => undefined,
        paced: () => undefined,
        damage: () => undefined,
        mediaMs: () => made.ms(),
        program: (program) => made.program(program),
        unit: (unit) => {
          made.unit(unit);
          if (made.sentTicks() > stopTicks) abort.abort(new Error('enough'));
        },
      },
    });
    throw new Error('a source never ends without an error');
  } catch (error) {
    if (!isAppError(error) && !abort.signal.aborted) throw error;
    return { ...made.result(), error: error as AppError, begunMs: begun, tookMs: performance.now() - begun };
  } finally {
    await ffmpeg.close();
    await net.close();
    rmSync(runDir, { recursive: true, force: true });
  }
}

const MOST_PACKETS = 100_000;

/** Units through the normaliser into packets. */
function output() {
  const [units, programs, times]: [Unit[], Program[], number[]] = [[], [], []];
  const sink = new BufferSink(MOST_PACKETS);
  let writer: PacketWriter | null = null;
  const normaliser = new Normaliser({
    onSplice: ({ program }) => {
      writer ??= new PacketWriter(program);
      writer.changeLayout(program);
      writer.announceSplice();
      writer.psi(sink);
    },
    onVideo: (unit) => {
      times.push(unit.dts);
      writer!.video(unit, sink);
    },
    onAudio: (unit) => writer!.audio([unit], sink),
  });
  normaliser.use();
  return {
    program: (program: Program) => {
      programs.push(program);
      normaliser.program(program);
    },
    unit: (unit: Unit) => {
      units.push(unit);
      normaliser.unit(unit);
    },
    ms: () => (normaliser.position === null ? null : (normaliser.position * 1000) / TICKS_PER_SECOND),
    sentTicks: () => (times.at(-1) ?? 0) - (times[0] ?? 0),
    result: () => ({
      units,
      programs,
      output: sink.bytes.subarray(0, sink.next()),
      steps: times.slice(1).map((time, index) => time - times[index]!),
    }),
  };
}
