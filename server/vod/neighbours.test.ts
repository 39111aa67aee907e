import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Events } from '../core/events.ts';
import { machineId } from '../core/machine.ts';
import { Gate } from './grid/gate.ts';
import { LEASE_MS, Neighbours } from './neighbours.ts';

type Side = { events: Events; waiting: Gate; batches: Gate; neighbours: Neighbours };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

function side(machine?: string): Side {
  const [events, waiting, batches] = [new Events(), new Gate(), new Gate()];
  const neighbours = new Neighbours({ events, waiting, batches, ...(machine ? { machine } : {}) });
  return { events, waiting, batches, neighbours };
}

/** What one says the others hear, until it is cut off. */
function link(from: Side, ...others: Side[]): () => void {
  return from.events.on('work.urgent', (what) => {
    for (const { events } of others) events.emit('work.urgent', what);
  });
}

const close = (...sides: Side[]) => {
  for (const { neighbours } of sides) neighbours.close();
};

test('while somebody waits in one process the batches of all processes of the machine stand still, however long it takes', () => {
  const [one, other] = [side(), side()];
  link(one, other);
  const open = one.waiting.hold();
  expect([one.batches.closed, other.batches.closed, other.waiting.closed]).toEqual([true, true, false]);
  const moved = vi.fn();
  other.batches.onChange(moved);
  vi.advanceTimersByTime(10 * LEASE_MS);
  expect(other.batches.closed).toBe(true);
  expect(moved).not.toHaveBeenCalled();
  open();
  expect([one.batches.closed, other.batches.closed]).toEqual([false, false]);
  close(one, other);
});

test('a process that dies while somebody waits in it holds the others no longer than its lease', () => {
  const [dead, other] = [side(), side()];
  const cut = link(dead, other);
  dead.waiting.hold();
  cut();
  vi.advanceTimersByTime(LEASE_MS - 1);
  expect(other.batches.closed).toBe(true);
  vi.advanceTimersByTime(1);
  expect(other.batches.closed).toBe(false);
  close(dead, other);
});

test('with two in which somebody waits the third goes on when the last of them is served', () => {
  const [one, two, third] = [side(), side(), side()];
  link(one, third);
  link(two, third);
  const [first, second] = [one.waiting.hold(), two.waiting.hold()];
  first();
  expect(third.batches.closed).toBe(true);
  second();
  expect(third.batches.closed).toBe(false);
  close(one, two, third);
});

test('another machine is not held, and who closes lets the others go', () => {
  const [one, here, elsewhere] = [side(), side(machineId()), side('another machine')];
  link(one, here, elsewhere);
  one.waiting.hold();
  expect([here.batches.closed, elsewhere.batches.closed]).toEqual([true, false]);
  close(one);
  expect([one.batches.closed, here.batches.closed]).toEqual([false, false]);
  close(here, elsewhere);
});

test('a machine has one name, which tells nothing of it', () => {
  expect(machineId()).toBe(machineId());
  expect(machineId()).toMatch(/^[0-9a-f]{32}$/);
});
