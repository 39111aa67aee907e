import type { Embed } from '../../lib/contract/embed.ts';
import { formatDate } from '../../lib/units/time.ts';

/** Who can watch with a snippet, and until when. */
export const whoMayWatch = ({ expiresAt }: Embed): string =>
  expiresAt === null
    ? 'Anybody can watch, without an end: this server lets everybody in (STREAM_ACCESS is public).'
    : `Whoever opens the page can watch this channel until ${formatDate(expiresAt)}. It cannot be taken back earlier, except by switching the channel off.`;

/** Where it plays, as far as that is not everywhere. */
export const whereItPlays = ({ hlsUrl, origins }: Embed): string | null => {
  if (origins.length > 0) return `It plays in pages of ${origins.join(', ')} only (ALLOWED_ORIGINS).`;
  return hlsUrl.startsWith('http:')
    ? 'Pages on https need this panel on https as well; browsers refuse to mix them.'
    : null;
};
