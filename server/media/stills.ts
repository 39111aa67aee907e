import { toneMap } from './args.ts';
import { commandArgs } from './command.ts';
import type { MediaFacts, VideoFacts } from './facts.ts';
import { INPUT_URL, UNTRUSTED_INPUT } from './untrusted.ts';

export const STILL_NAME = 'still.jpg';
const WIDEST = 1280;
/** Mean brightness (0-255) below which a picture counts as black. */
const DARK = 32;

/**
 * Arguments for one representative still: from a tenth of the film on, the most typical of some dozens of frames, and
 * unless `anyBrightness` no black one.
 */
export function stillArgs(
  facts: MediaFacts,
  options: { anyBrightness: boolean; toneMapping: boolean },
): string[] {
  const video = facts.video;
  if (video === null) throw new Error('a still needs a picture');
  const length = video.durationSeconds ?? facts.durationSeconds ?? 0;
  const from = options.anyBrightness ? 0 : length * 0.1;
  return commandArgs(INPUT_URL, (command) => {
    command.inputOptions([...UNTRUSTED_INPUT, '-ss', from.toFixed(3), '-t', '30']);
    command.outputOptions(['-map', `0:${video.index}`, '-an', '-sn', '-dn']);
    command.videoFilters(stillFilters(video, options));
    command.outputOptions([
      '-frames:v',
      '1',
      '-q:v',
      '4',
      '-map_metadata',
      '-1',
      '-f',
      'image2',
      '-update',
      '1',
    ]);
    command.output(STILL_NAME);
  });
}

function stillFilters(
  video: VideoFacts,
  options: { anyBrightness: boolean; toneMapping: boolean },
): string[] {
  const width = Math.max(2, 2 * Math.round(Math.min(WIDEST, video.width) / 2));
  const height = Math.max(2, 2 * Math.round((width * video.height) / video.width / 2));
  const filters = [`scale=${width}:${height}:flags=bicubic`];
  if (video.interlaced) filters.unshift('bwdif=mode=send_frame');
  if (video.hdr && options.toneMapping) filters.push(...toneMap(video.hdr));
  filters.push('format=yuv420p', 'setsar=1');
  if (!options.anyBrightness) {
    filters.push(
      'signalstats',
      `metadata=mode=select:key=lavfi.signalstats.YAVG:value=${DARK}:function=greater`,
    );
  }
  filters.push('thumbnail=n=48', 'format=yuvj420p');
  return filters;
}
