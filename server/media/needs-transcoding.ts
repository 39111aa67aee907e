import type { MediaFacts } from './facts.ts';

const BROWSER_PIXELS = new Set(['yuv420p', 'yuvj420p']);
type Playable = { contentType: string; video: readonly string[]; audio: readonly string[] };
const CONTAINERS: Readonly<Record<string, Playable>> = {
  mov: { contentType: 'video/mp4', video: ['h264'], audio: ['aac', 'mp3'] },
};
const WEBM: Playable = { contentType: 'video/webm', video: ['vp8', 'vp9', 'av1'], audio: ['opus', 'vorbis'] };

/**
 * The type under which browsers play the file as it is, or null when it has to be converted (S3.5). Decided by what a
 * probe found, never by a name.
 */
export function browserType(facts: MediaFacts): string | null {
  const kind = facts.container === 'matroska' ? WEBM : CONTAINERS[facts.container];
  const { video, audio } = facts;
  if (!kind || video === null || video.hdr !== null) return null;
  const picture = kind.video.includes(video.codec) && BROWSER_PIXELS.has(video.pixelFormat ?? '');
  const sound = audio === null || (kind.audio.includes(audio.codec) && audio.channels <= 2);
  return picture && sound ? kind.contentType : null;
}

/** Whether a file has to be converted before browsers play it (S3.5). */
export const needsTranscoding = (facts: MediaFacts): boolean => browserType(facts) === null;
