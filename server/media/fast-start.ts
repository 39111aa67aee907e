import { commandArgs } from './command.ts';

export const PLAYLIST_NAME = 'index.m3u8';
export const MP4_NAME = 'video.mp4';

/**
 * Arguments that put the segments of one rendition into an MP4 with its index in front, without encoding. The playlist
 * and the segments are our own, so the playlist demuxer may open them, and nothing else.
 */
export function fastStartArgs(hasAudio: boolean): string[] {
  return commandArgs(`file:${PLAYLIST_NAME}`, (command) => {
    command.inputOptions(['-protocol_whitelist', 'file', '-allowed_extensions', 'ts', '-f', 'hls']);
    command.outputOptions(['-map', '0:v:0', ...(hasAudio ? ['-map', '0:a:0'] : []), '-c', 'copy']);
    if (hasAudio) command.outputOptions(['-bsf:a', 'aac_adtstoasc']);
    command.outputOptions([
      '-movflags',
      '+faststart',
      '-map_metadata',
      '-1',
      '-progress',
      'pipe:1',
      '-f',
      'mp4',
    ]);
    command.output(MP4_NAME);
  });
}
