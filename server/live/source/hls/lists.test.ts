import { describe, expect, it } from 'vitest';
import { parsePlaylist } from '../../../media/hls/parse.ts';
import type { UpstreamMedia } from '../../../media/hls/parse-media.ts';
import { chooseVariants } from './choice.ts';
import { addressOf } from './client.ts';
import { readList, resolveLists } from './resolve.ts';
import { besideOf, isStale, nameOf, newParts, targetSeconds } from './window.ts';

const media = (body: string): UpstreamMedia => {
  const list = readList(`#EXTM3U\n${body}`);
  if (list.kind !== 'media') throw new Error('a master list');
  return list;
};

describe('reading playlists', () => {
  it('SRC-14: a byte order mark, CRLF, bare CR, blank lines and unknown tags are fine', () => {
    const plain = '#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXT-X-MEDIA-SEQUENCE:9\n#EXTINF:4,a\na.ts\n';
    const expected = parsePlaylist(plain);
    expect(parsePlaylist(`\uFEFF\n${plain.replaceAll('\n', '\r\n')}`)).toEqual(expected);
    expect(parsePlaylist(plain.replaceAll('\n', '\r'))).toEqual(expected);
    expect(parsePlaylist(plain.replace('#EXTINF', '#EXT-X-FOO:x="\n##\n#EXTINF'))).toEqual(expected);
  });

  it('SRC-14: missing durations and a missing or lying target duration are made up for', () => {
    expect(media('#EXT-X-TARGETDURATION:4\na.ts\nb.ts').segments.map((one) => one.durationS)).toEqual([4, 4]);
    expect(media('#EXTINF:5.2,\na.ts').targetDurationS).toBe(6);
    expect(media('#EXT-X-MEDIA-SEQUENCE:1\na.ts').targetDurationS).toBe(10);
    expect(targetSeconds(media('#EXT-X-TARGETDURATION:60\n#EXTINF:4,\na.ts'))).toBe(4);
    expect(targetSeconds(media('#EXT-X-TARGETDURATION:1\n#EXTINF:6,\na.ts'))).toBe(6);
  });

  it.each([
    ['', /does not begin with #EXTM3U/],
    ['<html>', /does not begin with #EXTM3U/],
    ['#EXTM3U\n#EXTINF:-1,One\nhttp://x/1\n', /list of channels/],
  ])('%j is refused with a reason', (text, reason) => {
    expect(() => readList(text)).toThrow(reason);
  });

  it('keys stay in force until the next, and only what cannot be opened is locked', () => {
    const list = media(
      [
        '#EXT-X-TARGETDURATION:4',
        '#EXTINF:4,\n0.ts',
        '#EXT-X-KEY:METHOD=AES-128,URI="k,1",IV=0xA\n#EXTINF:4,\n1.ts\n#EXTINF:4,\n2.ts',
        '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="k",KEYFORMAT="com.apple.streamingkeydelivery"\n#EXTINF:4,\n3.ts',
        '#EXT-X-KEY:METHOD=NONE\n#EXTINF:4,\n4.ts',
        '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="k"\n#EXTINF:4,\n5.ts',
      ].join('\n'),
    );
    const key = { uri: 'k,1', iv: Buffer.concat([Buffer.alloc(15), Buffer.from([10])]) };
    expect(list.segments.map((one) => one.key)).toEqual([null, key, key, key, null, null]);
    expect(list.segments.map((one) => one.locked)).toEqual([null, null, null, null, null, 'SAMPLE-AES']);
  });

  it('ranges follow one another, discontinuities, gaps, maps and clocks stand where they belong', () => {
    const list = media(
      [
        '#EXT-X-TARGETDURATION:4\n#EXT-X-MEDIA-SEQUENCE:7\n#EXT-X-MAP:URI="i.mp4",BYTERANGE="10@5"',
        '#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00Z\n#EXTINF:4,\n#EXT-X-BYTERANGE:100@50\na\n',
        '#EXTINF:4,\n#EXT-X-BYTERANGE:20\na\n#EXT-X-PART:DURATION=1,URI="p"\n#EXTINF:4,\n#EXT-X-BYTERANGE:9\nb',
        '#EXT-X-DISCONTINUITY\n#EXT-X-GAP\n#EXTINF:4,\nc\n#EXT-X-PRELOAD-HINT:TYPE=PART,URI="q"',
      ].join('\n'),
    );
    const all = list.segments;
    expect(all.map((one) => one.byterange)).toEqual([
      { offset: 50, length: 100 },
      { offset: 150, length: 20 },
      { offset: 0, length: 9 },
      null,
    ]);
    expect(all.map((one) => [one.sequence, one.discontinuity, one.gap])).toEqual([
      [7, false, false],
      [8, false, false],
      [9, false, false],
      [10, true, true],
    ]);
    expect(all[3]!.map).toEqual({ uri: 'i.mp4', byterange: { offset: 5, length: 10 }, key: null });
    expect(all[2]!.programDateMs).toBe(Date.parse('2026-01-01T00:00:08Z'));
  });

  it('SRC-06: two megabytes of anything are read in linear time', () => {
    const size = 2 * 1024 * 1024;
    const hostile = ['A', '\n', '#EXT-X-KEY:', ',', '=', '"', 'A="', '#EXTINF:1,\na\n', '#EXT-X-MAP:URI="'];
    for (const piece of hostile) {
      const text = `#EXTM3U\n#EXT-X-KEY:${piece.repeat(size / piece.length)}`;
      const begun = process.cpuUsage();
      parsePlaylist(text);
      parsePlaylist(text.replace('#EXT-X-KEY:', '#EXT-X-STREAM-INF:'));
      // The time of the processor, which a busy machine does not lengthen.
      expect(process.cpuUsage(begun).user / 1000, piece).toBeLessThan(1500);
    }
  });

  it('SRC-14: addresses are resolved by RFC 3986: the query of the playlist is not handed on', () => {
    const base = 'http://x.test/a/b.m3u8?token=1';
    const table: [string, string][] = [
      ['c.ts', 'http://x.test/a/c.ts'],
      ['../c d.ts?k=v', 'http://x.test/c%20d.ts?k=v'],
      ['./../../c.ts', 'http://x.test/c.ts'],
      ['/c.ts', 'http://x.test/c.ts'],
      ['//y.test/c.ts', 'http://y.test/c.ts'],
      ['?seg=1', 'http://x.test/a/b.m3u8?seg=1'],
    ];
    for (const [uri, expected] of table) expect(addressOf(uri, base)).toBe(expected);
    expect(() => addressOf('http://[', base)).toThrow(/broken address/);
  });
});

describe('which variant', () => {
  const master = (...lines: string[]) => {
    const list = parsePlaylist(`#EXTM3U\n${lines.join('\n')}`);
    if (list.kind !== 'master') throw new Error('a media list');
    return list;
  };
  const variant = (uri: string, attributes: string) => `#EXT-X-STREAM-INF:${attributes}\n${uri}`;
  const best = (lines: string[], max = 1080) => chooseVariants(master(...lines), max)[0];

  it.each([
    ['the highest that is allowed', ['2160', '1080', '720'], 1080, '1080'],
    ['with 1088 lines counted as 1080', ['1088', '720'], 1080, '1088'],
    ['the lowest when all are higher', ['2160', '1440'], 1080, '1440'],
  ])('%s', (_name, heights, max, expected) => {
    const lines = heights.map((height) => variant(height, `BANDWIDTH=1,RESOLUTION=16x${height}`));
    expect(best(lines, max)?.uri).toBe(expected);
  });

  it('H.264 goes before HEVC and AV1, then height, then sound for browsers, then bit rate', () => {
    const codecs = (name: string, height: number, bandwidth = 1) =>
      variant(
        `${name}-${height}-${bandwidth}`,
        `CODECS="${name}",RESOLUTION=16x${height},BANDWIDTH=${bandwidth}`,
      );
    const avc = 'avc1.64001f,mp4a.40.2';
    expect(best([codecs('hvc1.1', 1080), codecs('av01.0', 1080), codecs(avc, 720)])?.uri).toBe(
      `${avc}-720-1`,
    );
    expect(best([codecs('hvc1.1', 720), codecs('av01.0', 1080)])?.uri).toBe('hvc1.1-720-1');
    expect(best([codecs('avc1.6,ec-3', 720, 9), codecs(avc, 720, 5), codecs(avc, 720, 6)])?.uri).toBe(
      `${avc}-720-6`,
    );
    expect(best([variant('sound', 'CODECS="mp4a.40.2",BANDWIDTH=1'), codecs(avc, 360)])?.uri).toBe(
      `${avc}-360-1`,
    );
  });

  it('trick play is left out, and separate sound is the default of its group', () => {
    const sound = (group: string, name: string, rest: string) =>
      `#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="${group}",NAME="${name}"${rest}`;
    const lines = [
      '#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=9,RESOLUTION=16x1080,URI="trick.m3u8"',
      sound('lo', 'a', ',URI="lo.m3u8",DEFAULT=YES'),
      sound('hi', 'a', ',URI="first.m3u8"'),
      sound('hi', 'b', ',URI="hi.m3u8",DEFAULT=YES'),
      variant('v.m3u8', 'BANDWIDTH=1,AUDIO="hi"'),
    ];
    expect(best(lines)).toEqual({ uri: 'v.m3u8', soundUri: 'hi.m3u8' });
    const inside = [sound('hi', 'b', ',DEFAULT=YES'), variant('v.m3u8', 'BANDWIDTH=1,AUDIO="hi"')];
    expect(best(inside)).toEqual({ uri: 'v.m3u8', soundUri: null });
  });

  it('SRC-14: masters may point to masters three times; a loop is an error that says so', async () => {
    const to = (uri: string) => `#EXTM3U\n${variant(uri, 'BANDWIDTH=1')}\n`;
    const chain: Record<string, string> = {
      '/2': to('/3'),
      '/3': to('/4'),
      '/4': '#EXTM3U\n#EXT-X-TARGETDURATION:1\n',
    };
    const load = async (url: string) => ({ text: chain[new URL(url).pathname]!, url });
    const entry = { text: to('/2'), url: 'http://x.test/1' };
    expect((await resolveLists(entry, load, 1080)).main.url).toBe('http://x.test/4');
    chain['/4'] = to('/2');
    await expect(resolveLists(entry, load, 1080)).rejects.toThrow(/point to each other/);
  });
});

const list = (first: number, count: number, options: Partial<UpstreamMedia> = {}): UpstreamMedia => ({
  ...media(
    `#EXT-X-TARGETDURATION:4\n#EXT-X-MEDIA-SEQUENCE:${first}\n${Array.from(
      { length: count },
      (_, index) => `#EXTINF:4,\n${first + index}.ts?t=${Math.random()}\n`,
    ).join('')}`,
  ),
  ...options,
});
const played = (sequence: number) => {
  const names = list(0, sequence + 1).segments.map((one) => [one.sequence, nameOf(one)] as const);
  return { sequence, names: new Map(names) };
};
const plan = (found: UpstreamMedia, last: number | null) =>
  newParts(found, '', last === null ? null : played(last)).map(
    ({ segment, cut }) => `${segment.sequence}${cut ? ' cut' : ''}`,
  );

describe('which segments', () => {
  it('begin at most three target durations before the end, then follow one another', () => {
    expect(plan(list(10, 6), null)).toEqual(['13', '14', '15']);
    expect(plan(list(10, 2), null)).toEqual(['10', '11']);
    expect(plan(list(0, 5, { ended: true }), null)).toEqual(['0', '1', '2', '3', '4']);
    expect(plan(list(10, 6), 13)).toEqual(['14', '15']);
    expect(plan(list(10, 6), 15)).toEqual([]);
  });

  it('SRC-08: go on with a cut when the numbers jump or begin again', () => {
    expect(plan(list(100, 3), 15)).toEqual(['100 cut', '101', '102']);
    expect(plan(list(100, 9), 15)).toEqual(['106 cut', '107', '108']);
    expect(plan(list(0, 5), 900)).toEqual(['2 cut', '3', '4']);
  });

  it('SRC-08: a list that is a little older than the last one is not a new beginning', () => {
    expect(isStale(list(10, 4), played(14))).toBe(true);
    expect(isStale(list(10, 4), played(13))).toBe(false);
    expect(isStale(list(0, 4), played(14))).toBe(false);
    const other = list(10, 4);
    other.segments.at(-1)!.uri = 'new-13.ts';
    expect(isStale(other, played(14))).toBe(false);
  });

  it('of a list without numbers go on after the name of the last one', () => {
    const named = (from: number) => {
      const found = list(0, 3, { numbered: false });
      for (const [index, segment] of found.segments.entries()) segment.uri = `${from + index}.ts`;
      return found;
    };
    expect(plan(named(14), 15)).toEqual(['16']);
    expect(plan(named(40), 15)).toEqual(['17 cut', '18', '19']);
  });

  it('of sound begin beside the pictures: by the clock, else by the number', () => {
    const sound = list(20, 6).segments;
    const picture = { ...sound[2]! };
    expect(besideOf(sound, picture)).toBe(2);
    expect(besideOf(sound, { ...picture, durationS: 40 })).toBe(-1);
    for (const [index, one] of sound.entries()) one.programDateMs = 1000 + 4000 * index;
    expect(besideOf(sound, { ...picture, sequence: 999, programDateMs: 9100 })).toBe(2);
  });
});
