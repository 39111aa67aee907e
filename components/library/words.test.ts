import { describe, expect, it } from 'vitest';
import { factsLine, linesWord, videoTag, workLine } from './words.ts';

const progress = { upload: 0.431, process: 0.619, stage: 'rendition', speed: 3.42, etaSeconds: 200 } as const;

const uploading = { state: 'uploading', progress, paused: false } as const;
const sent = { sentBytes: 500, sizeBytes: 1000 };

describe('the tag on a video', () => {
  it.each([
    ['uploading', 'Uploading 43 %'],
    ['queued', 'Queued'],
    ['processing', 'Processing 61 %'],
    ['failed', 'Failed'],
    ['cancelled', 'Cancelled'],
  ] as const)('%s says %s', (state, text) =>
    expect(videoTag({ state, progress, paused: false })?.text).toBe(text),
  );

  it('takes the share that this page has sent before the older one of the server', () =>
    expect(videoTag(uploading, { ...sent, phase: 'sending' })?.text).toBe('Uploading 50 %'));

  it('says that an upload rests until somebody goes on with it', () => {
    expect(videoTag(uploading, { ...sent, phase: 'paused' })?.text).toBe('Paused at 50 %');
    expect(videoTag(uploading, { ...sent, phase: 'needs-file' })?.text).toBe('Paused at 50 %');
  });

  it('is left out when it is simply ready', () =>
    expect(videoTag({ state: 'ready', progress, paused: false })).toBeNull());

  it('says that its work is held, and not of a video without work', () => {
    expect(videoTag({ state: 'processing', progress, paused: true })?.text).toBe('Paused at 61 %');
    expect(videoTag({ state: 'queued', progress, paused: true })?.text).toBe('Paused');
    expect(videoTag({ state: 'failed', progress, paused: true })?.text).toBe('Failed');
  });
});

describe('the line about the work', () => {
  it('names stage, speed and time left', () =>
    expect(workLine({ state: 'processing', progress, paused: false })).toBe(
      'Making the qualities, 3.4× speed, about 4 min left',
    ));
  it('leaves out what is not known', () =>
    expect(
      workLine({
        state: 'processing',
        paused: false,
        progress: { ...progress, stage: null, speed: null, etaSeconds: null },
      }),
    ).toBe('Beginning'));
});

describe('the facts of a file', () => {
  const file = {
    durationSeconds: 2895,
    width: 1920,
    height: 1080,
    videoCodec: 'hevc',
    sizeBytes: 11_200_000_000,
  };
  it('are length, picture and size', () => expect(factsLine(file)).toBe('48:15, 1080p HEVC, 11 GB'));
  it('are only what is known', () =>
    expect(factsLine({ ...file, durationSeconds: null, width: null, videoCodec: null })).toBe('11 GB'));
  it('count the short side, so an upright video is named like any other', () => {
    expect(linesWord({ width: 1080, height: 1920 })).toBe('1080p');
    expect(linesWord({ width: 3840, height: 2160 })).toBe('4K');
  });
});
