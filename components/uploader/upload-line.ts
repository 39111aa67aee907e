import { formatByteRate, formatPercent, formatRemaining } from '../../lib/units/format.ts';
import type { UploadItem } from './types.ts';

export const shareOfItem = ({ sentBytes, sizeBytes }: Pick<UploadItem, 'sentBytes' | 'sizeBytes'>): number =>
  sizeBytes === 0 ? 0 : Math.min(1, sentBytes / sizeBytes);

/** One sentence on where an upload stands: "38 MB/s, 1 min left", "Paused at 43 %". */
export const uploadLine = (item: UploadItem): string => {
  const percent = formatPercent(shareOfItem(item));
  switch (item.phase) {
    case 'queued':
      return 'Waiting for its turn';
    case 'sending':
      if (item.problem !== null) return item.problem;
      if (item.bytesPerSecond === null) return 'Sending';
      return item.secondsLeft === null
        ? formatByteRate(item.bytesPerSecond)
        : `${formatByteRate(item.bytesPerSecond)}, ${formatRemaining(item.secondsLeft)} left`;
    case 'paused':
      return `Paused at ${percent}`;
    case 'waiting':
      return item.problem ?? 'Trying again soon';
    case 'needs-file':
      return item.mayReopen
        ? `Allow the file to be read again to go on at ${percent}`
        : `Choose the file again to go on at ${percent}`;
    case 'failed':
      return item.problem ?? 'The upload stopped';
    case 'done':
      return 'Uploaded';
  }
};
