import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { LADDER } from '../../lib/contract/ladder.ts';
import { type EncodePlan, encoderArgs, rateArgs } from './args.ts';
import { expectedCodecs } from './avc-level.ts';
import { chooseRungs } from './ladder.ts';
import { describePicture } from './ts/describe.ts';

const RATES = ['25/1', '30000/1001', '30/1', '60/1'].map((text) => {
  const [num = 0, den = 1] = text.split('/').map(Number);
  return { text, num, den };
});
const SIZES = [
  { width: 1920, height: 1080 },
  { width: 608, height: 1080 },
  { width: 1440, height: 1080 },
  { width: 182, height: 322 },
  { width: 64, height: 48 },
];

test.each(RATES)(
  'the codecs of a quality that is not made yet are those that the encoder then writes, at $text',
  (rate) => {
    const rungs = SIZES.flatMap(chooseRungs);
    expect(rungs.length).toBeGreaterThan(LADDER.length);
    for (const rung of rungs) {
      const plan = { segmentSeconds: 6, rate, haste: false, threads: 1 } as unknown as EncodePlan;
      const bytes = execFileSync('ffmpeg', [
        ...['-v', 'error', '-f', 'lavfi'],
        ...['-i', `color=s=${rung.width}x${rung.height}:r=${rate.text}`, '-frames:v', '1'],
        ...encoderArgs(plan, 'expr:0'),
        ...rateArgs(rung),
        ...['-f', 'h264', '-'],
      ]);
      const written = describePicture('h264', bytes)?.codecString.toLowerCase();
      expect(`${written},mp4a.40.2`, `${rung.width}x${rung.height}`).toBe(expectedCodecs(rung, rate, true));
    }
  },
);
