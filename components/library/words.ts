import type { Video, VideoState } from '../../lib/contract/videos.ts';
import {
  formatBytes,
  formatClock,
  formatPercent,
  formatRemaining,
  formatSpeed,
} from '../../lib/units/format.ts';
import { STAGE_WORDS } from '../jobs/words.ts';
import type { UploadItem } from '../uploader/types.ts';
import { shareOfItem } from '../uploader/upload-line.ts';

type Tone = 'plain' | 'accent' | 'ok' | 'warn' | 'bad';

/** How far a video is in what it does now: the upload's bytes, or the work on it. */
export const shareOfVideo = ({ state, progress }: Pick<Video, 'state' | 'progress'>): number | null => {
  if (state === 'uploading') return progress.upload;
  if (state === 'processing') return progress.process;
  return null;
};

/** Its work is held, and there is work to hold. */
export const isHeld = ({ state, paused }: Pick<Video, 'state' | 'paused'>): boolean =>
  paused && (state === 'queued' || state === 'processing');

/** "Paused at 61 %", or "Paused" before it has begun. */
const heldWord = (video: Pick<Video, 'state' | 'progress'>): string =>
  video.state === 'processing' ? `Paused at ${formatPercent(video.progress.process)}` : 'Paused';

/** What of an upload of this page stands still until a person acts. */
const RESTING: ReadonlySet<string> = new Set(['paused', 'needs-file']);

/**
 * The tag on a picture: "Uploading 43 %", "Paused at 43 %", "Queued", "Failed"; none when there is nothing to say. `upload` is
 * what this page itself sends, which it knows better than the server.
 */
export const videoTag = (
  video: Pick<Video, 'state' | 'progress' | 'paused'>,
  upload?: Pick<UploadItem, 'phase' | 'sentBytes' | 'sizeBytes'>,
): { tone: Tone; text: string } | null => {
  const sends = video.state === 'uploading' ? upload : undefined;
  const share = sends ? shareOfItem(sends) : shareOfVideo(video);
  if (sends && RESTING.has(sends.phase)) return { tone: 'plain', text: `Paused at ${formatPercent(share)}` };
  if (isHeld(video)) return { tone: 'plain', text: heldWord(video) };
  const tags: Record<VideoState, { tone: Tone; text: string } | null> = {
    uploading: { tone: 'accent', text: `Uploading ${formatPercent(share)}` },
    queued: { tone: 'plain', text: 'Queued' },
    processing: { tone: 'accent', text: `Processing ${formatPercent(share)}` },
    ready: null,
    failed: { tone: 'bad', text: 'Failed' },
    cancelled: { tone: 'plain', text: 'Cancelled' },
  };
  return tags[video.state];
};

/** "Making the qualities, 3.4× speed, about 4 min left". */
export const workLine = ({
  state,
  progress,
  paused,
}: Pick<Video, 'state' | 'progress' | 'paused'>): string => {
  if (isHeld({ state, paused })) return 'Paused. It goes on where it is when you resume it';
  if (state === 'queued') return 'Waiting for its turn';
  if (state !== 'processing') return '';
  const { stage, speed, etaSeconds } = progress;
  return [
    stage === null ? 'Beginning' : STAGE_WORDS[stage],
    speed === null || speed < 0.05 ? '' : `${formatSpeed(speed)} speed`,
    etaSeconds === null ? '' : `about ${formatRemaining(etaSeconds)} left`,
  ]
    .filter((part) => part !== '')
    .join(', ');
};

const CODECS: Record<string, string> = {
  h264: 'H.264',
  hevc: 'HEVC',
  av1: 'AV1',
  vp8: 'VP8',
  vp9: 'VP9',
  mpeg4: 'MPEG-4',
  mpeg2video: 'MPEG-2',
  prores: 'ProRes',
};

export const codecWord = (codec: string | null): string | null =>
  codec === null ? null : (CODECS[codec] ?? codec.toUpperCase());

/** "720p" of the picture itself, by its short side. */
export const linesWord = ({ width, height }: Pick<Video, 'width' | 'height'>): string | null => {
  if (width === null || height === null || width === 0 || height === 0) return null;
  const lines = Math.min(width, height);
  return lines >= 2160 ? '4K' : `${lines}p`;
};

/** "48:15, 1080p H.264, 11.2 GB": what is known of the file, in this order. */
export const factsLine = (
  video: Pick<Video, 'durationSeconds' | 'width' | 'height' | 'videoCodec' | 'sizeBytes'>,
): string => {
  const picture = [linesWord(video), codecWord(video.videoCodec)].filter((word) => word !== null).join(' ');
  return [
    video.durationSeconds === null ? '' : formatClock(video.durationSeconds),
    picture,
    video.sizeBytes === null ? '' : formatBytes(video.sizeBytes),
  ]
    .filter((part) => part !== '')
    .join(', ');
};

export const VISIBILITY_WORDS: Record<Video['visibility'], { name: string; hint: string }> = {
  private: { name: 'Only me and admins', hint: 'Nobody else sees it.' },
  members: { name: 'Everybody with an account', hint: 'It stands among the videos of all viewers.' },
  link: { name: 'Everybody with the link', hint: 'Whoever has a link plays it, also without an account.' },
};
