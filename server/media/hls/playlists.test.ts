import * as HLS from 'hls-parser';
import { describe, expect, it } from 'vitest';
import { targetDurationOf, writeLivePlaylist, writeMasterPlaylist, writeVodPlaylist } from './playlists.ts';

const segments = [
  { uri: 'segment_7.ts', durationS: 4.004, programDateTimeMs: 1_700_000_000_000 },
  { uri: 'segment_8.ts', durationS: 3.96, discontinuity: true },
];

function strictly<T>(read: () => T): T {
  HLS.setOptions({ strictMode: true });
  try {
    return read();
  } finally {
    HLS.setOptions({ strictMode: false });
  }
}

describe('playlist writers', () => {
  it('write a live list that a strict parser takes', () => {
    const text = writeLivePlaylist({
      targetDurationS: 5,
      mediaSequence: 7,
      discontinuitySequence: 2,
      independent: true,
      segments,
    });
    const list = strictly(() => HLS.parse(text)) as HLS.types.MediaPlaylist;
    expect(list).toMatchObject({
      targetDuration: 5,
      mediaSequenceBase: 7,
      discontinuitySequenceBase: 2,
      endlist: false,
    });
    expect(
      list.segments.map((segment) => [segment.uri, segment.duration, segment.discontinuity ?? false]),
    ).toEqual([
      ['segment_7.ts', 4.004, false],
      ['segment_8.ts', 3.96, true],
    ]);
  });

  it('write whole and growing VOD lists', () => {
    const base = { targetDurationS: 6, independent: true, segments: [{ uri: '1-0.ts', durationS: 6 }] };
    const whole = writeVodPlaylist({ ...base, type: 'VOD', ended: true });
    const growing = writeVodPlaylist({ ...base, type: 'EVENT', ended: false });
    expect(strictly(() => HLS.parse(whole))).toMatchObject({ playlistType: 'VOD', endlist: true });
    expect(strictly(() => HLS.parse(growing))).toMatchObject({ playlistType: 'EVENT', endlist: false });
  });

  it('write a master with measured values', () => {
    const text = writeMasterPlaylist([
      {
        uri: 'hls/source.m3u8?v=abc',
        bandwidth: 2_500_000.4,
        averageBandwidth: 2_000_000,
        codecs: 'avc1.64001F,mp4a.40.2',
        resolution: { width: 1280, height: 720 },
        frameRate: 25,
      },
    ]);
    const list = strictly(() => HLS.parse(text)) as HLS.types.MasterPlaylist;
    expect(list.variants[0]).toMatchObject({
      uri: 'hls/source.m3u8?v=abc',
      bandwidth: 2_500_001,
      averageBandwidth: 2_000_000,
      codecs: 'avc1.64001F,mp4a.40.2',
      resolution: { width: 1280, height: 720 },
      frameRate: 25,
    });
  });

  it('name subtitles in a group that every variant takes', () => {
    const subtitles = ['German', 'Signs'].map((name, i) => ({
      ...{ groupId: 'subtitles', name, language: i === 0 ? 'de' : null, uri: `subtitles-${i}/playlist.m3u8` },
      ...{ isDefault: i === 0, forced: i === 1 },
    }));
    const variant = { bandwidth: 1, averageBandwidth: null, codecs: 'avc1.64001F', resolution: null };
    const text = writeMasterPlaylist([{ uri: '360p.m3u8', ...variant, frameRate: null }], [], subtitles);
    const list = strictly(() => HLS.parse(text)) as HLS.types.MasterPlaylist;
    expect(list.variants[0]?.subtitles).toMatchObject([
      { name: 'German', language: 'de', uri: 'subtitles-0/playlist.m3u8', isDefault: true, forced: false },
      { name: 'Signs', isDefault: false, forced: true },
    ]);
  });

  it('let no text break out of a quoted attribute', () => {
    const text = writeMasterPlaylist(
      [],
      [{ groupId: 'a', name: 'x"\n#EXT-X-ENDLIST', language: null, uri: 'a.m3u8', isDefault: true }],
    );
    expect(text.split('\n').some((line) => line.startsWith('#EXT-X-ENDLIST'))).toBe(false);
  });

  it('find the target no segment exceeds when rounded', () => {
    expect(targetDurationOf([4.4, 3.2])).toBe(4);
    expect(targetDurationOf([4.5])).toBe(5);
    expect(targetDurationOf([])).toBe(1);
  });
});
