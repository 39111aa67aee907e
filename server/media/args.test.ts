import { expect, test } from 'vitest';
import { type EncodePlan, rateFor } from './args.ts';
import type { MediaFacts, VideoFacts } from './facts.ts';
import { fastStartArgs } from './fast-start.ts';
import { chooseRungs } from './ladder.ts';
import { videoRangeArgs } from './segment-args.ts';
import { frameAtArgs, lookArgs, looksFor } from './stills.ts';
import { UNTRUSTED_INPUT } from './untrusted.ts';

const picture = (change: Partial<VideoFacts> = {}): VideoFacts => ({
  index: 0,
  codec: 'h264',
  pixelFormat: 'yuv420p',
  codedWidth: 854,
  codedHeight: 480,
  width: 854,
  height: 480,
  rotation: 0,
  averageRate: { num: 25, den: 1 },
  baseRate: { num: 25, den: 1 },
  interlaced: false,
  hdr: null,
  durationSeconds: 10,
  ...change,
});
const sound = { index: 1, codec: 'aac', channels: 2, sampleRate: 48000, language: null, durationSeconds: 10 };
const facts = (change: Partial<MediaFacts> = {}): MediaFacts => ({
  container: 'mov',
  durationSeconds: 10,
  sizeBytes: 1,
  streamCount: 2,
  video: picture(),
  audio: sound,
  ...change,
});
const plan = (of: MediaFacts, change: Partial<EncodePlan> = {}): EncodePlan => {
  const rungs = chooseRungs(of.video!);
  return {
    facts: of,
    rungs,
    segmentSeconds: 6,
    rate: rateFor(of.video!, rungs),
    threads: 0,
    toneMapping: true,
    ...change,
  };
};
const graphOf = (of: MediaFacts) => {
  const args = videoRangeArgs(plan(of), { from: 0, to: 2 });
  return args[args.indexOf('-filter_complex') + 1];
};

test('one process makes all rungs: decoded once, scaled in a cascade, cut at the same frames', () => {
  expect(videoRangeArgs(plan(facts()), { from: 0, to: 2 }).join(' ')).toMatchInlineSnapshot(
    `"-y -nostdin -hide_banner -loglevel warning -nostats -progress pipe:1 -stats_period 0.5 -protocol_whitelist file -format_whitelist mov,matroska,avi,mpegts,flv,mpeg,mpegvideo,asf,ogg,wav,mp3,aac -codec_whitelist h264,hevc,vp8,vp9,libdav1d,libaom-av1,av1,mpeg1video,mpeg2video,mpeg4,msmpeg4v1,msmpeg4v2,msmpeg4,h263,flv,wmv1,wmv2,wmv3,vc1,mjpeg,prores,dnxhd,theora,aac,aac_latm,mp3float,mp3,mp2float,mp2,ac3,eac3,dca,flac,opus,vorbis,alac,wmav1,wmav2,amrnb,amrwb,pcm_s16le,pcm_s16be,pcm_s24le,pcm_u8,pcm_mulaw,pcm_alaw,adpcm_ms,adpcm_ima_wav,subrip,srt,ass,ssa,mov_text,webvtt,pgssub,dvdsub,dvbsub -max_pixels 35389440 -i file:input.bin -filter_complex [0:0]fps=25/1:start_time=0,scale=854:480:flags=bicubic,format=yuv420p,setsar=1[base];[base]null,split[v1][s1];[s1]scale=640:360:flags=bicubic,setsar=1[v0] -map [v0] -map_metadata -1 -map_chapters -1 -c:v libx264 -preset veryfast -profile:v high -force_key_frames expr:gte((n+0)*1+0.001,(n_forced+0)*50) -sc_threshold 0 -g 600 -keyint_min 1 -crf 28 -maxrate 800000 -bufsize 1600000 -fps_mode passthrough -frames:v 300 -output_ts_offset 10.000000 -muxdelay 0 -muxpreload 0 -f segment -segment_format mpegts -segment_frames 150 -segment_start_number 0 out/360p/%d.ts -map [v1] -map_metadata -1 -map_chapters -1 -c:v libx264 -preset veryfast -profile:v high -force_key_frames expr:gte((n+0)*1+0.001,(n_forced+0)*50) -sc_threshold 0 -g 600 -keyint_min 1 -crf 26 -maxrate 1400000 -bufsize 2800000 -fps_mode passthrough -frames:v 300 -output_ts_offset 10.000000 -muxdelay 0 -muxpreload 0 -f segment -segment_format mpegts -segment_frames 150 -segment_start_number 0 out/480p/%d.ts"`,
  );
});

test('an interlaced HDR picture is deinterlaced before and tone-mapped after it is scaled', () => {
  const video = picture({ interlaced: true, hdr: 'smpte2084', width: 1920, height: 1080 });
  const graph = graphOf(facts({ video, audio: null }));
  expect(graph).toMatch(
    /^\[0:0\]bwdif=mode=send_frame,fps=25\/1:start_time=0,scale=1920:1080:flags=bicubic,zscale=tin=smpte2084/,
  );
  expect(graph).toContain('tonemap=tonemap=hable:desat=0');
  expect(graph).not.toContain('[a0]');
});

test('FILE-01 the last picture is held while longer sound goes on', () => {
  expect(graphOf(facts({ audio: { ...sound, durationSeconds: 14 } }))).toContain(
    'tpad=stop_mode=clone:stop=100',
  );
});

test('every command on a file of a stranger names it by our own name, behind the lists of what may be opened', () => {
  const toneMapping = true;
  const { cheap, thorough } = looksFor(facts());
  const stills = [...cheap, ...thorough].map((look) => lookArgs(facts(), look, { toneMapping }));
  for (const args of [
    videoRangeArgs(plan(facts()), { from: 0, to: 2 }),
    ...stills,
    frameAtArgs(facts(), 3, { toneMapping }),
  ]) {
    const input = args.indexOf('-i');
    expect(args[input + 1]).toBe('file:input.bin');
    expect(args.slice(0, input).join(' ')).toContain(UNTRUSTED_INPUT.join(' '));
    expect(args).toContain('-nostdin');
    expect(args.filter((arg) => arg === '-i')).toHaveLength(1);
  }
  expect(UNTRUSTED_INPUT.join(' ')).not.toMatch(/http|hls|concat|dash|sdp/);
});

test('the MP4 is copied from our own segments, its index in front', () => {
  const further = [{ name: 'audio-1.aac', language: '-y evil' }];
  expect(fastStartArgs({ hasSound: true, language: 'ind', further }).join(' ')).toMatchInlineSnapshot(
    `"-nostdin -hide_banner -loglevel warning -protocol_whitelist pipe -f mpegts -i pipe:0 -protocol_whitelist file -f aac -i file:audio-1.aac -y -map 0:v:0 -map 0:a:0 -map 1:a:0 -c copy -bsf:a aac_adtstoasc -map_metadata -1 -metadata:s:a:0 language=ind -movflags +faststart -progress pipe:1 -f mp4 video.mp4"`,
  );
});
