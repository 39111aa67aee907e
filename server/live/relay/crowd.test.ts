import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Crowd } from './crowd.ts';

/** Keeps this thread busy for so long. */
function busy(ms: number): void {
  for (const endMs = performance.now() + ms; performance.now() < endMs; );
}

it('serves a small crowd at once', () => {
  const crowd = new Crowd();
  const served: number[] = [];
  for (let n = 0; n < 50; n++) crowd.join({ pump: () => served.push(n) });
  crowd.wake();
  expect(served).toHaveLength(50);
  crowd.close();
});

it('CLI-03: a crowd that takes long lets others have their turn, and everybody is served once for each waking', async () => {
  const crowd = new Crowd();
  const served = new Array<number>(160).fill(0);
  served.forEach((_, n) => {
    crowd.join({
      pump: () => {
        busy(1);
        served[n]!++;
      },
    });
  });
  crowd.wake();
  const atOnce = served.filter((times) => times > 0).length;
  expect(atOnce).toBeGreaterThan(10);
  expect(atOnce).toBeLessThan(100);
  let turns = 0;
  for (; served.some((times) => times === 0); turns++) await turn();
  expect(turns).toBeGreaterThan(2);
  expect(served).toEqual(new Array(160).fill(1));
  crowd.close();
});

it('those who were served before more came are served again', async () => {
  const crowd = new Crowd();
  const served = [0, 0];
  crowd.join({ pump: () => served[0]!++ });
  for (let n = 0; n < 40; n++) crowd.join({ pump: () => busy(2) });
  crowd.join({ pump: () => served[1]!++ });
  crowd.wake();
  crowd.wake();
  while (served[1]! < 2) await turn();
  expect(served).toEqual([2, 2]);
  crowd.close();
});

it('a closed crowd serves nobody any more', async () => {
  const crowd = new Crowd();
  let served = 0;
  for (let n = 0; n < 100; n++)
    crowd.join({
      pump: () => {
        busy(1);
        served++;
      },
    });
  crowd.wake();
  const before = served;
  crowd.close();
  await turn();
  await turn();
  expect(served).toBe(before);
});
