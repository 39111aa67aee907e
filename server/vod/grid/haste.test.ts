import { afterAll, expect, test } from 'vitest';
import { chooseRungs } from '../../media/ladder.ts';
import { picturesOf } from './check.ts';
import { makePictures } from './pictures.ts';
import { clip, closeGrids, coded, cutOf, openGrid, picture, type TestGrid } from './test-grid.ts';

afterAll(closeGrids);

const START_CODE = Buffer.from([0, 0, 1]);

/** SPS and PPS of a segment, as bytes in hexadecimal. */
async function parameterSetsOf({ ports: { store } }: TestGrid, row: string, k: number): Promise<string[]> {
  const { data } = picturesOf(await store.read(row, k))[0]!;
  const sets: string[] = [];
  for (let at = data.indexOf(START_CODE); at >= 0; ) {
    const next = data.indexOf(START_CODE, at + 3);
    const unit = data.subarray(at + 3, next < 0 ? undefined : next);
    if ([7, 8].includes(unit[0]! & 0x1f)) sets.push(unit.toString('hex').replace(/(00)+$/, ''));
    at = next;
  }
  return sets;
}

test('a segment made in haste has the boundaries, times and keyframes of the others', async () => {
  const file = clip('mp4', [...picture('30000/1001', 10), ...coded]);
  const [calm, hasty] = [await openGrid(file), await openGrid(file)];
  const { rungs } = calm.plan;
  await makePictures(calm.ports, { rungs, from: 0, to: 5 });
  await makePictures(hasty.ports, { rungs: [rungs[0]!], from: 3, to: 4, haste: true });
  expect(hasty.made).toEqual(['46p/3']);
  expect(await cutOf(hasty, '46p', 3)).toEqual(await cutOf(calm, '46p', 3));
});

test.each(['30', '60'])(
  'at %s pictures a second a decoder is told the same of segments made in haste, byte by byte, in all qualities',
  async (rate) => {
    const source = ['-f', 'lavfi', '-i', `testsrc2=s=1920x1080:r=${rate}:d=0.4`];
    const file = clip('mp4', [...source, ...coded]);
    const rungs = chooseRungs({ width: 1920, height: 1080 });
    const [calm, hasty] = [await openGrid(file, { rungs }), await openGrid(file, { rungs })];
    await makePictures(calm.ports, { rungs, from: 0, to: 1 });
    await makePictures(hasty.ports, { rungs, from: 0, to: 1, haste: true });
    for (const { id } of rungs) {
      const sets = await parameterSetsOf(hasty, id, 0);
      expect(sets).toHaveLength(2);
      expect(sets).toEqual(await parameterSetsOf(calm, id, 0));
    }
  },
);
