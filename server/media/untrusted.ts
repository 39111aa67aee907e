/** Containers that a file of a stranger may be opened as (contracts.md §7); no playlist format is among them. */
const FORMATS = 'mov,matroska,avi,mpegts,flv,mpeg,mpegvideo,asf,ogg,wav,mp3,aac';

/** Decoders that a file of a stranger may be given to (contracts.md §7). */
const DECODERS = [
  'h264,hevc,vp8,vp9,libdav1d,libaom-av1,av1,mpeg1video,mpeg2video,mpeg4,msmpeg4v1,msmpeg4v2,msmpeg4,h263,flv',
  'wmv1,wmv2,wmv3,vc1,mjpeg,prores,dnxhd,theora,aac,aac_latm,mp3float,mp3,mp2float,mp2,ac3,eac3,dca,flac,opus',
  'vorbis,alac,wmav1,wmav2,amrnb,amrwb,pcm_s16le,pcm_s16be,pcm_s24le,pcm_u8,pcm_mulaw,pcm_alaw,adpcm_ms',
  'adpcm_ima_wav,subrip,srt,ass,ssa,mov_text,webvtt,pgssub,dvdsub,dvbsub',
].join(',');

/** Decoders that ffmpeg may ask about a live source that it only copies. */
export const COPY_DECODERS: string = DECODERS;

/** Decoders for the picture of a live source. */
export const LIVE_VIDEO_DECODERS = 'h264,hevc,mpeg2video,mpeg1video';

/** Decoders for the sound of a live source. */
export const SOUND_DECODERS = 'aac,aac_latm,mp3float,mp3,mp2float,mp2,ac3,eac3,dca,opus';

/** The same list by the names under which ffprobe reports codecs, which differ from those of the decoders. */
export const ALLOWED_CODECS: ReadonlySet<string> = new Set(
  [
    'h264,hevc,vp8,vp9,av1,mpeg1video,mpeg2video,mpeg4,msmpeg4v1,msmpeg4v2,msmpeg4v3,h263,flv1,wmv1,wmv2,wmv3,vc1',
    'mjpeg,prores,dnxhd,theora,aac,aac_latm,mp3,mp2,ac3,eac3,dts,flac,opus,vorbis,alac,wmav1,wmav2,amr_nb,amr_wb',
    'pcm_s16le,pcm_s16be,pcm_s24le,pcm_u8,pcm_mulaw,pcm_alaw,adpcm_ms,adpcm_ima_wav',
  ]
    .join(',')
    .split(','),
);

/** Largest picture that is decoded: 8K. */
export const MAX_PIXELS = 8192 * 4320;

/** What stands before `-i` for every file that we did not make ourselves, so that it can open nothing but itself. */
export const UNTRUSTED_INPUT: readonly string[] = [
  '-protocol_whitelist',
  'file',
  '-format_whitelist',
  FORMATS,
  '-codec_whitelist',
  DECODERS,
  '-max_pixels',
  String(MAX_PIXELS),
];

/** The name of the source inside a child's working folder; no name of a user ever reaches an argv. */
export const INPUT_NAME = 'input.bin';
export const INPUT_URL = `file:${INPUT_NAME}`;
