import { expect, test } from 'vitest';
import type { ChildResult } from './ffmpeg/types.ts';
import { browserType, needsTranscoding } from './needs-transcoding.ts';
import { readProbe } from './probe.ts';

const ended = (text: string, change: Partial<ChildResult> = {}): ChildResult => ({
  ...{ code: 0, signal: null, reason: 'exit', lastLines: [], text, wallMs: 1 },
  ...change,
});
const video = {
  index: 0,
  codec_type: 'video',
  codec_name: 'h264',
  pix_fmt: 'yuv420p',
  width: 1280,
  height: 720,
};
const audio = { index: 1, codec_type: 'audio', codec_name: 'aac', channels: 2, sample_rate: '48000' };
const read = (streams: object[], format: object = {}) =>
  readProbe(
    ended(
      JSON.stringify({
        streams,
        format: { format_name: 'mov,mp4,m4a', duration: '12.5', size: '99', ...format },
      }),
    ),
  );
const codeOf = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return (error as { code: string }).code;
  }
};

test('rotation and pixel shape decide the size that is shown', () => {
  const turned = { ...video, side_data_list: [{ side_data_type: 'Display Matrix', rotation: -90 }] };
  expect(read([turned]).video).toMatchObject({ width: 720, height: 1280 });
  expect(read([{ ...video, width: 720, height: 576, sample_aspect_ratio: '64:45' }]).video).toMatchObject({
    width: 1024,
    height: 576,
  });
  expect(read([{ ...video, sample_aspect_ratio: '1:900' }]).video).toMatchObject({ width: 1280 });
});

test('a cover is no picture, an empty track is no picture, the default sound is taken', () => {
  const cover = { ...video, index: 2, codec_name: 'mjpeg', disposition: { attached_pic: 1 } };
  expect(codeOf(() => read([cover, audio]).video)).toBeNull();
  const empty = { index: 0, codec_type: 'video', codec_name: 'h264', width: 10, height: 10 };
  expect(read([empty, { ...video, index: 3 }]).video?.index).toBe(3);
  const second = { ...audio, index: 2, disposition: { default: 1 } };
  expect(read([video, { ...audio, disposition: { default: 0 } }, second]).audio?.index).toBe(2);
});

test.each([
  ['no stream at all', [], 'MEDIA_NOT_VIDEO'],
  ['FILE-11 a codec off the list', [{ ...video, codec_name: 'magicyuv' }], 'MEDIA_CODEC_REFUSED'],
  ['FILE-11 sound off the list', [video, { ...audio, codec_name: 'sonic' }], 'MEDIA_CODEC_REFUSED'],
  [
    'FILE-09 two hundred streams',
    Array.from({ length: 200 }, (_, index) => ({ ...audio, index })),
    'MEDIA_LIMITS',
  ],
  ['FILE-09 a picture beyond 8K', [{ ...video, width: 20_000, height: 20_000 }], 'MEDIA_LIMITS'],
  ['FILE-09 hours between two frames', [{ ...video, avg_frame_rate: '1/36000' }], 'MEDIA_LIMITS'],
])('%s is refused', (_name, streams, code) => {
  expect(codeOf(() => read(streams))).toBe(code);
});

test('FILE-09 a film longer than a day is refused; a lying size does not matter', () => {
  expect(codeOf(() => read([video], { duration: '100000' }))).toBe('MEDIA_LIMITS');
  expect(read([video], { size: 'x', duration: 'N/A' })).toMatchObject({
    durationSeconds: null,
    sizeBytes: 0,
  });
});

test.each([
  ['moov atom not found', 'MEDIA_TRUNCATED'],
  ['Cannot allocate memory', 'MEDIA_LIMITS'],
  ['Codec (magicyuv) not on whitelist', 'MEDIA_CODEC_REFUSED'],
  ['Invalid data found when processing input', 'MEDIA_NOT_VIDEO'],
])('when ffprobe ends with "%s" the reason is %s', (line, code) => {
  expect(codeOf(() => readProbe(ended('', { code: 1, lastLines: [line] })))).toBe(code);
});

test('a browser plays H.264 with AAC in MP4 as it is; other codecs, depths and containers are converted (S3.5)', () => {
  expect(browserType(read([video, audio]))).toBe('video/mp4');
  expect(browserType(read([{ ...video, codec_name: 'vp9' }], { format_name: 'matroska,webm' }))).toBe(
    'video/webm',
  );
  expect(needsTranscoding(read([{ ...video, pix_fmt: 'yuv420p10le' }]))).toBe(true);
  expect(needsTranscoding(read([video, { ...audio, codec_name: 'ac3' }]))).toBe(true);
  expect(needsTranscoding(read([video, audio], { format_name: 'avi' }))).toBe(true);
});
