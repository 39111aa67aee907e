import { describe, expect, it, vi } from 'vitest';
import { type SlotAccount, Slots, type SlotUse, YIELD } from './slots.ts';

const account = (maxConnections: number | null): SlotAccount => ({
  id: 'a',
  name: 'Example TV',
  maxConnections,
});
const never = new AbortController().signal;

function use(label: string, rank: number | null = null, onEvict: () => void = () => undefined): SlotUse {
  return { label, yields: () => rank, evict: onEvict };
}

describe('the connections of an account', () => {
  it('are never more than its limit', () => {
    const slots = new Slots();
    const taken = [1, 2, 3].map((n) => slots.tryTake(account(2), use(`channel ${n}`)));
    expect(taken.map((slot) => slot !== null)).toEqual([true, true, false]);
    expect(slots.hasRoom(account(2))).toBe(false);
    taken[0]!.release();
    expect(slots.hasRoom(account(2))).toBe(true);
  });

  it('have no limit where none is known, or where there is no account', () => {
    const slots = new Slots();
    for (let n = 0; n < 50; n++) {
      expect(slots.tryTake(account(null), use('x'))).not.toBeNull();
      expect(slots.tryTake(null, use('x'))).not.toBeNull();
    }
  });

  it('count a slot once, however often it is given back', () => {
    const slots = new Slots();
    const slot = slots.tryTake(account(1), use('one'))!;
    slot.release();
    slot.release();
    expect(slots.tryTake(account(1), use('two'))).not.toBeNull();
    slot.release();
    expect(slots.tryTake(account(1), use('three'))).toBeNull();
  });

  it('are taken from probes first, then imports, then sessions without viewers, never from a watched one', () => {
    const slots = new Slots();
    const evicted: string[] = [];
    const held = (label: string, rank: number | null) => {
      const slot = slots.takeFree(
        account(4),
        use(label, rank, () => {
          evicted.push(label);
          slot?.release();
        }),
      );
      return slot;
    };
    held('watched', null);
    held('unwatched', YIELD.unwatched);
    held('import', YIELD.import);
    held('probe', YIELD.probe);
    const taken = [1, 2, 3, 4].map((n) => slots.tryTake(account(4), use(`channel ${n}`)));
    expect(evicted).toEqual(['probe', 'import', 'unwatched']);
    expect(taken.map((slot) => slot !== null)).toEqual([true, true, true, false]);
  });

  it('still count after the only one was taken away', () => {
    const slots = new Slots();
    const slot = slots.tryTake(
      account(1),
      use('unwatched', YIELD.unwatched, () => slot?.release()),
    );
    expect(slots.tryTake(account(1), use('first'))).not.toBeNull();
    expect(slots.tryTake(account(1), use('second'))).toBeNull();
  });

  it('are not taken from anybody by one who only takes what is free', () => {
    const slots = new Slots();
    const evict = vi.fn();
    slots.tryTake(account(1), use('unwatched', YIELD.unwatched, evict));
    expect(slots.takeFree(account(1), use('probe'))).toBeNull();
    expect(evict).not.toHaveBeenCalled();
  });

  it('are handed to those who wait, in their order', async () => {
    const slots = new Slots();
    const first = slots.tryTake(account(1), use('first'))!;
    const second = slots.take(account(1), use('second'), never);
    const third = slots.take(account(1), use('third'), never);
    first.release();
    const slot = await second;
    expect(slots.hasRoom(account(1))).toBe(false);
    slot.release();
    (await third).release();
    expect(slots.hasRoom(account(1))).toBe(true);
  });

  it('are refused after two seconds with the names of those who have them', async () => {
    vi.useFakeTimers();
    const slots = new Slots();
    slots.tryTake(account(1), use('News'));
    const waiting = slots.take(account(1), use('Sport'), never);
    const refused = expect(waiting).rejects.toMatchObject({
      code: 'PROVIDER_BUSY',
      message: expect.stringContaining('Example TV are in use by News'),
      retryAfterSeconds: 1,
    });
    await vi.advanceTimersByTimeAsync(2000);
    await refused;
    vi.useRealTimers();
  });

  it('are not given to one who has left', async () => {
    const slots = new Slots();
    const first = slots.tryTake(account(1), use('first'))!;
    const leave = new AbortController();
    const waiting = slots.take(account(1), use('second'), leave.signal);
    leave.abort(new Error('left'));
    await expect(waiting).rejects.toThrow('left');
    first.release();
    expect(slots.hasRoom(account(1))).toBe(true);
  });
});
