import { describe, expect, it } from 'vitest';
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
