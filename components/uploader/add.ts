import { formatCount } from '@/lib/units/format';
import { tellProblem } from '../ui/toast';
import { MOST_FILES } from './folder';
import { refusalOfFile, skippedSentence } from './refuse';
import { enqueue, giveFile, recordOf, refuseFile, uploads } from './store';
import type { Picked } from './types';

/** More refused files than these are told of in one sentence: somebody dropped a folder of something else. */
const SINGLE_REFUSALS = 8;

/** An unfinished upload that this very file began. */
const begunWith = ({ file }: Picked): string | undefined =>
  uploads.get().find(({ key, phase, fileName, sizeBytes }) => {
    if (phase !== 'needs-file' || fileName !== file.name || sizeBytes !== file.size) return false;
    const { lastModified = 0 } = recordOf(key) ?? {};
    return lastModified === 0 || lastModified === file.lastModified;
  })?.key;

/**
 * Takes files that somebody chose or dropped: one that an unfinished upload waits for goes on there, what cannot be a
 * video is refused at once, the others wait for their turn.
 */
export const addUploads = (files: readonly Picked[]): void => {
  const fresh: Picked[] = [];
  const refused: { picked: Picked; problem: string }[] = [];
  for (const picked of files) {
    const problem = refusalOfFile(picked.file);
    const key = problem === null ? begunWith(picked) : undefined;
    if (problem !== null) refused.push({ picked, problem });
    else if (key === undefined || !giveFile(key, picked)) fresh.push(picked);
  }
  enqueue(fresh);
  if (refused.length <= SINGLE_REFUSALS)
    for (const { picked, problem } of refused) refuseFile(picked, problem);
  else tellProblem(skippedSentence(refused.map(({ picked }) => picked.file.name)));
};

/** Takes what was dropped, and tells when a folder held nothing, or more than is taken at once. */
export const addDropped = ({ files, whole }: { files: readonly Picked[]; whole: boolean }): void => {
  addUploads(files);
  if (files.length === 0) tellProblem('There is nothing to upload: the folder is empty or cannot be read.');
  if (!whole)
    tellProblem(
      `Of a folder the first ${formatCount(MOST_FILES)} files were taken. Drop the others in smaller folders.`,
    );
};
