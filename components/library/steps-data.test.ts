import { describe, expect, it } from 'vitest';
import { stepsOf } from './steps-data.ts';

const none = { upload: 1, process: 0, stage: null, speed: null, etaSeconds: null };
const notes = (steps: ReturnType<typeof stepsOf>) => steps.map(({ name, note }) => `${name}: ${note}`);
const known = { ingest: 'stored', paused: false, progress: none } as const;
const making = { ...none, process: 0.61, stage: 'rendition', etaSeconds: 200 } as const;

describe('the steps of a video', () => {
  it('begin with the bytes that arrived', () =>
    expect(
      notes(
        stepsOf({ ...known, state: 'uploading', ingest: 'receiving', progress: { ...none, upload: 0.43 } }),
      ),
    ).toEqual([
      'Upload: 43 %',
      'Probe: waiting',
      'First picture: waiting',
      'Qualities: waiting',
      'Subtitles: waiting',
      'Previews: waiting',
      'MP4: waiting',
    ]));

  it('show the share and the time left of the qualities', () =>
    expect(notes(stepsOf({ ...known, state: 'processing', progress: making }))).toEqual([
      'Upload: complete',
      'Probe: complete',
      'First picture: complete',
      'Qualities: 61 %, 4 min left',
      'Subtitles: waiting',
      'Previews: waiting',
      'MP4: waiting',
    ]));

  it('take the share of the running job, and how long the ended ones took', () => {
    const at = (seconds: number) => `2026-11-21T12:00:0${seconds}.000Z`;
    const jobs = [
      { kind: 'rendition', state: 'running', progress: 0.4, startedAt: at(3), endedAt: null },
      { kind: 'probe', state: 'done', progress: 1, startedAt: at(1), endedAt: at(3) },
    ] as const;
    expect(notes(stepsOf({ ...known, state: 'processing', progress: making }, jobs)).slice(1, 4)).toEqual([
      'Probe: took 2.0 s',
      'First picture: complete',
      'Qualities: 40 %, 4 min left',
    ]);
  });

  it('say that the work is held', () =>
    expect(notes(stepsOf({ ...known, paused: true, state: 'processing', progress: making }))[3]).toBe(
      'Qualities: paused at 61 %',
    ));

  it('tell from its jobs where one came to its end', () => {
    const times = { progress: 0, startedAt: null, endedAt: null };
    const jobs = [
      { ...times, kind: 'thumbnail', state: 'failed' },
      { ...times, kind: 'probe', state: 'done' },
    ] as const;
    expect(notes(stepsOf({ ...known, state: 'failed' }, jobs)).slice(1, 4)).toEqual([
      'Probe: complete',
      'First picture: failed',
      'Qualities: not reached',
    ]);
  });

  it('are all complete when it is ready', () =>
    expect(stepsOf({ ...known, state: 'ready' }).every(({ share }) => share === 1)).toBe(true));

  it('name the one that failed', () =>
    expect(
      notes(stepsOf({ ...known, state: 'failed', progress: { ...none, stage: 'probe' } })).slice(0, 3),
    ).toEqual(['Upload: complete', 'Probe: failed', 'First picture: not reached']));
});
