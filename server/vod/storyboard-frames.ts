import { open, readFile } from 'node:fs/promises';
import { keyframeGrid } from '../media/args.ts';
import { isMissing } from '../store/index.ts';
import { picturesOf } from './grid/check.ts';

/** The first picture of a segment of a low quality ends well before this. */
const HEAD_BYTES = 256 * 1024;

export type StoryboardSource = {
  /** Where segment k of the rung is. */
  pathOf(k: number): string;
  segmentSeconds: number;
  everySeconds: number;
  count: number;
};

/**
 * The keyframes of a film at 0, `everySeconds`, 2 × `everySeconds` and so on, as they are coded. What is missing is the one
 * before again, so that all others stay at their times; throws when there is none at all.
 */
export async function* storyboardFrames(source: StoryboardSource): AsyncGenerator<Buffer> {
  const { segmentSeconds, everySeconds, count } = source;
  const gap = keyframeGrid(segmentSeconds).everySeconds;
  let last: Buffer | null = null;
  let segment: { k: number; keys: Buffer[] } = { k: -1, keys: [] };
  for (let i = 0; i < count; i++) {
    const k = Math.floor((i * everySeconds) / segmentSeconds + 1e-9);
    if (segment.k !== k)
      segment = { k, keys: await keyframes(source.pathOf(k), everySeconds >= segmentSeconds) };
    const place = Math.round((i * everySeconds - k * segmentSeconds) / gap);
    last = segment.keys[place] ?? segment.keys.at(-1) ?? last;
    if (last === null) throw new Error('the first segment has no picture');
    yield last;
  }
}

async function keyframes(path: string, firstOnly: boolean): Promise<Buffer[]> {
  try {
    if (firstOnly) {
      const pictures = picturesOf(await head(path));
      // Of the last picture in the head only a part may be there.
      if (pictures.length > 1 && pictures[0]!.key) return [pictures[0]!.data];
    }
    return picturesOf(await readFile(path)).flatMap(({ key, data }) => (key ? [data] : []));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function head(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
