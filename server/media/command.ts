import ffmpeg from 'fluent-ffmpeg';

/** fluent-ffmpeg's own way to the argument list; its typings leave it out. */
type WithArguments = { _getArguments(): string[] };

/**
 * The seam to fluent-ffmpeg: it puts an argument list together, and nothing more. The process is started, watched and
 * ended by our supervisor (docs/decisions).
 */
export function commandArgs(inputUrl: string, build: (command: ffmpeg.FfmpegCommand) => void): string[] {
  const command = ffmpeg(inputUrl);
  build(command);
  return [
    '-nostdin',
    '-hide_banner',
    '-loglevel',
    'warning',
    ...(command as unknown as WithArguments)._getArguments(),
  ];
}
