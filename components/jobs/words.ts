import type { Job, VideoStage } from '../../lib/contract/videos.ts';

/** What happens in a stage, as people say it. */
export const STAGE_WORDS: Record<VideoStage, string> = {
  probe: 'Looking at the file',
  thumbnail: 'Taking a picture',
  rendition: 'Making the qualities',
  subtitles: 'Taking out the subtitles',
  storyboard: 'Making the preview pictures',
  mp4: 'Making the MP4 file',
  verify: 'Checking the result',
};

export const STAGE_NAMES: Record<VideoStage, string> = {
  probe: 'Probe',
  thumbnail: 'Picture',
  rendition: 'Qualities',
  subtitles: 'Subtitles',
  storyboard: 'Previews',
  mp4: 'MP4',
  verify: 'Check',
};

export const JOB_WORDS: Record<Job['state'], string> = {
  queued: 'Queued',
  running: 'Running',
  done: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
};
