import type { ImportResult } from '../../lib/contract/channels.ts';
import { formatCount } from '../../lib/units/format.ts';

type Counts = Pick<ImportResult, 'added' | 'changed' | 'skipped'>;

/** What an import did, in one sentence: "1,980 channels added, 12 updated, 18 skipped." */
export const resultSentence = ({ added, changed, skipped }: Counts): string => {
  const parts = [`${formatCount(added)} ${added === 1 ? 'channel' : 'channels'} added`];
  if (changed > 0) parts.push(`${formatCount(changed)} updated`);
  if (skipped > 0) parts.push(`${formatCount(skipped)} skipped`);
  return `${parts.join(', ')}.`;
};
