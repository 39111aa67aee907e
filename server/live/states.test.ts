import { describe, expect, it } from 'vitest';
import { LIVE_STATES } from '../../lib/contract/channels.ts';
import { AppError } from '../core/errors.ts';
import { StateDoor, TRANSITIONS } from './states.ts';
import { HlsViewers } from './viewers/hls-viewers.ts';
import { WaitRoom } from './wait-room.ts';

describe('states', () => {
  it('only the moves of the table are let through, and each is told', () => {
    for (const from of LIVE_STATES) {
      for (const to of LIVE_STATES) {
        const moves: string[] = [];
        const door = new StateDoor(
          () => 0,
          (a, b) => moves.push(`${a}>${b}`),
        );
        for (const step of pathTo(from)) door.enter(step, 'on the way');
        moves.length = 0;
        if (TRANSITIONS[from].includes(to)) {
          door.enter(to, 'x');
          expect(moves).toEqual([`${from}>${to}`]);
        } else {
          expect(() => door.enter(to, 'x')).toThrow(`from ${from} to ${to}`);
          expect(door.state).toBe(from);
        }
      }
    }
  });
});

/** The moves from idle to a state. */
function pathTo(target: (typeof LIVE_STATES)[number]): (typeof LIVE_STATES)[number][] {
  const queue: (typeof LIVE_STATES)[number][][] = [[]];
  for (let path = queue.shift(); path; path = queue.shift()) {
    const here = path.at(-1) ?? 'idle';
    if (here === target) return path;
    for (const next of TRANSITIONS[here]) if (!path.includes(next)) queue.push([...path, next]);
  }
  throw new Error(`no way to ${target}`);
}

describe('wait room', () => {
  it('lets everybody in, refuses everybody, and answers nobody twice', async () => {
    const room = new WaitRoom();
    const admitted = [room.wait(), room.wait()];
    room.admit();
    await Promise.all(admitted);
    const refused = room.wait();
    room.refuse(new AppError('ALL_SOURCES_DOWN'));
    room.admit();
    await expect(refused).rejects.toMatchObject({ code: 'ALL_SOURCES_DOWN' });
    expect(room.size).toBe(0);
  });

  it('answers those who wait too long or leave, and keeps no timer for them', async () => {
    const room = new WaitRoom();
    await expect(room.wait({ limitMs: 5 })).rejects.toMatchObject({ code: 'STREAM_STARTING' });
    const leaving = new AbortController();
    const gone = room.wait({ signal: leaving.signal, limitMs: 60_000 });
    leaving.abort();
    await expect(gone).rejects.toMatchObject({ code: 'STREAM_STARTING' });
    expect(room.size).toBe(0);
  });
});

describe('HLS viewers', () => {
  it('live for two target durations and two seconds after their last question', () => {
    const viewers = new HlsViewers();
    viewers.seen('a', 'source', 0);
    viewers.seen('b', 'source', 5000);
    viewers.seen('b', 'source', 6000);
    viewers.expire(10_000, 4);
    expect(viewers.size).toBe(2);
    viewers.expire(10_001, 4);
    expect(viewers.size).toBe(1);
    viewers.expire(16_001, 4);
    expect(viewers.size).toBe(0);
  });
});
