import type { HlsSession } from './hls-session';
import type { PlayerState } from './types';

/** What the picture on the screen is made of; null where it is not known. */
export type PlaybackFacts = {
  width: number;
  height: number;
  fps: number | null;
  bitsPerSecond: number | null;
  lineBitsPerSecond: number | null;
  codecs: string | null;
  bufferSeconds: number;
  droppedFrames: number;
  shownFrames: number;
};

export const playbackFacts = (
  video: HTMLVideoElement,
  session: HlsSession | null,
  { bufferedTo, currentTime }: Pick<PlayerState, 'bufferedTo' | 'currentTime'>,
): PlaybackFacts => {
  const { droppedVideoFrames, totalVideoFrames } = video.getVideoPlaybackQuality();
  const stream = session?.facts ?? { bitsPerSecond: null, fps: null, codecs: null, lineBitsPerSecond: null };
  return {
    width: video.videoWidth,
    height: video.videoHeight,
    ...stream,
    bufferSeconds: Math.max(0, bufferedTo - currentTime),
    droppedFrames: droppedVideoFrames,
    shownFrames: totalVideoFrames,
  };
};
