import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../core/errors.ts';
import type { ChildResult } from '../../media/ffmpeg/types.ts';
import { readChild } from './copy/child.ts';
import type { ReaderContext } from './reader.ts';

const FPS = 25;
const GOP_SECONDS = 2;
const FONT_FOLDER = fileURLToPath(
  new URL('../../../node_modules/@fontsource-variable/jetbrains-mono/files', import.meta.url),
);
const FONT = 'jetbrains-mono-latin-wght-normal.woff2';

const CARD = { label: 'live generator' };

/** A slow light, drawn small and made large: a tenth of the work. */
const LIGHT =
  'gradients=size=320x180:rate=25:nb_colors=3:c0=0x120a24:c1=0x6d3bf5:c2=0x0b0713:x0=0:y0=0:x1=320:y1=180:speed=0.02';
/** Needs no font: bars with running digits of their own. */
const BARS = `testsrc2=size=1280x720:rate=${FPS}`;

/** The station clock follows the picture's own time from `epochS` on, so that it runs evenly in a burst too. */
function clockFilter(epochS: number): string {
  const text = (content: string, style: string) =>
    `drawtext=fontfile=${FONT}:text='${content}':x=(w-tw)/2:${style}`;
  return [
    'scale=1280:720:flags=fast_bilinear',
    text('SIARAN', 'fontsize=40:fontcolor=white@0.8:y=h*0.30'),
    text(`%{pts\\:localtime\\:${epochS}\\:%H\\\\\\:%M\\\\\\:%S}`, 'fontsize=150:fontcolor=white:y=(h-th)/2'),
    "drawbox=x='mod(t*160\\,1280)':y=560:w=120:h=10:color=white@0.8:t=fill",
  ].join(',');
}

/** Arguments of the test card: picture, and a tone with a beep each second. */
function testCard(picture: readonly string[]): string[] {
  return [
    ...['-nostdin', '-hide_banner', '-loglevel', 'error'],
    ...['-f', 'lavfi', '-i', picture[0]!],
    ...['-f', 'lavfi', '-i', 'sine=frequency=330:beep_factor=4:sample_rate=48000'],
    ...(picture[1] ? ['-filter:v', picture[1]] : []),
    ...['-filter:a', 'volume=0.25', '-c:a', 'aac', '-b:a', '96k', '-ac', '2'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p'],
    ...['-b:v', '1800k', '-maxrate', '2000k', '-bufsize', '2000k'],
    ...['-g', String(FPS * GOP_SECONDS), '-sc_threshold', '0'],
    ...['-flush_packets', '1', '-f', 'mpegts', 'pipe:1'],
  ];
}

/**
 * Reads the channel that one ffmpeg child makes out of nothing; it has no address and no input. The child is not told to
 * keep time: the feed holds it back, so that the first segments are there at once.
 */
export async function readGenerator(context: ReaderContext): Promise<void> {
  const epochS = Math.floor(context.ports.clock.now() / 1000);
  context.sink.opened({ format: 'generator', continuous: true });
  if (existsSync(path.join(FONT_FOLDER, FONT))) {
    const args = testCard([LIGHT, clockFilter(epochS)]);
    const end = await readChild(context, { ...CARD, args, cwd: FONT_FOLDER });
    if (end.bytes > 0) throw cardEnded(end.result);
  }
  // An ffmpeg without fonts: the bars do.
  throw cardEnded((await readChild(context, { ...CARD, args: testCard([BARS]) })).result);
}

const cardEnded = ({ reason, lastLines }: ChildResult): AppError =>
  new AppError(reason === 'spawn-error' ? 'FFMPEG_MISSING' : 'UPSTREAM_UNREACHABLE', {
    message: 'The test card ended. Look at the details, then try again.',
    details: { reason: 'the test card ended', lastLines },
  });
