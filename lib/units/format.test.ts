import { describe, expect, it } from 'vitest';
import {
  bitRate,
  formatBitRate,
  formatBytes,
  formatClock,
  formatCount,
  formatPercent,
  formatRemaining,
  formatSpeed,
} from './format.ts';

describe('numbers with units', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [3_140_000, '3.1 MB'],
    [38_400_000, '38 MB'],
    [999_600_000, '1.0 GB'],
    [412e9, '412 GB'],
    [2.1e12, '2.1 TB'],
  ])('%d bytes reads %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  it.each([
    [0, '0 Mb/s'],
    [640_000, '640 kb/s'],
    [6_140_000, '6.1 Mb/s'],
    [412_000_000, '412 Mb/s'],
    [1_200_000_000, '1.2 Gb/s'],
  ])('%d bits a second read %s', (bits, text) => expect(formatBitRate(bits)).toBe(text));

  it('splits value and unit for large figures', () =>
    expect(bitRate(61_000_000)).toEqual({ value: '61', unit: 'Mb/s' }));

  it('says – for what is not known', () => {
    expect([
      formatBytes(null),
      formatBitRate(undefined),
      formatPercent(Number.NaN),
      formatClock(null),
    ]).toEqual(['–', '–', '–', '–']);
  });

  it('never rounds an unfinished share up to 100 %', () => {
    expect(formatPercent(0.999)).toBe('99 %');
    expect(formatPercent(1)).toBe('100 %');
    expect(formatPercent(0.437)).toBe('43 %');
  });

  it.each([
    [9, '0:09'],
    [760, '12:40'],
    [11_560, '3:12:40'],
  ])('%d seconds on a clock read %s', (seconds, text) => expect(formatClock(seconds)).toBe(text));

  it.each([
    [1, '5 s'],
    [17, '20 s'],
    [59, '1 min'],
    [235, '4 min'],
    [3600, '1 h'],
    [7790, '2 h 10 min'],
    [7080, '2 h'],
  ])('%d seconds left read %s', (seconds, text) => expect(formatRemaining(seconds)).toBe(text));

  it('groups thousands and shows speed as a factor', () => {
    expect(formatCount(10_248)).toBe('10,248');
    expect(formatSpeed(3.42)).toBe('3.4×');
    expect(formatSpeed(14.2)).toBe('14×');
  });
});
