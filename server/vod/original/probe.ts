import { isAppError } from '../../core/errors.ts';
import { explainEnd, isPassing } from '../../media/explain.ts';
import type { MediaFacts } from '../../media/facts.ts';
import { scanPackets } from '../../media/packets.ts';
import { codecsOf } from '../measure.ts';
import { type OriginalPorts, originalSegment } from './segment.ts';
import { type Cut, type OriginalTable, TableBuilder } from './table.ts';

const PROFILES = new Set(['Constrained Baseline', 'Baseline', 'Main', 'High']);
const HIGHEST_LEVEL = 51;
/** Pixels may be so far from square without anybody seeing it. */
const SQUARE_SHARE = 0.02;

/** Whether browsers play the file's picture and sound as they are, once they are in segments. */
export function mayCopy({ video, audio, jumps }: MediaFacts): boolean {
  if (video === null || jumps || video.codec !== 'h264' || (audio !== null && audio.codec !== 'aac'))
    return false;
  const { profile, level, pixelFormat, rotation, interlaced, width, codedWidth, hdr } = video;
  const isKnown = PROFILES.has(profile ?? '') && level != null && level <= HIGHEST_LEVEL;
  const isSquare = Math.abs(width / codedWidth - 1) <= SQUARE_SHARE;
  const isPlain = rotation === 0 && !interlaced && hdr === null && isSquare;
  return isKnown && isPlain && (pixelFormat === 'yuv420p' || pixelFormat === 'yuvj420p');
}

/**
 * Reads where a file can be cut into segments without converting it, and makes the first one; null when it cannot be
 * given out as it is. Reads the whole file once: about 7 s for 2 hours.
 */
export async function probeOriginal(ports: OriginalPorts, cut: Cut): Promise<OriginalTable | null> {
  const { supervisor, openRoom, facts, signal } = ports;
  if (!mayCopy(facts)) return null;
  const builder = new TableBuilder(facts);
  const room = await openRoom([]);
  try {
    const onPacket = builder.take.bind(builder);
    const result = await scanPackets(supervisor, { dir: room.dir, signal, onPacket });
    const failure = result.code === 0 ? null : explainEnd(result);
    // The answer is kept: a child that was ended from outside has said nothing about the file.
    if (isPassing(failure)) throw failure;
    if (failure) return null;
  } finally {
    await room.close();
  }
  const table = builder.build(cut);
  if (table === null) return null;
  const first = await originalSegment(ports, table, 0).catch((error: unknown) => {
    signal.throwIfAborted();
    const passes = isAppError(error) && error.code === 'SEGMENT_NOT_READY';
    if (error instanceof Error && !passes) return null;
    throw error;
  });
  return first && { ...table, codecs: codecsOf(first) };
}
