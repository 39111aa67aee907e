import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentLog } from '../../core/log.ts';
import { SOFTWARE, type VideoEncoder } from './encoder-args.ts';
import { createEncoderChoice, NVENC, vaapi } from './hardware.ts';
import { testSupervisor } from './test-feed.ts';

let supervisor: ReturnType<typeof testSupervisor>;
let started = 0;
beforeAll(() => {
  supervisor = testSupervisor();
});
afterAll(async () => {
  expect(supervisor.running()).toEqual([]);
  await supervisor.end();
});

/** An encoder that must pass: the one in software, under the name of another. */
const WORKING: VideoEncoder = { ...SOFTWARE, options: [...SOFTWARE.options] };
/** It gives pictures, but its keyframes where it likes. */
const STUBBORN: VideoEncoder = { ...SOFTWARE, options: [...SOFTWARE.options, '-x264-params', 'keyint=5'] };

function choice(candidates?: VideoEncoder[]) {
  let aheadMs = 0;
  const faults: unknown[] = [];
  const clock = { now: () => Date.now(), monotonicMs: () => performance.now() + aheadMs };
  const ffmpeg = {
    start: (spec: Parameters<typeof supervisor.start>[0]) => {
      started++;
      return supervisor.start(spec);
    },
  };
  const log = { ...silentLog(), info: (facts: unknown) => void faults.push(facts) };
  const made = createEncoderChoice({
    ffmpeg,
    clock,
    log: log as ReturnType<typeof silentLog>,
    ...(candidates && { candidates: () => candidates }),
  });
  return { ...made, faults, wait: (ms: number) => (aheadMs += ms) };
}

test('hardware that is not there, or does not do as told, fails its trial with a reason; what works is taken', async () => {
  const { current, found, failed, faults, wait } = choice([
    NVENC,
    vaapi('/dev/dri/renderD128'),
    STUBBORN,
    WORKING,
  ]);
  expect(current()).toBe(SOFTWARE);
  expect(await found()).toBe(WORKING);
  expect(current()).toBe(WORKING);
  expect(faults).toEqual([
    { encoder: 'h264_nvenc', fault: expect.any(String) },
    { encoder: 'h264_vaapi', fault: expect.any(String) },
    { encoder: 'libx264', fault: 'keyframes are not where they were asked for' },
    { encoder: 'libx264', fault: null },
  ]);
  failed(WORKING);
  expect(current()).toBe(SOFTWARE);
  wait(10 * 60_000);
  expect(current()).toBe(WORKING);
});

test('it is looked for once, and where nothing passes everything is encoded in software', async () => {
  const { current, found, failed } = choice([NVENC]);
  expect(current()).toBe(SOFTWARE);
  await found();
  const before = started;
  expect(current()).toBe(SOFTWARE);
  failed(SOFTWARE);
  expect(await found()).toBe(SOFTWARE);
  expect(started).toBe(before);
});
