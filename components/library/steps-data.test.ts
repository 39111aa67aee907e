import { describe, expect, it } from 'vitest';
import { stepsOf } from './steps-data.ts';

const none = { upload: 1, process: 0, stage: null, speed: null, etaSeconds: null };
const notes = (steps: ReturnType<typeof stepsOf>) => steps.map(({ name, note }) => `${name}: ${note}`);

describe('the steps of a video', () => {
  it('begin with the bytes that arrived', () =>
    expect(
      notes(stepsOf({ state: 'uploading', ingest: 'receiving', progress: { ...none, upload: 0.43 } })),
    ).toEqual([
      'Upload: 43 %',
      'Probe: waiting',
      'First picture: waiting',
      'Qualities: waiting',
      'MP4: waiting',
    ]));

  it('show the share and the time left of the qualities', () =>
    expect(
      notes(
        stepsOf({
          state: 'processing',
          ingest: 'stored',
          progress: { ...none, process: 0.61, stage: 'rendition', etaSeconds: 200 },
        }),
      ),
    ).toEqual([
      'Upload: complete',
      'Probe: complete',
      'First picture: complete',
      'Qualities: 61 %, 4 min left',
      'MP4: waiting',
    ]));

  it('are all complete when it is ready', () =>
    expect(
      stepsOf({ state: 'ready', ingest: 'stored', progress: none }).every(({ share }) => share === 1),
    ).toBe(true));

  it('name the one that failed', () =>
    expect(
      notes(stepsOf({ state: 'failed', ingest: 'stored', progress: { ...none, stage: 'probe' } })).slice(
        0,
        3,
      ),
    ).toEqual(['Upload: complete', 'Probe: failed', 'First picture: not reached']));
});
