import { describe, expect, it } from 'vitest';
import { expiryOf, renewDelayMs, resign } from './links.ts';

describe('the life of a link', () => {
  it('is used for 80 % before fresh ones are asked for', () =>
    expect(renewDelayMs({ hls: '/a?expires=1000&sig=x' }, 0)).toBe(800_000));
  it('is taken from expiresAt when that is given', () =>
    expect(renewDelayMs({ hls: null, expiresAt: '1970-01-01T01:00:00Z' }, 0)).toBe(2_880_000));
  it('is never renewed when it does not end', () => {
    expect(renewDelayMs({ hls: '/a?expires=0&sig=x' }, 0)).toBeNull();
    expect(renewDelayMs({ hls: '/a' }, 0)).toBeNull();
    expect(expiryOf('/a?expires=nonsense')).toBeNull();
  });
  it('is not asked for in a hurry when it is already over', () =>
    expect(renewDelayMs({ hls: '/a?expires=10&sig=x' }, 60_000)).toBe(10_000));
});

describe('a fresh signature', () => {
  it('replaces the old one and leaves the rest of the address', () =>
    expect(
      resign('http://h/hls/1/720p/0-1.ts?v=7&expires=1&sig=old', '/hls/1/master.m3u8?expires=9&sig=new'),
    ).toBe('http://h/hls/1/720p/0-1.ts?v=7&expires=9&sig=new'));
  it('changes nothing for addresses without a signature, or when there is none', () => {
    expect(resign('http://h/a.ts?v=7', '/m?expires=9&sig=new')).toBe('http://h/a.ts?v=7');
    expect(resign('http://h/a.ts?expires=1&sig=o', null)).toBe('http://h/a.ts?expires=1&sig=o');
  });
});
