import { describe, expect, it } from 'vitest';
import { sortOf } from './policy.ts';
import { SourceWatch, type Surroundings } from './watch.ts';

const usual: Surroundings = { othersLeft: true, hadPicture: true, hadSound: true };
const verdict = (watch: SourceWatch, nowMs: number, around: Partial<Surroundings> = {}) => {
  const error = watch.verdict(nowMs, { ...usual, ...around });
  return error ? sortOf(error) : null;
};

/** Plays 25 pictures and sounds a second up to `untilMs`. */
function playing(untilMs: number, what: { picture?: number; sound?: number } = {}): SourceWatch {
  const watch = new SourceWatch(0);
  for (let at = 0; at <= untilMs; at += 40) {
    if (at <= (what.picture ?? untilMs)) {
      watch.seen(at);
      watch.picture(at, at * 90);
    }
    if (at <= (what.sound ?? untilMs)) watch.sound(at, at * 90, false);
  }
  return watch;
}

describe('a source that plays', () => {
  it.each([
    ['plays on', 10_000, {}, {}, 10_100, null],
    ['is silent for less than two seconds', 10_000, {}, {}, 11_900, null],
    ['SRC-03: is silent for more than two', 10_000, {}, {}, 12_100, 'silent'],
    ['SRC-17: loses its picture', 10_000, { picture: 7900 }, {}, 10_000, 'picture-missing'],
    ['SRC-17: loses its sound for less than five seconds', 10_000, { sound: 5100 }, {}, 10_000, null],
    ['SRC-17: loses its sound for longer', 10_000, { sound: 4900 }, {}, 10_000, 'sound-missing'],
    ['never had sound, in a channel without sound', 10_000, { sound: -1 }, { hadSound: false }, 10_000, null],
    ['has no sound, in a channel with sound', 10_000, { sound: -1 }, {}, 10_000, 'sound-missing'],
  ] as const)('%s', (_name, untilMs, what, around, nowMs, expected) => {
    expect(verdict(playing(untilMs, what), nowMs, around)).toBe(expected);
  });

  it('has as much time as its own rhythm asks for, up to five seconds', () => {
    const watch = new SourceWatch(0);
    for (let at = 0; at <= 30_000; at += 1100) watch.picture(at, at * 90);
    const last = 29_700;
    expect([
      verdict(watch, last + 4000, { hadSound: false }),
      verdict(watch, last + 4500, { hadSound: false }),
    ]).toEqual([null, 'silent']);
  });

  it('SRC-03: that brings a picture each second, but far less than time passes, is as good as silent', () => {
    const watch = playing(4000);
    for (let at = 4500, shown = 4040; at <= 9000; at += 500, shown += 40) watch.picture(at, shown * 90);
    expect([verdict(watch, 5500), verdict(watch, 9000)]).toEqual([null, 'silent']);
  });

  it('SRC-03: does not teach a rhythm while it trickles', () => {
    const watch = playing(5000);
    for (let n = 1; n <= 3; n++) watch.picture(5000 + n * 1000, (5000 + n * 40) * 90);
    expect(verdict(watch, 8100, { hadSound: false })).toBe('silent');
  });

  it('is not silent while it is held back', () => {
    const watch = playing(1000);
    watch.paced(1000, 6000);
    expect(verdict(watch, 8500)).toBeNull();
  });

  it('of sound alone is judged by its sound', () => {
    const watch = new SourceWatch(0);
    for (let at = 0; at <= 5000; at += 40) watch.sound(at, at * 90, true);
    const around = { hadPicture: false };
    expect([verdict(watch, 6900, around), verdict(watch, 7100, around)]).toEqual([null, 'silent']);
  });

  it('in pieces is not judged by silence, but by a picture that stays behind its sound', () => {
    const watch = new SourceWatch(0);
    watch.continuous = false;
    watch.picture(0, 0);
    watch.sound(0, 0, false);
    expect(verdict(watch, 9000)).toBeNull();
    watch.sound(9000, 4.5 * 90_000, false);
    expect(verdict(watch, 9000)).toBe('picture-missing');
  });
});

describe('a source that joins', () => {
  it('has five seconds for a keyframe while it sends other pictures and another source is left', () => {
    const watch = new SourceWatch(0);
    for (let at = 100; at <= 6000; at += 40) watch.seen(at);
    expect([verdict(watch, 5000), verdict(watch, 5200)]).toEqual([null, 'no-keyframe']);
    expect(verdict(watch, 5200, { othersLeft: false })).toBeNull();
    expect(verdict(watch, 15_100, { othersLeft: false })).toBe('no-keyframe');
  });

  it('SRC-17: has five and a half seconds for its first picture, when another source is left', () => {
    const watch = new SourceWatch(0);
    expect([verdict(watch, 5400), verdict(watch, 5600)]).toEqual([null, 'picture-missing']);
    expect(verdict(watch, 5600, { othersLeft: false })).toBeNull();
  });

  it('has one second when its pictures stop before a keyframe came', () => {
    const watch = new SourceWatch(0);
    watch.seen(100);
    expect([verdict(watch, 1000), verdict(watch, 1200)]).toEqual([null, 'silent']);
  });
});
