import { AppError } from '../../core/errors.ts';
import { type ReaderContext, TsFeed } from './reader.ts';

const SIZE = '1280x720';
const FPS = 25;
const GOP_SECONDS = 2;

/** The test card of the demo channel: moving picture with running digits, a tone with a beep each second. */
const ARGS: readonly string[] = [
  ...['-nostdin', '-hide_banner', '-loglevel', 'error'],
  ...['-re', '-f', 'lavfi', '-i', `testsrc2=size=${SIZE}:rate=${FPS}`],
  ...['-re', '-f', 'lavfi', '-i', 'sine=frequency=330:beep_factor=4:sample_rate=48000'],
  ...['-filter:a', 'volume=0.25', '-c:a', 'aac', '-b:a', '96k', '-ac', '2'],
  ...['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p'],
  ...['-b:v', '1800k', '-maxrate', '2000k', '-bufsize', '2000k'],
  ...['-g', String(FPS * GOP_SECONDS), '-sc_threshold', '0'],
  ...['-flush_packets', '1', '-f', 'mpegts', 'pipe:1'],
];

/** Reads the channel that one ffmpeg child makes out of nothing; it has no address and no input. */
export async function readGenerator(context: ReaderContext): Promise<void> {
  const { ports, signal, sink } = context;
  const child = ports.ffmpeg.start({
    label: 'live generator',
    program: 'ffmpeg',
    args: ARGS,
    stdout: 'bytes',
    niceness: 0,
  });
  const stop = () => void child.stop(500);
  signal.addEventListener('abort', stop, { once: true });
  const feed = new TsFeed(context);
  sink.opened({ format: 'generator', continuous: true });
  try {
    if (signal.aborted) return;
    if (child.stdout) for await (const chunk of child.stdout) await feed.push(chunk as Buffer);
    const { lastLines, reason } = await child.done;
    throw new AppError(reason === 'spawn-error' ? 'FFMPEG_MISSING' : 'UPSTREAM_UNREACHABLE', {
      message: 'The test card ended. Look at the details, then try again.',
      details: { reason: 'the test card ended', lastLines },
    });
  } finally {
    signal.removeEventListener('abort', stop);
    feed.boundary(false);
    await child.stop(500);
  }
}
