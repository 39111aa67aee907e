import { expect, it } from 'vitest';
import { trayHead } from './tray-words.ts';
import type { UploadItem, UploadPhase } from './types.ts';

const item = (phase: UploadPhase, sentBytes = 0, bytesPerSecond: number | null = null): UploadItem => ({
  key: `${phase}${sentBytes}`,
  phase,
  fileName: 'krakatau.mov',
  sizeBytes: 1_000_000_000,
  sentBytes,
  bytesPerSecond,
  secondsLeft: null,
  videoId: null,
  uploadId: null,
  problem: null,
  mayReopen: false,
  refused: false,
});

it('counts what is under way, with the speed and the time of all together', () =>
  expect(
    trayHead([item('sending', 500_000_000, 10_000_000), item('sending', 0, 10_000_000), item('done', 1)]),
  ).toEqual({ title: 'Uploading 2 files, 25 %', note: '20 MB/s, 2 min left', share: 0.25, over: false }));

it.each([
  [[item('waiting', 500_000_000)], 'Waiting to send 1 file, 50 %', false],
  [[item('paused', 10), item('needs-file', 10), item('done')], '2 files paused', false],
  [[item('done'), item('done')], '2 files uploaded', true],
  [[item('failed'), item('done')], '1 file not sent, 1 uploaded', true],
  [[item('failed')], '1 file not sent', true],
])('%#: tells what is left to do', (items, title, over) =>
  expect(trayHead(items)).toMatchObject({ title, over }),
);
