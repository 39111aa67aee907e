import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { ChildSpec } from '../media/ffmpeg/types.ts';
import { GridStore } from './grid/store.ts';
import { movingClip, settledVideo, type TestVod, VodStation } from './test-vod.ts';

// Real encoding takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let station: VodStation;
let running: TestVod;
beforeAll(async () => {
  station = await VodStation.open();
  running = await station.start();
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  await running.close();
  await station.close();
});

/** Encoders of the clip of 640x360 get another specification, and are stopped like a hanging one as often as said. */
function spoil(change: Partial<ChildSpec>, hangs = 0) {
  const { supervisor } = running;
  const start = supervisor.start.bind(supervisor);
  const spoilt: ChildSpec[] = [];
  vi.spyOn(supervisor, 'start').mockImplementation((spec) => {
    if (spec.label !== 'segments' || !spec.args.join(' ').includes('360p')) return start(spec);
    const child = start({ ...spec, ...change });
    spoilt.push(spec);
    if (spoilt.length <= hangs) void child.pid.then((pid) => pid && process.kill(pid, 'SIGSTOP'));
    return child;
  });
  return spoilt;
}

async function upload(size: string): Promise<string> {
  const id = await station.upload(movingClip(4, 'mp4', size));
  await running.vod.accept(id);
  return id;
}
/** The bad one, and another video that is made at the same time. */
async function outcomes() {
  const ids = [await upload('640x360'), await upload('320x180')];
  return await Promise.all(ids.map((id) => settledVideo(running.vod, id)));
}

test('FILE-12 an encoder that hangs is ended and tried again, and the video becomes ready', async () => {
  const spoilt = spoil({ noProgressMs: 2_000 }, 1);
  const [bad, other] = await outcomes();
  expect([bad!.state, other!.state]).toEqual(['ready', 'ready']);
  expect(spoilt).toHaveLength(2);
});

test('FILE-12 one that hangs each time is tried once more and fails with that reason, others are made', async () => {
  const spoilt = spoil({ noProgressMs: 500 }, Number.POSITIVE_INFINITY);
  const [bad, other] = await outcomes();
  expect(bad).toMatchObject({ state: 'failed', error: { code: 'TRANSCODE_STALLED' } });
  expect(other!.state).toBe('ready');
  expect(spoilt).toHaveLength(2);
});

test('FILE-13 one that needs more memory than allowed fails with that reason at once, others are made', async () => {
  const spoilt = spoil({ memoryLimitBytes: 64 * 1024 * 1024 });
  const [bad, other] = await outcomes();
  expect(bad).toMatchObject({ state: 'failed', error: { code: 'TRANSCODE_NO_MEMORY' } });
  expect(bad!.error!.message).toContain('more memory');
  expect(other!.state).toBe('ready');
  expect(spoilt).toHaveLength(1);
});

test('a disk that is full where the server itself writes is the reason that is told, and a retry goes on', async () => {
  const full = Object.assign(new Error('no space left on device, write'), { code: 'ENOSPC' });
  vi.spyOn(GridStore.prototype, 'write').mockRejectedValue(full);
  const id = await upload('320x180');
  expect(await settledVideo(running.vod, id)).toMatchObject({
    ...{ state: 'failed', error: { code: 'STORAGE_FULL' } },
  });
  vi.restoreAllMocks();
  await running.vod.retry(id);
  expect(await settledVideo(running.vod, id)).toMatchObject({ state: 'ready', error: null });
});
