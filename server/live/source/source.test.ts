import { describe, expect, it } from 'vitest';
import type { UpstreamMedia, UpstreamVariant } from '../../media/hls/parse.ts';
import { chooseVariant, newSegments } from './hls-list.ts';
import { sniff, syncOffset } from './kinds.ts';
import { Pacer } from './pacer.ts';

const packets = Buffer.alloc(188 * 5, 0xff);
for (let at = 0; at < packets.length; at += 188) packets[at] = 0x47;

describe('kinds', () => {
  it('are told by the first bytes', () => {
    expect(sniff(packets)).toBe('mpegts');
    expect(sniff(Buffer.concat([Buffer.from([0, 0x47, 0]), packets]))).toBe('mpegts');
    expect(syncOffset(Buffer.concat([Buffer.alloc(100), packets]))).toBe(100);
    expect(sniff(Buffer.from('#EXTM3U\n'))).toBe('hls');
    expect(sniff(Buffer.from('\uFEFF\n #EXTM3U\n'))).toBe('hls');
    expect(sniff(Buffer.from('FLV\x01'))).toBe('flv');
    expect(sniff(Buffer.from('ID3\x03'))).toBe('mp3');
    expect(sniff(Buffer.from([0xff, 0xfb, 0x90, 0]))).toBe('mp3');
    expect(sniff(Buffer.from([0xff, 0xf1, 0x50, 0x80]))).toBe('aac');
    expect(sniff(Buffer.from('the middle of a frame'), 'audio/mpeg; x=1')).toBe('mp3');
  });

  it.each([
    ['\0\0\0\x18ftypmp42', /an MP4 file/],
    ['\x1a\x45\xdf\xa3', /Matroska/],
    ['OggS', /Ogg/],
    ['<?xml version="1.0"?><MPD xmlns="x">', /MPEG-DASH/],
    ['<!DOCTYPE html><p>', /a web page/],
    ['hello', /neither MPEG-TS nor an HLS playlist/],
    ['', /without sending anything/],
  ])('%j is refused by name', (start, sentence) => {
    expect(() => sniff(Buffer.from(start, 'latin1'))).toThrow(sentence);
  });
});

const variant = (height: number | null, bandwidth: number, separateAudio = false): UpstreamVariant => ({
  uri: `${height}-${bandwidth}`,
  bandwidth,
  width: null,
  height,
  codecs: null,
  separateAudio,
});

describe('variants', () => {
  it('the best one that is not higher than allowed is taken', () => {
    const all = [variant(2160, 9e6), variant(720, 2e6), variant(720, 3e6), variant(360, 5e5)];
    expect(chooseVariant(all, 1080).uri).toBe('720-3000000');
    expect(chooseVariant(all, 240).uri).toBe('360-500000');
    expect(chooseVariant([variant(null, 1), variant(null, 2)], 1080).uri).toBe('null-2');
  });

  it('separate sound is refused by name unless another variant has it inside', () => {
    expect(() => chooseVariant([variant(720, 1, true)], 1080)).toThrow(/separate sound/);
    expect(chooseVariant([variant(720, 1, true), variant(360, 1)], 1080).uri).toBe('360-1');
  });
});

const list = (first: number, count: number, ended = false): UpstreamMedia => ({
  kind: 'media',
  targetDurationS: 4,
  mediaSequence: first,
  ended,
  encryption: null,
  fragmentedMp4: false,
  segments: Array.from({ length: count }, (_, index) => ({
    uri: `${first + index}.ts`,
    durationS: 4,
    sequence: first + index,
    discontinuity: false,
    gap: false,
    byterange: null,
  })),
});

const sequences = (media: UpstreamMedia, last: number | null) =>
  newSegments(media, last).map((one) => one.sequence);

describe('new segments', () => {
  it('begin three before the end, then follow one another', () => {
    expect(sequences(list(10, 6), null)).toEqual([13, 14, 15]);
    expect(sequences(list(10, 2), null)).toEqual([10, 11]);
    expect(sequences(list(10, 6), 13)).toEqual([14, 15]);
    expect(sequences(list(10, 6), 15)).toEqual([]);
    expect(sequences(list(0, 5, true), null)).toEqual([0, 1, 2, 3, 4]);
  });

  it('SRC-08: go on when the numbers jump or begin again', () => {
    expect(sequences(list(100, 3), 15)).toEqual([100, 101, 102]);
    expect(sequences(list(0, 5), 900)).toEqual([2, 3, 4]);
  });
});

describe('pacer', () => {
  it('lets a burst through, then holds the source to the pace of time', () => {
    const pacer = new Pacer(0);
    expect(pacer.waitMs(0, null)).toBe(0);
    expect(pacer.waitMs(0, 10_000)).toBe(0);
    expect(pacer.waitMs(0, 17_900)).toBe(0);
    expect(pacer.waitMs(0, 19_000)).toBeGreaterThan(900);
    expect(pacer.waitMs(1000, 20_000)).toBeGreaterThan(900);
  });

  it('lets a source that was late catch up a little, but not all at once', () => {
    const pacer = new Pacer(0);
    pacer.waitMs(0, 0);
    pacer.waitMs(0, 8000);
    expect(pacer.waitMs(60_000, 9400)).toBe(0);
    expect(pacer.waitMs(60_000, 15_000)).toBeGreaterThan(4000);
  });

  it('never holds back a source that runs with the clock', () => {
    const pacer = new Pacer(0);
    let waited = 0;
    for (let nowMs = 0; nowMs < 3_600_000; nowMs += 500) waited += pacer.waitMs(nowMs, nowMs * 1.0005);
    expect(waited).toBe(0);
  });
});
