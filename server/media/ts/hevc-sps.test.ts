import { describe, expect, it } from 'vitest';
import { describePicture } from './describe.ts';
import { demux, makeClip } from './test-clips.ts';

const keyframe = (size: string, extra: string[] = [], fps = 25): Buffer =>
  demux(makeClip({ seconds: 0.1, fps, video: 'libx265', audio: null, size, gop: 10, extra })).video[0]!.data;

describe('the parameters of HEVC', () => {
  it.each([
    ['640x360', [], 25, { width: 640, height: 360, fps: 25, sampleAspect: 1 }],
    ['322x182', [], 50, { width: 322, height: 182, fps: 50, sampleAspect: 1 }],
    ['720x576', ['-vf', 'setsar=16/11'], 25, { width: 720, height: 576, fps: 25, sampleAspect: 16 / 11 }],
    ['1920x1080', ['-preset', 'ultrafast'], 30, { width: 1920, height: 1080, fps: 30, sampleAspect: 1 }],
    [
      '320x240',
      ['-x265-params', 'log-level=error:bframes=4:b-pyramid=1:ref=4:scaling-list=default:repeat-headers=1'],
      25,
      { width: 320, height: 240, fps: 25, sampleAspect: 1 },
    ],
  ] as const)('%s is read as it is', (size, extra, fps, picture) => {
    expect(describePicture('hevc', keyframe(size, [...extra], fps))).toMatchObject(picture);
  });

  it('names profile, tier and level as browsers want them', () => {
    expect(describePicture('hevc', keyframe('640x360'))?.codecString).toMatch(/^hvc1\.1\.6\.L63\.90$/);
    const tenBit = keyframe('640x360', ['-pix_fmt', 'yuv420p10le']);
    expect(describePicture('hevc', tenBit)?.codecString).toMatch(/^hvc1\.2\.4\.L\d+/);
    expect(describePicture('hevc', tenBit)).toMatchObject({ width: 640, height: 360 });
  });

  it('never throws on damage', () => {
    const data = keyframe('320x180');
    let seed = 3;
    const random = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
    for (let round = 0; round < 500; round++) {
      const bytes = Buffer.from(data.subarray(0, 300));
      for (let hit = 0; hit < 20; hit++)
        bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      const picture = describePicture('hevc', bytes);
      expect(picture === null || picture.width > 0).toBe(true);
    }
  });
});
