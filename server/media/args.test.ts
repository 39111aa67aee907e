import { expect, test } from 'vitest';
import { type EncodePlan, rateFor, renditionArgs } from './args.ts';
import type { MediaFacts, VideoFacts } from './facts.ts';
import { fastStartArgs } from './fast-start.ts';
import { chooseRungs } from './ladder.ts';
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
  const args = renditionArgs(plan(of));
  return args[args.indexOf('-filter_complex') + 1];
};

test('one process makes all rungs: decoded once, scaled in a cascade, cut at the same frames', () => {
  expect(renditionArgs(plan(facts())).join(' ')).toMatchInlineSnapshot(
    `"-y -nostdin -hide_banner -loglevel warning -nostats -progress pipe:1 -stats_period 0.5 -protocol_whitelist file -format_whitelist mov,matroska,avi,mpegts,flv,mpeg,mpegvideo,asf,ogg,wav,mp3,aac -codec_whitelist h264,hevc,vp8,vp9,libdav1d,libaom-av1,av1,mpeg1video,mpeg2video,mpeg4,msmpeg4v1,msmpeg4v2,msmpeg4,h263,flv,wmv1,wmv2,wmv3,vc1,mjpeg,prores,dnxhd,theora,aac,aac_latm,mp3float,mp3,mp2float,mp2,ac3,eac3,dca,flac,opus,vorbis,alac,wmav1,wmav2,amrnb,amrwb,pcm_s16le,pcm_s16be,pcm_s24le,pcm_u8,pcm_mulaw,pcm_alaw,adpcm_ms,adpcm_ima_wav,subrip,srt,ass,ssa,mov_text,webvtt,pgssub,dvdsub,dvbsub -max_pixels 35389440 -i file:input.bin -filter_complex [0:0]fps=25/1:start_time=0,scale=854:480:flags=bicubic,format=yuv420p,setsar=1[base];[base]null,split[v1][s1];[s1]scale=640:360:flags=bicubic,setsar=1[v0];[0:1]aresample=48000:async=1:first_pts=0,aformat=channel_layouts=stereo,apad=whole_dur=10.000,asplit=2[a0][a1] -map [v0] -map [a0] -map [v1] -map [a1] -c:v libx264 -preset veryfast -profile:v high -force_key_frames expr:gte(t,n_forced*2) -sc_threshold 0 -g 600 -keyint_min 1 -crf:v:0 28 -maxrate:v:0 800000 -bufsize:v:0 1600000 -crf:v:1 26 -maxrate:v:1 1400000 -bufsize:v:1 2800000 -c:a aac -ac 2 -ar 48000 -b:a:0 96000 -b:a:1 128000 -map_metadata -1 -map_chapters -1 -output_ts_offset 10 -muxdelay 0 -muxpreload 0 -f hls -hls_time 6 -hls_list_size 0 -hls_playlist_type event -hls_flags independent_segments+temp_file -hls_segment_filename out/%v/%05d.ts -var_stream_map v:0,a:0,name:360p v:1,a:1,name:480p out/%v/index.m3u8"`,
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

test('FILE-01 the last picture is held while longer sound goes on, and silence fills what shorter sound leaves', () => {
  expect(graphOf(facts({ audio: { ...sound, durationSeconds: 14 } }))).toContain(
    'tpad=stop_mode=clone:stop=100',
  );
  expect(graphOf(facts({ audio: { ...sound, durationSeconds: 3 } }))).toContain('apad=whole_dur=10.000');
});

test('every command on a file of a stranger names it by our own name, behind the lists of what may be opened', () => {
  const toneMapping = true;
  const { cheap, thorough } = looksFor(facts());
  const stills = [...cheap, ...thorough].map((look) => lookArgs(facts(), look, { toneMapping }));
  for (const args of [renditionArgs(plan(facts())), ...stills, frameAtArgs(facts(), 3, { toneMapping })]) {
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
