import { describe, expect, it } from 'vitest';
import type { Job } from '../../lib/contract/videos.ts';
import { jobLogText, jobWord, paceLine, timesLine, tookWord } from './words.ts';

const job: Job = {
  id: '0193c5a2-0000-7000-8000-000000000001',
  videoId: '0193c5a2-0000-7000-8000-000000000002',
  videoTitle: 'Harbour',
  kind: 'rendition',
  state: 'running',
  attempt: 2,
  progress: 0.619,
  speed: 3.42,
  etaSeconds: 200,
  error: null,
  paused: false,
  log: ['720p from segment 40 on'],
  createdAt: '2026-11-21T12:00:00.000Z',
  startedAt: '2026-11-21T12:00:01.000Z',
  endedAt: null,
};

describe('the words of a job', () => {
  it('tell speed and time left while it runs', () => {
    expect(jobWord(job)).toBe('Running');
    expect(paceLine(job)).toBe('3.4× speed, about 4 min left');
  });

  it('say that it is held, but not of one that has ended', () => {
    expect(jobWord({ ...job, paused: true })).toBe('Paused');
    expect(paceLine({ ...job, paused: true })).toBe('Held where it is');
    expect(jobWord({ ...job, paused: true, state: 'done' })).toBe('Done');
  });

  it.each([
    ['2026-11-21T12:00:02.940Z', 'took 1.9 s'],
    ['2026-11-21T12:04:13.000Z', 'took 4 min 12 s'],
    ['2026-11-21T14:05:01.000Z', 'took 2 h 5 min'],
  ])('with its end at %s read %s', (endedAt, text) => expect(tookWord({ ...job, endedAt })).toBe(text));

  it('tell when it began and ended', () => {
    expect(timesLine(job)).toMatch(/^since \d\d:\d\d:01$/);
    expect(timesLine({ ...job, endedAt: '2026-11-21T12:00:03.000Z' })).toMatch(
      /^\d\d:\d\d:01 to \d\d:\d\d:03, took 2\.0 s$/,
    );
    expect(timesLine({ ...job, startedAt: null })).toMatch(/^in the queue since /);
  });

  it('become one text, oldest first, with the failure and its lines', () => {
    const failed: Job = {
      ...job,
      state: 'failed',
      error: { code: 'MEDIA_DAMAGED', message: 'It ends too early.', log: ['moov atom not found'] },
    };
    const text = jobLogText([
      failed,
      { ...job, kind: 'probe', state: 'done', progress: 1, attempt: 1, log: [] },
    ]);
    expect(text.indexOf('Probe, try 1: Done at 100 %')).toBe(0);
    expect(text).toContain('Qualities, try 2: Failed at 61 %');
    expect(text).toContain(
      '720p from segment 40 on\nMEDIA_DAMAGED: It ends too early.\nmoov atom not found\n',
    );
  });
});
