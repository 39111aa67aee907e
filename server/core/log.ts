import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { Writable } from 'node:stream';
import pino from 'pino';
import { createStream } from 'rotating-file-stream';
import { maskText } from './mask.ts';

export type Log = pino.Logger;

type Options = {
  level: string;
  dataDir: string | null;
  /** Two processes never write to one file. */
  fileName?: string;
  stdout?: Writable;
};

const TAKE_OUT = [
  'password',
  'token',
  'secret',
  'cookie',
  'authorization',
  '*.password',
  '*.token',
  '*.secret',
];

/** JSON lines to standard output and, rotated, to a file in DATA_DIR/logs (contracts.md §10). */
export function createLog(options: Options): { log: Log; close(): Promise<void> } {
  const outputs = [masked(options.stdout ?? process.stdout)];
  let file: Writable | null = null;
  if (options.dataDir) {
    const folder = path.join(options.dataDir, 'logs');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    file = createStream(options.fileName ?? 'siaran.log', {
      path: folder,
      size: '10M',
      maxFiles: 5,
      compress: 'gzip',
    });
    file.on('error', (error) => process.stderr.write(`The log file cannot be written: ${error.message}\n`));
    outputs.push(masked(file));
  }
  const log = pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: TAKE_OUT, censor: '***' },
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.multistream(outputs.map((stream) => ({ level: 'trace', stream }))),
  );
  const close = async () => {
    log.flush();
    for (const output of outputs) await new Promise<void>((written) => output.write('', () => written()));
    if (file) await new Promise<void>((done) => file.end(() => done()));
  };
  return { log, close };
}

function masked(target: Writable): Writable {
  return new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      if (target.writableEnded || target.destroyed) return done();
      target.write(maskText(String(chunk)), () => done());
    },
  });
}

/** A log that says nothing; for tests. */
export const silentLog = (): Log => pino({ level: 'silent' });
