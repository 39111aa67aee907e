import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Fault } from './fault.ts';
import { type RepairPorts, Repairs } from './repairs.ts';
import type { PlayerState } from './types.ts';

const busy: Fault = {
  kind: 'busy',
  code: 'HTTP 503',
  retryAfterMs: 1000,
  sentence: 'The channel is starting.',
};
const damaged: Fault = { kind: 'decode', code: 'media error 3', retryAfterMs: null, sentence: null };
const dead: Fault = { kind: 'link', code: 'HTTP 403', retryAfterMs: null, sentence: null };

const make = (more: Partial<RepairPorts> = {}, at: Partial<PlayerState> = {}) => {
  let state = {
    phase: 'playing',
    mode: 'hls',
    live: false,
    currentTime: 12,
    notice: null,
    error: null,
    ...at,
  } as PlayerState;
  const ports = {
    state: () => state,
    patch: (change: Partial<PlayerState>) => {
      state = { ...state, ...change };
    },
    session: () => null,
    nextMode: () => null,
    start: vi.fn(),
    renew: null,
    giveUp: vi.fn(),
    startPosition: () => -1,
    ...more,
  };
  return { repairs: new Repairs(ports), ports, now: () => state };
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the repairs of a playback', () => {
  it("say the server's sentence, wait as it asked, and go on where the video was", () => {
    const { repairs, ports, now } = make();
    repairs.onFault(busy);
    expect(now().notice).toBe('The channel is starting.');
    vi.advanceTimersByTime(999);
    expect(ports.start).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(ports.start).toHaveBeenCalledWith('hls', 12);
  });

  it('go on at the edge when it is live', () => {
    const { repairs, ports } = make({}, { live: true });
    repairs.onFault(busy);
    vi.advanceTimersByTime(1000);
    expect(ports.start).toHaveBeenCalledWith('hls', -1);
  });

  it('skip one second more with each round of the same damage, and forget it after steady play', () => {
    const recover = vi.fn();
    const { repairs } = make({ session: () => ({ recover, hasPlaylist: true }) as never });
    repairs.onFault(damaged);
    repairs.onFault(damaged);
    vi.advanceTimersByTime(21_000);
    repairs.onPlaying();
    repairs.onFault(damaged);
    expect(recover.mock.calls.flat()).toEqual([1, 2, 1]);
  });

  it('open the source again with fresh links', async () => {
    const { repairs, ports } = make({ renew: () => Promise.resolve(true) });
    repairs.onFault(dead);
    await vi.advanceTimersByTimeAsync(0);
    expect(ports.start).toHaveBeenCalledWith('hls', 12);
  });

  it('end with a sentence when there are no fresh links, and stay ended', async () => {
    const { repairs, ports, now } = make({ renew: () => Promise.resolve(false) });
    repairs.onFault(dead);
    for (let i = 0; i < 10 && now().phase !== 'failed'; i += 1) {
      await vi.advanceTimersByTimeAsync(3000);
      if (now().phase !== 'failed') repairs.onFault(dead);
    }
    expect(now()).toMatchObject({ phase: 'failed', notice: null });
    expect(now().error?.sentence).toMatch(/link/);
    expect(ports.giveUp).toHaveBeenCalledTimes(1);
    repairs.onFault(dead);
    expect(ports.giveUp).toHaveBeenCalledTimes(1);
  });
});
