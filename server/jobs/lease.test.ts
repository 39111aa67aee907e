import { EventEmitter } from 'node:events';
import type pg from 'pg';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { holdLease, type Lease } from './lease.ts';

/** A connection whose answer comes when the test says so. */
class StubClient extends EventEmitter {
  readonly answer = Promise.withResolvers<{ rows: { got: boolean }[] }>();
  readonly query = () => this.answer.promise;
  readonly release = vi.fn();

  /** As pg does it: it tells of the error first, and then the query fails. */
  break(): void {
    this.emit('error', new Error('Connection terminated unexpectedly'));
    this.answer.reject(new Error('Connection terminated unexpectedly'));
  }
}

let clients: StubClient[];
let gains: PromiseWithResolvers<void>[];
let lost: number;
let lease: Lease;
const connect = vi.fn();

beforeEach(async () => {
  vi.useFakeTimers();
  [clients, gains, lost] = [[], [], 0];
  connect.mockReset().mockImplementation(async () => {
    clients.push(new StubClient());
    return clients.at(-1);
  });
  lease = holdLease({
    pool: { connect } as unknown as pg.Pool,
    key: 1,
    onGained: () => {
      gains.push(Promise.withResolvers());
      return gains.at(-1)!.promise;
    },
    onLost: () => void lost++,
  });
  await vi.advanceTimersByTimeAsync(0);
});
afterEach(async () => {
  clients.at(-1)?.answer.reject(new Error('closed'));
  await lease.close();
  vi.useRealTimers();
});

/** The connection of the latest attempt gets the lock. */
async function gain(): Promise<void> {
  clients.at(-1)!.answer.resolve({ rows: [{ got: true }] });
  await vi.advanceTimersByTimeAsync(0);
}

async function gainWhole(): Promise<void> {
  await gain();
  gains.at(-1)!.resolve();
  await vi.advanceTimersByTimeAsync(0);
}

test('PROC-04 a connection that breaks while the lock is asked for is followed by one attempt, which then holds it', async () => {
  clients[0]!.break();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(connect).toHaveBeenCalledTimes(2);
  await gainWhole();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(connect).toHaveBeenCalledTimes(2);
  expect(lease.held()).toBe(true);
  expect(clients.map(({ release }) => release.mock.calls)).toEqual([[[true]], []]);
});

describe('PROC-04 a connection that breaks while the lease begins', () => {
  test.each(['resolve', 'reject'] as const)(
    'is given up, and its beginning that then %ss changes nothing',
    async (end) => {
      await gain();
      clients[0]!.emit('error', new Error('Connection terminated unexpectedly'));
      await vi.advanceTimersByTimeAsync(1_000);
      await gainWhole();
      expect(lease.held()).toBe(true);
      gains[0]![end]();
      await vi.advanceTimersByTimeAsync(60_000);
      expect(connect).toHaveBeenCalledTimes(2);
      expect(lease.held()).toBe(true);
      expect(clients.map(({ release }) => release.mock.calls)).toEqual([[[true]], []]);
    },
  );
});

test('a lease that another process holds is asked for each second, and one that is lost is told once', async () => {
  clients[0]!.answer.resolve({ rows: [{ got: false }] });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(clients[0]!.release.mock.calls).toEqual([[]]);
  await gainWhole();
  expect(lease.held()).toBe(true);
  clients[1]!.emit('error', new Error('Connection terminated unexpectedly'));
  expect([lease.held(), lost]).toEqual([false, 1]);
  await vi.advanceTimersByTimeAsync(1_000);
  await gainWhole();
  expect([connect.mock.calls.length, lease.held(), lost]).toEqual([3, true, 1]);
});
