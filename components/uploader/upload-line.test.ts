import { describe, expect, it } from 'vitest';
import type { UploadItem } from './types.ts';
import { uploadLine } from './upload-line.ts';

const item: UploadItem = {
  key: 'u1',
  phase: 'sending',
  fileName: 'krakatau.mov',
  sizeBytes: 1000,
  sentBytes: 430,
  bytesPerSecond: 38_000_000,
  secondsLeft: 58,
  videoId: null,
  uploadId: null,
  problem: null,
  mayReopen: false,
  refused: false,
};

describe('the line below an upload', () => {
  it.each([
    [{}, '38 MB/s, 1 min left'],
    [{ secondsLeft: null }, '38 MB/s'],
    [{ bytesPerSecond: null }, 'Sending'],
    [{ bytesPerSecond: null, problem: 'Nothing moves.' }, 'Nothing moves.'],
    [{ phase: 'paused' }, 'Paused at 43 %'],
    [{ phase: 'needs-file' }, 'Choose the file again to go on at 43 %'],
    [{ phase: 'needs-file', mayReopen: true }, 'Allow the file to be read again to go on at 43 %'],
    [{ phase: 'waiting', problem: 'The disk is full.' }, 'The disk is full.'],
    [{ phase: 'queued' }, 'Waiting for its turn'],
  ] satisfies [Partial<UploadItem>, string][])('%j says %s', (change, line) =>
    expect(uploadLine({ ...item, ...change })).toBe(line),
  );
});
