import { formatByteRate, formatCount, formatPercent, formatRemaining } from '../../lib/units/format.ts';
import { secondsLeft, shareOf } from './meter.ts';
import type { UploadItem, UploadPhase } from './types.ts';

const UNDER_WAY: ReadonlySet<UploadPhase> = new Set(['queued', 'sending', 'waiting']);
const HELD: ReadonlySet<UploadPhase> = new Set(['paused', 'needs-file']);

const files = (count: number): string => (count === 1 ? '1 file' : `${formatCount(count)} files`);

export type TrayHead = {
  title: string;
  /** Speed and time left of all together; empty when nothing is under way. */
  note: string;
  /** 0..1 of the bytes of what is under way; null when nothing is. */
  share: number | null;
  /** Nothing is under way or waits for somebody: the tray may go. */
  over: boolean;
};

/** The head of the tray: "Uploading 3 files, 43 %" and "38 MB/s, 2 min left". */
export const trayHead = (items: readonly UploadItem[]): TrayHead => {
  const open = items.filter(({ phase }) => UNDER_WAY.has(phase));
  if (open.length > 0) {
    const share = shareOf(open);
    const rates = open.flatMap(({ bytesPerSecond }) => (bytesPerSecond === null ? [] : [bytesPerSecond]));
    const rate = rates.length === 0 ? null : rates.reduce((sum, one) => sum + one, 0);
    const leftBytes = open.reduce((sum, { sizeBytes, sentBytes }) => sum + sizeBytes - sentBytes, 0);
    const left = secondsLeft(leftBytes, rate);
    const note = [
      rate === null ? '' : formatByteRate(rate),
      left === null ? '' : `${formatRemaining(left)} left`,
    ];
    const waits = open.every(({ phase }) => phase === 'waiting');
    return {
      title: `${waits ? 'Waiting to send' : 'Uploading'} ${files(open.length)}, ${formatPercent(share)}`,
      note: note.filter((part) => part !== '').join(', '),
      share,
      over: false,
    };
  }
  const count = (phases: ReadonlySet<UploadPhase>) => items.filter(({ phase }) => phases.has(phase)).length;
  const held = count(HELD);
  if (held > 0) return { title: `${files(held)} paused`, note: '', share: null, over: false };
  const failed = count(new Set(['failed']));
  if (failed === 0) return { title: `${files(items.length)} uploaded`, note: '', share: null, over: true };
  const done = items.length - failed;
  const title = `${files(failed)} not sent${done > 0 ? `, ${formatCount(done)} uploaded` : ''}`;
  return { title, note: '', share: null, over: true };
};
