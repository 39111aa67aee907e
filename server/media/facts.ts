import type { FrameRate } from './frame-rate.ts';

export type VideoFacts = {
  index: number;
  codec: string;
  pixelFormat: string | null;
  /** As ffprobe names it, and ten times the level of H.264. Facts of videos from before this was asked lack both. */
  profile?: string | null;
  level?: number | null;
  codedWidth: number;
  codedHeight: number;
  /** Size as shown: pixel shape and rotation applied. */
  width: number;
  height: number;
  rotation: number;
  averageRate: FrameRate | null;
  baseRate: FrameRate | null;
  interlaced: boolean;
  /** Set when the picture is high dynamic range: how its light is coded. */
  hdr: 'smpte2084' | 'arib-std-b67' | null;
  /** Until its end, from the beginning of the file. */
  durationSeconds: number | null;
};

export type AudioFacts = {
  index: number;
  codec: string;
  channels: number;
  sampleRate: number;
  language: string | null;
  /** Until its end, from the beginning of the file. */
  durationSeconds: number | null;
};

/** Subtitles in the file: as text, as pictures of text, or in a form that is not read here. */
export type SubtitleFacts = {
  index: number;
  codec: string;
  kind: 'text' | 'picture' | 'other';
  language: string | null;
  title: string | null;
  isDefault: boolean;
  forced: boolean;
};

/** A chapter, in seconds from the beginning of the file. */
export type ChapterFacts = { startSeconds: number; endSeconds: number; title: string };

/** What a file is, as found by one probe; facts of the file, not of what is made of it. */
export type MediaFacts = {
  container: string;
  durationSeconds: number | null;
  /** The time in the file that counts as its beginning. */
  startSeconds?: number;
  sizeBytes: number;
  streamCount: number;
  video: VideoFacts | null;
  /** The sound that plays by default. */
  audio: AudioFacts | null;
  /** All sound that can be played, in the order of the file. Facts of videos from before this was asked lack it. */
  tracks?: readonly AudioFacts[];
  /** Both as they stand in the file. Facts of videos from before this was asked lack them. */
  subtitles?: readonly SubtitleFacts[];
  chapters?: readonly ChapterFacts[];
  /** Times in the file stand still or jump, so a place in it is only found by reading from the beginning. */
  jumps?: boolean;
};
