import type { LiveState } from '../contract/channels.ts';

/** The word for each live state, as every screen says it. */
export const LIVE_WORDS: Record<LiveState, string> = {
  idle: 'Idle',
  starting: 'Starting',
  active: 'Active',
  'failing-over': 'Failing over',
  stopping: 'Stopping',
  stopped: 'Stopped',
  failed: 'Failed',
};

export const CODEC_NAMES: Record<string, string> = {
  h264: 'H.264',
  hevc: 'HEVC',
  h265: 'HEVC',
  mpeg2video: 'MPEG-2',
  aac: 'AAC',
  mp2: 'MP2',
  mp3: 'MP3',
  ac3: 'AC-3',
  eac3: 'E-AC-3',
};

/** A codec as people write it; an unknown one in its own letters. */
export const codecName = (codec: string): string => CODEC_NAMES[codec.toLowerCase()] ?? codec.toUpperCase();

const FORMAT_NAMES: Record<string, string> = { mpegts: 'MPEG-TS', generator: 'Made here' };

/** What a source sends, as people write it; what comes over another protocol than HTTP is named by that. */
export const formatName = (format: string, address: string): string => {
  const scheme = /^([a-z]+):\/\//i.exec(address)?.[1]?.toLowerCase() ?? 'http';
  if (!/^https?$/.test(scheme)) return scheme.toUpperCase();
  return FORMAT_NAMES[format] ?? format.toUpperCase();
};
